import AuthCore
import NIOCore
import NIOHTTP1

/// Watches over one connection: who still waits for an answer, how long a request may take to arrive, and how the
/// connection ends. Sits between the HTTP/1 encoder and Hummingbird; lives on one event loop.
///
/// - The body of a request has ``requestDeadline`` to arrive whole, however slowly it drips; a connection without a
///   complete head has ``idleDeadline``. Hummingbird's own timer is reset by every part, which a slow body would exploit.
/// - A request that is not HTTP gets a 400 in our shape.
/// - After an answer that ends the connection the input is still read for a moment: closing at once would reset the
///   connection and take the answer away from a client that is still sending.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private static let requestDeadline: TimeAmount = .seconds(10)
    private static let idleDeadline: TimeAmount = .seconds(60)
    private static let lingering: TimeAmount = .seconds(1)
    /// How often the deadlines are looked at: one coarse timer for a connection, none for a request.
    private static let tick: TimeAmount = .seconds(5)

    let presence = ClientPresence()
    /// Whether each unanswered request lets the connection live on, oldest first.
    private var unanswered: [Bool] = []
    private var arrivingSince: NIODeadline?
    private var lastActivity = NIODeadline.now()
    private var isLingering = false
    private var closesAfterAnswer = false
    /// A request turned out malformed while its answer was on the way: Hummingbird's own 400 has no body.
    private var mustExplainRefusal = false
    private var isExplained = false
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?

    /// Whether an answer written now would be in its turn.
    var isIdle: Bool { unanswered.isEmpty && arrivingSince == nil && !isLingering }

    /// Notes that the fast path has answered a request.
    func noteActivity() { lastActivity = .now() }

    /// Ends the connection after what was written, but goes on reading for a moment: for the fast path.
    func endConnection() { context.map(linger) }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        scheduleTick(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        timer?.cancel()
        presence.leave()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        presence.leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLingering else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered.append(head.isKeepAlive)
            arrivingSince = .now()
        case .body: break
        case .end:
            arrivingSince = nil
            lastActivity = .now()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isLingering else {
            // The last answer was given; Hummingbird would add one for what came after it.
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head)
        where mustExplainRefusal && head.status == .badRequest && head.headers["content-length"] == ["0"]:
            closesAfterAnswer = true
            isExplained = true
            writeMalformedHTTP(context)
        case .head(var head):
            let asked = head.headers["connection"].contains { $0.lowercased() == "close" }
            closesAfterAnswer = asked || unanswered.first == false
            if closesAfterAnswer, !asked { head.headers.add(name: "Connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            if !unanswered.isEmpty { unanswered.removeFirst() }
            lastActivity = .now()
            if !isExplained { context.write(data, promise: promise) }
            if closesAfterAnswer { linger(context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isLingering else { return }
        if error is IOError {
            // The connection broke: there is nobody to explain anything to.
            presence.leave()
            context.fireErrorCaught(error)
        } else if unanswered.isEmpty {
            writeMalformedHTTP(context)
            linger(context)
        } else {
            mustExplainRefusal = true
            context.fireErrorCaught(error)
        }
    }

    private func writeMalformedHTTP(_ context: ChannelHandlerContext) {
        let answer = Refusal.malformedHTTP.answer
        let json = answer.json
        let fields: HTTPHeaders = [
            "Content-Type": "application/json", "Content-Length": String(json.count), "Connection": "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: json)))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            // A client that closed its side waits no longer, as nginx and Go's net/http see it too.
            presence.leave()
            if isLingering { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func linger(_ context: ChannelHandlerContext) {
        context.flush()
        isLingering = true
        arrivingSince = nil
        context.close(mode: .output, promise: nil)
        timer?.cancel()
        timer = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: Self.lingering) {
            context.close(promise: nil)
        }
    }

    private func scheduleTick(_ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: Self.tick) {
            let now = NIODeadline.now()
            let isLate = self.arrivingSince.map { now - $0 >= Self.requestDeadline } ?? false
            let isForgotten = self.unanswered.isEmpty && now - self.lastActivity >= Self.idleDeadline
            if isLate || isForgotten {
                context.close(promise: nil)
            } else {
                self.scheduleTick(context)
            }
        }
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
