import AuthCore
import Metrics
import NIOCore
import NIOHTTP1

/// Answers `GET /ping` and `GET`/`HEAD /.well-known/jwks.json` on the event loop, from bytes made beforehand.
///
/// It takes a request only if it would be answered at once anyway: no body, and no earlier request on the connection
/// that still waits for its answer. Everything else passes on to the ordinary routes, which answer the same bytes.
/// Why: an ordinary request costs two thread hops and some sixty allocations, this one costs a lookup and a write.
final class FastPath: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = IOData
    typealias OutboundOut = ByteBuffer

    private static let served = Counter(label: "jwks_fast_responses_total")

    private let responses: HotResponses
    private let connectionGuard: ConnectionGuard
    /// The answer to the request whose end has not been read yet.
    private var pending: (answer: ByteBuffer, closes: Bool)?
    private var isClosing = false
    /// Something came after the last request that will be answered.
    private var hasMoreInput = false
    private var mustFlush = false
    private var isHoldingRead = false
    /// The second in which this connection was last noted as a verifier's.
    private var notedSecond: Int64 = -1

    init(_ responses: HotResponses, _ connectionGuard: ConnectionGuard) {
        self.responses = responses
        self.connectionGuard = connectionGuard
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else {
            hasMoreInput = true
            return
        }
        let part = unwrapInboundIn(data)
        switch part {
        case .head(let head):
            pending = answer(to: head, context)
            if pending == nil { context.fireChannelRead(data) }
        case .body: context.fireChannelRead(data)
        case .end:
            guard let (answer, closes) = pending else {
                context.fireChannelRead(data)
                return
            }
            pending = nil
            isClosing = closes
            mustFlush = true
            Self.served.increment()
            connectionGuard.noteActivity()
            context.write(wrapOutboundOut(answer), promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if mustFlush {
            mustFlush = false
            context.flush()
            if isClosing {
                // Input that nobody read would turn the close into a reset, which may overtake the answer.
                if hasMoreInput { connectionGuard.endConnection() } else { context.close(promise: nil) }
            }
        }
        context.fireChannelReadComplete()
    }

    /// A client that asks and asks and reads nothing is not read from either, until it has taken what it asked for.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { isHoldingRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isHoldingRead {
            isHoldingRead = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isClosing else {
            hasMoreInput = true
            return
        }
        context.fireErrorCaught(error)
    }

    private func answer(to head: HTTPRequestHead, _ context: ChannelHandlerContext) -> (ByteBuffer, Bool)? {
        guard connectionGuard.isIdle, head.uri == "/ping" || head.uri == "/.well-known/jwks.json", !hasBody(head),
            let responses = responses.current()
        else { return nil }
        let isPing = head.uri == "/ping"
        let answer: HotResponses.Answer
        switch head.method {
        case .GET where isPing: answer = responses.ping
        case .GET where isKnown(responses.entityTag, head): answer = responses.setNotModified
        case .GET: answer = responses.set
        case .HEAD where !isPing && !head.headers.contains(name: "if-none-match"): answer = responses.setHead
        default: return nil
        }
        if !isPing { noteVerifier(head, responses.second, context) }
        return head.isKeepAlive ? (answer.keepAlive, false) : (answer.close, true)
    }

    private func hasBody(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "content-length") || head.headers.contains(name: "transfer-encoding")
    }

    private func isKnown(_ entityTag: String, _ head: HTTPRequestHead) -> Bool {
        guard let first = head.headers.first(name: "if-none-match") else { return false }
        // What nearly every verifier sends; lists, weak tags and several lines take the longer way.
        if first == entityTag { return true }
        return JWKSetResponse.matches(head.headers["if-none-match"].joined(separator: ","), entityTag)
    }

    /// At most once a second for each connection: a verifier that asks ten thousand times is one verifier.
    private func noteVerifier(_ head: HTTPRequestHead, _ second: Int64, _ context: ChannelHandlerContext) {
        guard notedSecond != second, let address = IPAddress(context.remoteAddress) else { return }
        notedSecond = second
        responses.verifiers.note(
            address: address.rateLimitKey, userAgent: head.headers.first(name: "user-agent") ?? "")
    }
}

@available(*, unavailable)
extension FastPath: Sendable {}
