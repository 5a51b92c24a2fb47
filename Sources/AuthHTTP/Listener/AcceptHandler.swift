import Logging
import NIOCore

/// Accepts no more connections than there may be: the descriptors that are left belong to the database and the log.
/// Whoever comes then waits in the kernel's queue, while the longest idle connections make room. An address that has
/// its share already is refused a further one.
final class AcceptHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// Connections taken from the kernel at once, where many wait.
    private static let acceptedAtOnce = 64
    /// How long accepting rests when there is no room, or the system refused.
    private static let pause: TimeAmount = .milliseconds(100)
    private static let betweenWarnings: TimeAmount = .minutes(1)

    private let count: ConnectionCount
    private let logger: Logger
    /// Asks for so many connections to be ended.
    private let makeRoom: (Int) -> Void
    private var acceptsAtOnce = 0
    private var isResting = false
    private var isStopped = false
    private var warned: NIODeadline?
    private var refused = RefusedConnections()

    init(_ count: ConnectionCount, _ logger: Logger, makeRoom: @escaping (Int) -> Void) {
        self.count = count
        self.logger = logger
        self.makeRoom = makeRoom
    }

    func handlerAdded(context: ChannelHandlerContext) { accept(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        if count.began(from: count.address(of: channel)) {
            context.fireChannelRead(data)
        } else {
            refuse(channel, context)
        }
    }

    /// Until it is closed it is one of all.
    private func refuse(_ channel: any Channel, _ context: ChannelHandlerContext) {
        let address = channel.remoteAddress?.ipAddress ?? "unknown"
        channel.closeFuture.whenComplete { [count] _ in count.ended(from: nil) }
        channel.close(promise: nil)
        guard let delay = refused.add(at: .now()) else { return }
        context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: delay) {
            let number = self.refused.report(at: .now())
            self.count.tellRefused(number, address)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        accept(context)
        context.fireChannelReadComplete()
    }

    /// The system has no descriptor or no memory for one more: NIO alone would try again at once, for ever.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let now = NIODeadline.now()
        if warned.map({ now - $0 >= Self.betweenWarnings }) ?? true {
            warned = now
            logger.warning("a connection cannot be accepted", metadata: ["reason": "\(error)"])
        }
        rest(context)
    }

    /// Accepts no more, and leaves who comes to whoever has the socket as well.
    static func stop(_ channel: any Channel) throws {
        let handler = try channel.pipeline.syncOperations.handler(type: AcceptHandler.self)
        (handler.isStopped, handler.isResting) = (true, true)
        try channel.syncOptions?.setOption(.autoRead, value: false)
    }

    private func accept(_ context: ChannelHandlerContext) {
        guard !isResting else { return }
        let wanted = min(Self.acceptedAtOnce, count.room)
        guard wanted > 0 else {
            // So few that it is no relief, of which the operator would be told.
            makeRoom(min(Self.acceptedAtOnce, count.limit / 32))
            rest(context)
            return
        }
        guard wanted != acceptsAtOnce else { return }
        acceptsAtOnce = wanted
        try? context.channel.syncOptions?.setOption(.maxMessagesPerRead, value: UInt(wanted))
    }

    /// Not reading is not enough: after an error NIO's read is still pending, and the selector would not let it rest.
    private func rest(_ context: ChannelHandlerContext) {
        guard !isResting else { return }
        isResting = true
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: Self.pause) {
            guard !self.isStopped else { return }
            self.isResting = false
            self.accept(context)
            if !self.isResting { try? context.channel.syncOptions?.setOption(.autoRead, value: true) }
        }
    }
}

@available(*, unavailable)
extension AcceptHandler: Sendable {}
