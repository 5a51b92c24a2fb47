import AuthCore
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Tells the connection which requests the routes were given and which of them are answered, so that its deadlines and
/// its end come when they are due. Sits between the HTTP/1 encoder and ``RoutesHandler``.
///
/// A request that is not HTTP gets a 400 in our shape here.
final class RequestDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

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
        var part = unwrapOutboundIn(data)
        // An interim answer is none.
        if case .head(let head) = part, head.status.code < 200 {
            context.write(data, promise: promise)
            return
        }
        let action = connection.report(Self.event(part))
        switch action {
        case .drop:
            promise?.fail(ChannelError.outputClosed)
            return
        case .explainMalformed:
            writeMalformedHTTP(context)
            promise?.succeed()
            return
        // The end of the explanation is written.
        case .linger:
            promise?.succeed()
            return
        case .addConnectionClose:
            if case .head(var head) = part {
                head.headers.add(name: "Connection", value: "close")
                part = .head(head)
            }
        default: break
        }
        context.write(wrapOutboundOut(part), promise: promise)
        if action == .proceedThenLinger { connection.linger() }
    }

    private static func event(_ part: HTTPServerResponsePart) -> ConnectionState.Event {
        switch part {
        case .head(let head):
            .answerBegan(
                closes: head.headers.first(name: "connection")?.lowercased() == "close",
                isBareRefusal: head.status == .badRequest && head.headers["content-length"] == ["0"])
        case .body: .answerContinued
        case .end: .answerEnded
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
        case .explainMalformedThenLinger:
            writeMalformedHTTP(context)
            connection.linger()
        case .drop: break
        default: context.fireErrorCaught(error)
        }
    }

    private func writeMalformedHTTP(_ context: ChannelHandlerContext) {
        let error = ErrorResponse(fault)
        connection.countMalformed(error.status.code)
        let json = error.json
        let fields: HTTPHeaders = [
            "Content-Type": "application/json", "Content-Length": String(json.count), "Connection": "close",
        ]
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: error.status.code), headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: json)))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
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
