import NIOCore
import NIOHTTP1

/// Takes the requests for documents out of a connection's input, and has them answered on the event loop.
///
/// It takes a request only if it would be answered at once anyway: no earlier request on the connection still waits for
/// its answer. Everything else passes on to the ordinary routes, which answer the same bytes.
/// Why: an ordinary request costs two thread hops and some sixty allocations, this one costs a lookup and a write.
final class FastPathHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let fastPath: FastPath
    private let connection: ConnectionHandler
    /// The request whose end has not been read yet.
    private var pending: FastRequest?
    /// What comes behind a head that was refused could be anything.
    private var hasRefused = false

    init(_ fastPath: FastPath, _ connection: ConnectionHandler) {
        self.fastPath = fastPath
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard connection.report(.input) == .proceed, !hasRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard head.hasProperHost else { return refuse(context) }
            pending = connection.canAnswerAtOnce ? fastPath.recognise(head) : nil
            guard pending == nil else { return }
            connection.report(.routesNeeded)
            context.fireChannelRead(data)
        case .body: context.fireChannelRead(data)
        case .end:
            guard let request = pending else {
                context.fireChannelRead(data)
                return
            }
            pending = nil
            connection.answer(request)
        }
    }

    /// As the decoder refuses what it finds malformed itself.
    private func refuse(_ context: ChannelHandlerContext) {
        hasRefused = true
        connection.report(.routesNeeded)
        context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard connection.report(.input) == .proceed, !hasRefused else { return }
        // A connection that broke needs nobody to explain anything.
        if !(error is IOError) { connection.report(.routesNeeded) }
        context.fireErrorCaught(error)
    }
}

@available(*, unavailable)
extension FastPathHandler: Sendable {}
