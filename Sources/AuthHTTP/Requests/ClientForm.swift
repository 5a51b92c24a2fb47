import AuthCore
import HTTPTypes
import Hummingbird

/// A form in which a client asks for something, and what it proves itself with: RFC 6749 §2.3.1.
struct ClientForm: Sendable {
    let parameters: RequestParameters
    let credentials: ClientCredentials

    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``, ``AuthError/invalidClient``.
    init(_ request: Request) async throws {
        parameters = try await Self.parameters(of: request)
        credentials = try Self.credentials(request.headers[values: .authorization], parameters)
    }

    private static let repeatable: Set = ["resource", "audience"]

    /// The parameters of a form; `resource` and `audience` may be there several times (RFC 8707 §2,
    /// RFC 8693 §2.1).
    static func parameters(of request: Request) async throws -> RequestParameters {
        try await request.form(repeatable: repeatable).parameters
    }

    /// In HTTP Basic, or in the form, and never in both (RFC 6749 §2.3). Another scheme is nothing to us.
    private static func credentials(
        _ authorization: [String], _ parameters: RequestParameters
    ) throws(AuthError) -> ClientCredentials {
        let id = try parameters.optional("client_id")
        let secret = try parameters.optional("client_secret")
        let basic = authorization.filter { $0.isAuthorization(of: "basic") }
        guard let shown = basic.first else {
            return ClientCredentials(id: id ?? "", secret: secret.map { Secret($0) }, in: .post)
        }
        guard authorization.count == 1, let credentials = BasicCredentials(shown) else { throw .invalidClient }
        guard secret == nil else {
            throw .invalidRequest("the client proves itself in Authorization or in the body, not in both")
        }
        guard id == nil || id == credentials.id else {
            throw .invalidRequest("client_id is another client's than Authorization names")
        }
        return ClientCredentials(id: credentials.id, secret: credentials.secret, in: .basic)
    }
}
