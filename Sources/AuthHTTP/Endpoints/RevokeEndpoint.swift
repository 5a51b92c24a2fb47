package import AuthCore
import HTTPTypes
import Hummingbird

/// `POST /revoke`: RFC 7009. A hint of what the token is helps nobody here: each kind is told by its form.
package struct RevokeEndpoint: Endpoint {
    let revokeToken: RevokeToken
    let failures: ClientFailures

    /// Does what `revokeToken` does.
    package init(revokeToken: RevokeToken, failures: ClientFailures) {
        self.revokeToken = revokeToken
        self.failures = failures
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let client = try context.client
        try await failures.counting(context) {
            let form = try await ClientForm(request)
            try await revokeToken(
                form.parameters.required("token"), as: form.credentials, from: client,
                userAgent: request.headers[.userAgent])
        }
        return Response(status: .ok, headers: [.contentLength: "0", .pragma: "no-cache"])
    }
}
