import Hummingbird
import NIOCore

/// `GET`, `HEAD /`: what this is, for somebody who found only the address.
struct FrontPageEndpoint: Endpoint {
    private let page: Page

    init(issuer: IssuerIdentifier) { page = .front(issuer) }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        Response(status: .ok, headers: page.fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.body)))
    }
}
