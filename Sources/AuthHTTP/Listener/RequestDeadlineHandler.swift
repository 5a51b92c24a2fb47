import AuthCore
import NIOCore
import NIOHTTP1

/// Watches over the requests of one connection: who still waits for an answer, how long a request may take to arrive,
/// and after which answer the connection ends. Sits between the HTTP/1 encoder and Hummingbird.
///
/// - The body of a request has ``requestDeadline`` to arrive whole, however slowly it drips: Hummingbird's own timer is
///   reset by every part, which a slow body would exploit.
/// - A request that is not HTTP gets a 400 in our shape.
final class RequestDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Whether a request turned out malformed while an earlier answer was on the way. Hummingbird gives it a 400 of its
    /// own then, which has no body and is replaced by ours.
    private enum Malformed {
        case no
        case mustBeExplained
        case explained
    }

    private static let requestDeadline: TimeAmount = .seconds(10)

    private let connection: ConnectionHandler
    let presence = DisconnectSignal()
    /// Whether each unanswered request lets the connection live on, oldest first.
    private var unanswered: [Bool] = []
    private var arrivingSince: NIODeadline?
    private var closesAfterAnswer = false
    private var malformed = Malformed.no

    init(_ connection: ConnectionHandler) { self.connection = connection }

    /// Whether an answer written now would be in its turn.
    var isIdle: Bool { unanswered.isEmpty && arrivingSince == nil }

    /// Whether a request has arrived that is not answered yet.
    var isWaiting: Bool { !unanswered.isEmpty }

    /// Whether the request that is arriving has taken too long.
    func isLate(at now: NIODeadline) -> Bool { arrivingSince.map { now - $0 >= Self.requestDeadline } ?? false }

    func handlerRemoved(context: ChannelHandlerContext) { presence.leave() }

    func channelInactive(context: ChannelHandlerContext) {
        presence.leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered.append(head.isKeepAlive)
            arrivingSince = .now()
        case .body: break
        case .end:
            arrivingSince = nil
            connection.noteActivity()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !connection.isEnding else {
            // The last answer was given; Hummingbird would add one for what came after it.
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head)
        where malformed == .mustBeExplained && head.status == .badRequest && head.headers["content-length"] == ["0"]:
            closesAfterAnswer = true
            malformed = .explained
            writeMalformedHTTP(context)
        case .head(var head):
            let asked = head.headers["connection"].contains { $0.lowercased() == "close" }
            closesAfterAnswer = asked || unanswered.first == false
            if closesAfterAnswer, !asked { head.headers.add(name: "Connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            if !unanswered.isEmpty { unanswered.removeFirst() }
            connection.noteActivity()
            if malformed != .explained { context.write(data, promise: promise) }
            if closesAfterAnswer { connection.linger() }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError {
            // The connection broke: there is nobody to explain anything to.
            presence.leave()
            context.fireErrorCaught(error)
        } else if unanswered.isEmpty {
            writeMalformedHTTP(context)
            connection.linger()
        } else {
            malformed = .mustBeExplained
            context.fireErrorCaught(error)
        }
    }

    private func writeMalformedHTTP(_ context: ChannelHandlerContext) {
        let answer = ErrorResponse.malformedHTTP.answer
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
        }
        context.fireUserInboundEventTriggered(event)
    }
}

@available(*, unavailable)
extension RequestDeadlineHandler: Sendable {}
