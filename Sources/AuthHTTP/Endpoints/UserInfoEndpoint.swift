package import AuthCore
import Hummingbird

/// `GET`, `POST /userinfo`: OpenID Connect Core 1.0 §5.3.
package struct UserInfoEndpoint: Endpoint {
    let readUserInfo: ReadUserInfo

    /// Answers what `readUserInfo` says.
    package init(readUserInfo: ReadUserInfo) { self.readUserInfo = readUserInfo }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        Response(secret: JSONText.object(try await readUserInfo(await BearerToken.text(of: request))))
    }
}
