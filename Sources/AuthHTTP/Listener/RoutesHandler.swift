import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Gives a connection's requests to the routes, one after the other, and writes their answers: carries out what
/// ``RequestTurns`` decides.
final class RoutesHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = RoutesOutput
    typealias OutboundOut = RoutesOutput

    private let connection: ConnectionHandler
    private let responder: Responder
    private let caller: Caller
    private var context: ChannelHandlerContext?
    private var turns = RequestTurns()
    /// Of the request that is being answered, where it had not come when its turn came.
    private var lateBody: LateBody?
    private var holdsRead = false
    private var isBroken = false

    init(_ connection: ConnectionHandler, _ responder: Responder, _ caller: Caller) {
        self.connection = connection
        self.responder = responder
        self.caller = caller
    }

    private func report(_ event: RequestTurns.Event) {
        guard let context else { return }
        switch turns.handle(event) {
        case .wait: break
        case .answer(let head, let body): answer(head, body, waitedForItsTurn: event.isEndOfAnswer, context)
        case .giveBody(let bytes): lateBody?.give(bytes)
        case .failBody: lateBody?.fail(HTTPParserError.invalidEOFState)
        case .refuseMalformed: context.writeAndFlush(wrapOutboundOut(.refusal), promise: nil)
        case .closeOutput: context.close(mode: isBroken ? .all : .output, promise: nil)
        }
        if holdsRead, turns.wantsInput {
            holdsRead = false
            context.read()
        }
    }

    private func answer(
        _ head: HTTPRequestHead, _ body: RequestTurns.Body, waitedForItsTurn: Bool, _ context: ChannelHandlerContext
    ) {
        guard let head = try? HTTPRequest(head, secure: false, splitCookie: false) else {
            context.close(promise: nil)
            return
        }
        let request = Request(head: head, body: requestBody(body, context)).invitingBody(over: context.channel)
        let route = responder.table[request]
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let work: @Sendable () async -> Void = { [responder, caller] in
            let response = await responder.respond(to: request, by: route, from: caller)
            let body = try? await response.body.whole
            handler.eventLoop.execute { handler.value.write(response.head, body) }
        }
        if !waitedForItsTurn, route?.beginsAtOnce == true {
            Task.immediate(operation: work)
        } else {
            // Not on the event loop: callers who pipeline without end kept it from its other connections for seconds, also
            // with what is short.
            Task(operation: work)
        }
    }

    private func requestBody(_ body: RequestTurns.Body, _ context: ChannelHandlerContext) -> RequestBody {
        if case .whole(let bytes) = body { return RequestBody(buffer: bytes) }
        let late = LateBody(on: context.eventLoop)
        if body == .malformed { late.fail(HTTPParserError.invalidEOFState) }
        lateBody = late
        return RequestBody(asyncSequence: late)
    }

    private func write(_ head: HTTPResponse, _ body: ByteBuffer?) {
        guard let context else { return }
        guard let body else {
            context.close(promise: nil)
            return
        }
        context.writeAndFlush(wrapOutboundOut(.answer(head, body)), promise: nil)
        let bodyWasRead = endBody()
        // Nothing is answered behind the last answer.
        report(connection.isOpen ? .answered(bodyWasRead: bodyWasRead) : .ended)
    }

    /// - Returns: whether it came late, and somebody waited for it.
    private func endBody() -> Bool {
        defer { lateBody = nil }
        lateBody?.fail(CancellationError())
        return lateBody?.wasRead ?? false
    }

    // MARK: What the channel says

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        _ = endBody()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): report(.head(head))
        case .body(let part): report(.body(part))
        case .end: report(.end)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { report(.inputPaused) }

    func read(context: ChannelHandlerContext) {
        holdsRead = !turns.wantsInput
        if !holdsRead { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError {
            report(.malformed)
        } else {
            isBroken = true
            report(.inputClosed)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { report(.inputClosed) }
    }
}

extension RequestTurns.Event {
    /// Whether what follows from it waited for an answer to an earlier request.
    fileprivate var isEndOfAnswer: Bool {
        if case .answered = self { true } else { false }
    }
}

@available(*, unavailable)
extension RoutesHandler: Sendable {}
