import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// Ends a connection's TLS as the connection behind it ends: says so (close_notify, RFC 8446 §6.1), and waits for no
/// reply. NIO's own handler would keep the socket for seconds where the client sends none, as most do.
///
/// What is wrong with the encryption is no matter of HTTP, and goes no further than this.
final class TLSEndHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let start: TLSStartHandler
    private let logger: Logger
    private var isEstablished = false

    init(_ start: TLSStartHandler, _ logger: Logger) {
        self.start = start
        self.logger = logger
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { isEstablished = true }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOSSLError, is BoringSSLError, is NIOTLSUnwrappingError:
            // A client that goes without its close_notify has sent whole requests, or none.
            if !isEstablished { logger.debug("a TLS handshake failed", metadata: ["reason": "\(error)"]) }
        default: context.fireErrorCaught(error)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output where isEstablished: context.close(mode: .output, promise: promise)
        // The end of the output before there is any is the end.
        case .output: start.end(promise: promise)
        default:
            if isEstablished { context.close(mode: .output, promise: nil) }
            start.end(promise: promise)
        }
    }
}

@available(*, unavailable)
extension TLSEndHandler: Sendable {}
