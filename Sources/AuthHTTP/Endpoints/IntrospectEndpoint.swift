package import AuthCore
import Hummingbird

/// `POST /introspect`: RFC 7662.
package struct IntrospectEndpoint: Endpoint {
    let introspectToken: IntrospectToken
    let failures: ClientFailures

    /// Answers what `introspectToken` says.
    package init(introspectToken: IntrospectToken, failures: ClientFailures) {
        self.introspectToken = introspectToken
        self.failures = failures
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let members = try await failures.counting(context) {
            let form = try await ClientForm(request)
            return try await introspectToken(form.parameters.required("token"), as: form.credentials)
        }
        // Of a token that is not good nothing else is said (§2.2).
        return Response(secret: JSONText.object([("active", .boolean(members != nil))], members ?? []))
    }
}
