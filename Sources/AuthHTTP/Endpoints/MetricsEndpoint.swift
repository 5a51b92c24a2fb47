import HTTPTypes
import Hummingbird
import NIOCore

/// `GET`, `HEAD /metrics`: what was counted, in the text format 0.0.4 of Prometheus.
struct MetricsEndpoint: Endpoint {
    let text: @Sendable () -> [UInt8]

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let text = text()
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/plain; version=0.0.4; charset=utf-8", .contentLength: String(text.count),
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: text)))
    }
}
