package import AuthCore
import HTTPTypes
import Hummingbird
import Logging
import Metrics
package import NIOCore
package import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Both ways to answer a request, without a connection: for the fuzzer, which compares them.
package struct BothPaths: Sendable {
    private let fastPath: FastPath
    private let responder: Responder

    /// The documents alone.
    /// - Parameter issuer: whose metadata there are.
    package init(issuer: String, keyRing: CurrentKeyRing, time: any TimeSource) {
        let (issuer, logger) = (IssuerIdentifier(text: issuer), Logger(label: "none") { _ in SwiftLogNoOpLogHandler() })
        let documents: [Document] = [
            .ping, .metadata(of: issuer, paths: Set(OAuthPath.allCases), longestMaxAge: .seconds(300)),
            .keySet(of: issuer, longestMaxAge: .seconds(300), propagation: KeyPropagationTracker(time: time)),
        ]
        let metrics = HTTPMetrics(NOOPMetricsHandler.instance, routes: Set(documents.map(\.label)))
        fastPath = FastPath(
            documents: PrerenderedDocuments(documents, keyRing: keyRing, time: time, metrics: metrics),
            trustedProxies: .none)
        responder = Responder(
            table: RouteTable(documents.flatMap { Route.document($0, keyRing, time) }), trustedProxies: .none,
            untrustedProxy: UntrustedProxy { _ in }, time: time, logger: logger, metrics: metrics,
            refusals: RefusalLog(time: time, logger: logger))
    }

    /// Every path of a document.
    package var paths: [String] { responder.table.paths }

    /// What the fast path answers; nil for what it leaves to the ordinary one.
    package func fast(_ head: HTTPRequestHead) -> ByteBuffer? {
        guard let request = fastPath.recognise(head) else { return nil }
        return fastPath.documents.current().map { second in
            fastPath.documents.answer(request, in: second, closes: request.closes)
        }
    }

    /// What the ordinary path answers, nothing of a body being there.
    /// - Throws: for a head that is no request to the ordinary path.
    package func ordinary(_ head: HTTPRequestHead) async throws -> ByteBuffer {
        let request = Request(
            head: try HTTPRequest(head, secure: false, splitCookie: false), body: RequestBody(buffer: ByteBuffer()))
        let response = await responder.respond(
            to: request, by: responder.table[request], from: Caller(peer: nil, disconnect: DisconnectSignal()))
        return response.head.message(try await response.body.whole, saysClose: !head.keepsConnection)
    }
}
