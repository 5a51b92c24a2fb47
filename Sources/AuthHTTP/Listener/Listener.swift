import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Accepts connections until the server is stopped, and then lets them finish.
///
/// This folder owns the life of a connection: accepting, deadlines, order of answers, end. It must not know a path.
struct Listener {
    private static let backlog: Int32 = 4_096
    /// Connections taken from the kernel at once, where many wait.
    private static let acceptedAtOnce: UInt = 64

    let host: String
    let port: Int
    let fastPath: FastPath
    let bridge: HummingbirdBridge

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
        let stop: @Sendable () -> Void = {
            let ended = channel.close().recover { _ in }.flatMap {
                EventLoopFuture.andAllComplete(
                    all.map { loop in loop.eventLoop.flatSubmit { loop.value.quiesce() } }, on: channel.eventLoop)
            }
            ended.cascade(to: hasStopped)
        }
        await onListening(channel.localAddress?.port ?? 0)
        // A cancelled server owes its clients nothing more.
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                try? await hasStopped.futureResult.get()
            } onGracefulShutdown: {
                stop()
            }
        } onCancel: {
            stop()
            for loop in all { loop.eventLoop.execute { loop.value.close() } }
        }
    }

    private func bind(
        _ group: MultiThreadedEventLoopGroup, _ loops: [ObjectIdentifier: NIOLoopBound<EventLoopConnections>]
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: Self.acceptedAtOnce)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [fastPath, bridge] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops[ObjectIdentifier(channel.eventLoop)]?.value else { return }
                    try channel.pipeline.syncOperations.addHandler(ConnectionHandler(loop, fastPath, bridge))
                }
            }
            .bind(host: host, port: port).get()
    }
}
