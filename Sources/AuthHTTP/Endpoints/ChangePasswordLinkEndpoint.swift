import HTTPTypes
import Hummingbird

/// `GET`, `HEAD /.well-known/change-password`: where password managers find the page that changes one (W3C, A Well-Known URL
/// for Changing Passwords).
struct ChangePasswordLinkEndpoint: Endpoint {
    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        Response(status: .found, headers: [.location: "/account/password", .contentLength: "0"])
    }
}
