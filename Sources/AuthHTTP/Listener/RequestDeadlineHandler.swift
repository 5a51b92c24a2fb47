import AuthCore
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Tells the connection which requests the routes were given and which of them are answered, so that its deadlines and
/// its end come when they are due, and writes the answers as HTTP/1.1 does.
///
/// A request that is not HTTP gets a 400 in our shape here.
final class RequestDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = RoutesOutput
    typealias OutboundOut = ByteBuffer

    private let connection: ConnectionHandler
    private let disconnect: DisconnectSignal
    /// What a client is told of what cannot be read as a request.
    private var fault = RequestError.malformedHTTP

    init(_ connection: ConnectionHandler, _ disconnect: DisconnectSignal) {
        self.connection = connection
        self.disconnect = disconnect
    }

    func handlerRemoved(context: ChannelHandlerContext) { disconnect.leave() }

    func channelInactive(context: ChannelHandlerContext) {
        disconnect.leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        switch part {
        case .head(var head):
            connection.report(.requestBegan(keepsAlive: head.keepsConnection, at: .now()))
            if head.headers.contains(name: "transfer-encoding") {
                connection.expect(ChunkSizes(limit: RequestSize(of: head.uri).body))
            }
            // Without a body, or in HTTP/1.0, it means nothing (RFC 9110 §10.1.1).
            if !head.awaitsInvitation, head.headers.contains(name: "expect") {
                head.headers.remove(name: "expect")
                part = .head(head)
            }
        case .body: break
        case .end:
            connection.expect(nil)
            connection.report(.requestEnded)
        }
        context.fireChannelRead(wrapInboundOut(part))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .invitation:
            context.write(wrapOutboundOut(HTTPResponse(status: .continue).message(ByteBuffer())), promise: promise)
        case .answer(let head, let body):
            let action = connection.report(.answered(closes: head.headerFields[.connection] == "close"))
            if action == .drop {
                promise?.fail(ChannelError.outputClosed)
                return
            }
            let message = head.message(body, saysClose: action == .addConnectionCloseThenLinger)
            context.write(wrapOutboundOut(message), promise: promise)
            if action != .proceed { connection.linger() }
        case .refusal:
            if connection.report(.refusalDue) == .explainMalformedThenLinger { explainMalformed(context) }
            promise?.succeed()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError {
            // The connection broke: there is nobody to explain anything to.
            disconnect.leave()
            context.fireErrorCaught(error)
            return
        }
        if case .headerOverflow? = error as? HTTPParserError { fault = .headTooLarge }
        switch connection.report(.malformed) {
        case .explainMalformedThenLinger: explainMalformed(context)
        case .drop: break
        default: context.fireErrorCaught(error)
        }
    }

    private func explainMalformed(_ context: ChannelHandlerContext) {
        let error = ErrorResponse(fault)
        connection.countMalformed(error.status.code)
        context.write(wrapOutboundOut(error.message), promise: nil)
        connection.linger()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is BodyTooLarge {
            // To whoever reads the body it is as if it had come: the answer is that to a body which is too large.
            let body = context.channel.allocator.buffer(
                repeating: UInt8(ascii: " "), count: RequestSize.largestBody + 1)
            context.fireChannelRead(wrapInboundOut(.body(body)))
            return
        }
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            // A client that closed its side waits no longer, as nginx and Go's net/http see it too.
            disconnect.leave()
        }
        context.fireUserInboundEventTriggered(event)
    }
}

@available(*, unavailable)
extension RequestDeadlineHandler: Sendable {}
