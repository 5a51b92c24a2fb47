import Logging
import NIOCore
import NIOSSL

/// Stands at the socket of a port that speaks TLS. The first byte decides: a handshake gets NIO's handler for it, with
/// the certificate of that moment; plain HTTP an answer that says so; anything else an end. A connection that sends
/// nothing costs no more than without TLS.
///
///     nothing yet    socket ⇄ TLSStartHandler ⇄ ConnectionHandler
///     TLS            socket ⇄ TLSStartHandler ⇄ NIOSSLServerHandler ⇄ TLSEndHandler ⇄ ConnectionHandler
final class TLSStartHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case untouched
        case encrypted
        /// What comes is dropped.
        case over
    }

    /// The type of a record that carries a handshake (RFC 8446 §5.1), with which every client begins.
    private static let handshakeRecord: UInt8 = 22
    /// How long input is read after the refusal, so that it is not lost by a reset.
    private static let lingering: TimeAmount = .seconds(1)

    private let certificate: CurrentCertificate
    private let logger: Logger
    private let metrics: HTTPMetrics
    private var context: ChannelHandlerContext?
    private var phase = Phase.untouched

    init(_ certificate: CurrentCertificate, _ logger: Logger, _ metrics: HTTPMetrics) {
        self.certificate = certificate
        self.logger = logger
        self.metrics = metrics
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .encrypted: context.fireChannelRead(data)
        case .over: break
        case .untouched:
            let bytes = unwrapInboundIn(data)
            guard let first = bytes.readableBytesView.first else { return }
            if first == Self.handshakeRecord {
                start(context)
                context.fireChannelRead(data)
            } else {
                refuse(context, isHTTP: (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first))
            }
        }
    }

    private func start(_ context: ChannelHandlerContext) {
        phase = .encrypted
        do {
            try context.pipeline.syncOperations.addHandlers(
                [NIOSSLServerHandler(context: certificate.current.context), TLSEndHandler(self, logger)],
                position: .after(self))
        } catch {
            context.close(promise: nil)
        }
    }

    private func refuse(_ context: ChannelHandlerContext, isHTTP: Bool) {
        phase = .over
        guard isHTTP else {
            context.close(promise: nil)
            return
        }
        metrics.noteMalformed()
        context.writeAndFlush(wrapOutboundOut(ErrorResponse(.plainHTTP).message), promise: nil)
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: Self.lingering) {
            context.close(promise: nil)
        }
    }

    /// NIO's handler closes right behind its close_notify, which may still wait.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.closeBehindOutput(mode, promise: promise)
    }

    /// Ends the connection at once, whatever waits.
    func end(promise: EventLoopPromise<Void>?) {
        if let context { context.close(promise: promise) } else { promise?.fail(ChannelError.alreadyClosed) }
    }
}

@available(*, unavailable)
extension TLSStartHandler: Sendable {}
