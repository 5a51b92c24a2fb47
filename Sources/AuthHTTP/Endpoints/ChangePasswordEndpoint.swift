package import AuthCore
import Hummingbird

/// `POST /password`: another password for who has the one that is right.
package struct ChangePasswordEndpoint: Endpoint {
    let changePassword: ChangePassword

    /// Does what `changePassword` does.
    package init(changePassword: ChangePassword) { self.changePassword = changePassword }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let client = try context.client
        let wanted = try await ChangePasswordRequest(request)
        let userAgent = request.headers[.userAgent]
        try await context.whileClientWaits { [changePassword] in
            try await changePassword(
                username: wanted.username, password: wanted.password, newPassword: wanted.newPassword,
                client: client, userAgent: userAgent)
        }
        return Response(empty: .noContent)
    }
}

/// What `POST /password` is asked.
struct ChangePasswordRequest: Sendable {
    let username: String
    let password: Secret
    let newPassword: Secret

    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``.
    init(_ request: Request) async throws {
        let object = try await JSONBody.object(of: request)
        username = try object.string("username")
        password = Secret(try object.string("password"))
        newPassword = Secret(try object.string("new_password"))
    }
}
