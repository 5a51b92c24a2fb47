import Hummingbird
import NIOCore

/// `GET`, `HEAD /`: what this is, for somebody who found only the address.
struct FrontPageEndpoint: Endpoint {
    private let page: Page

    /// - Parameter offersOAuth: whether applications can log users in.
    init(issuer: IssuerIdentifier, offersOAuth: Bool) { page = .front(issuer, offersOAuth: offersOAuth) }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        Response(status: .ok, headers: page.fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.body)))
    }
}
