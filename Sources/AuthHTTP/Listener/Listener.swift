import Glibc
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Accepts connections until the server is stopped, and then lets them finish.
///
/// This folder owns the life of a connection: accepting, deadlines, order of answers, end. It must not know a path.
struct Listener {
    private static let backlog: Int32 = 4_096
    /// What the system holds of one connection's requests and answers, in bytes (Linux doubles them). It would let them
    /// grow to megabytes, for callers who send without end or never read.
    private static let receiveBuffer: Int = 64 * 1024
    private static let sendBuffer: Int = 128 * 1024

    let host: String
    let port: Int
    /// One that listens already, in place of host and port: others have it too, and go on with it.
    let inheritedSocket: CInt?
    let limit: ConnectionLimit
    let trustedProxies: TrustedProxies
    /// What connections are encrypted with; nil for none.
    let certificate: CurrentCertificate?
    let logger: Logger
    let fastPath: FastPath
    let responder: Responder

    /// - Parameter onListening: told the port, which the system chose where `port` is 0.
    func run(onListening: @Sendable (_ port: Int) async -> Void) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        var loops: [ObjectIdentifier: NIOLoopBound<EventLoopConnections>] = [:]
        for eventLoop in group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = try await eventLoop.submit {
                NIOLoopBound(EventLoopConnections(on: eventLoop), eventLoop: eventLoop)
            }.get()
        }
        let channel = try await bind(group, loops)
        let hasStopped = group.any().makePromise(of: Void.self)
        let all = loops.values
        // A cancelled server owes its clients nothing more.
        let isShared = inheritedSocket != nil
        let stop: @Sendable (_ isCancelled: Bool) -> Void = { [logger] isCancelled in
            if isShared { channel.eventLoop.execute { try? AcceptHandler.stop(channel) } }
            let drained = all.map { loop in loop.eventLoop.submit { loop.value.drain() } }
            EventLoopFuture.whenAllSucceed(drained, on: channel.eventLoop).flatMap { counts in
                if isCancelled, case let left = counts.reduce(0, +), left > 0 {
                    logger.warning("connections were broken off", metadata: ["count": "\(left)"])
                }
                // Whoever connects in this moment is answered like those who are there; by the next server where the socket
                // is shared, but for those whom an event loop has not heard of yet.
                let isAlone = isCancelled || !isShared && counts.allSatisfy { $0 == 0 }
                return channel.eventLoop.scheduleTask(in: isAlone ? .zero : ConnectionState.drainGrace) {}.futureResult
            }.flatMap {
                channel.close().recover { _ in }
            }.flatMap {
                EventLoopFuture.andAllComplete(
                    all.map { loop in loop.eventLoop.flatSubmit { loop.value.ended() } }, on: channel.eventLoop)
            }.cascade(to: hasStopped)
        }
        await onListening(channel.localAddress?.port ?? 0)
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                try? await hasStopped.futureResult.get()
            } onGracefulShutdown: {
                stop(false)
            }
        } onCancel: {
            stop(true)
            for loop in all { loop.eventLoop.execute { loop.value.close() } }
        }
    }

    private func bind(
        _ group: MultiThreadedEventLoopGroup, _ loops: [ObjectIdentifier: NIOLoopBound<EventLoopConnections>]
    ) async throws -> any Channel {
        let count = ConnectionCount(limit, trustedProxies, logger, responder.metrics)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Inherited by what is accepted.
            .serverChannelOption(.socketOption(.so_rcvbuf), value: .init(Self.receiveBuffer))
            .serverChannelOption(.socketOption(.so_sndbuf), value: .init(Self.sendBuffer))
            .serverChannelInitializer { [logger] channel in
                channel.eventLoop.makeCompletedFuture {
                    let accept = AcceptHandler(count, logger) { wanted in
                        let share = wanted / loops.count + 1
                        for loop in loops.values { loop.eventLoop.execute { loop.value.endIdle(share) } }
                    }
                    try channel.pipeline.syncOperations.addHandler(accept)
                }
            }
            .childChannelInitializer { [fastPath, responder, certificate, logger] channel in
                let address = count.address(of: channel)
                channel.closeFuture.whenComplete { _ in count.ended(from: address) }
                return channel.eventLoop.makeCompletedFuture {
                    // Not by the bootstrap, which makes futures of them.
                    let options = channel.syncOptions
                    // More than one read would be held while the first is looked at.
                    try options?.setOption(.maxMessagesPerRead, value: 1)
                    try options?.setOption(.allowRemoteHalfClosure, value: true)
                    guard let loop = loops[ObjectIdentifier(channel.eventLoop)]?.value else { return }
                    if let certificate {
                        try channel.pipeline.syncOperations.addHandler(
                            TLSStartHandler(certificate, logger, responder.metrics))
                    }
                    try channel.pipeline.syncOperations.addHandler(ConnectionHandler(loop, fastPath, responder))
                }
            }
        guard let inheritedSocket else { return try await bootstrap.bind(host: host, port: port).get() }
        let channel = try await bootstrap.withBoundSocket(inheritedSocket).get()
        // NIO has given it a backlog of 128.
        listen(inheritedSocket, Self.backlog)
        return channel
    }
}
