package import AuthCore
import Hummingbird

/// `POST /register`: a new account for a name, and the password that was made for it.
package struct RegisterEndpoint: Endpoint {
    let register: Register

    /// Answers with what `register` made.
    package init(register: Register) { self.register = register }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let client = try context.client
        let wanted = try await RegisterRequest(request)
        let userAgent = request.headers[.userAgent]
        let password = try await context.whileClientWaits { [register] in
            try await register(username: wanted.username, email: wanted.email, from: client, userAgent: userAgent)
        }
        return Response(status: .created, json: JSONText.object([("password", .string(password))]))
    }
}

/// What `POST /register` is asked.
struct RegisterRequest: Sendable {
    let username: String
    let email: String?

    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``.
    init(_ request: Request) async throws {
        let object = try await JSONBody.object(of: request)
        // Of a client that looked for RFC 7591 here, and would get an account.
        guard !object.has("redirect_uris") else {
            throw AuthError.invalidRequest(
                "this path opens accounts of users: clients are registered by an operator, with clients create")
        }
        // Ignored, it would be taken for the account's.
        guard !object.has("password") else {
            throw AuthError.invalidRequest(
                "leave password out: the server makes one and answers it; an operator can choose one with users create")
        }
        username = try object.string("username")
        email = try object.optionalString("email")
    }
}
