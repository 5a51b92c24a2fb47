import NIOCore

/// The connections of one event loop, and what they share. Lives on that loop.
final class EventLoopConnections {
    /// How often the deadlines are looked at: one coarse timer for a loop, none for a connection.
    private static let tick: TimeAmount = .seconds(5)

    private let eventLoop: any EventLoop
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var timer: RepeatedTask?
    private var whenEmpty: EventLoopPromise<Void>?
    var requestBytes = RequestBytesCache()

    /// Called on `eventLoop`.
    init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { _ in
            let now = NIODeadline.now()
            for connection in Array(bound.value.connections.values) { connection.tick(at: now) }
        }
    }

    func add(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = connection
        // The server stopped while the connection was being accepted.
        if whenEmpty != nil { connection.quiesce() }
    }

    func remove(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { whenEmpty?.succeed() }
    }

    /// Ends each connection as soon as its requests are answered.
    /// - Returns: fulfilled when none is left.
    func quiesce() -> EventLoopFuture<Void> {
        if let whenEmpty { return whenEmpty.futureResult }
        timer?.cancel()
        let promise = eventLoop.makePromise(of: Void.self)
        whenEmpty = promise
        if connections.isEmpty { promise.succeed() }
        for connection in Array(connections.values) { connection.quiesce() }
        return promise.futureResult
    }

    /// Ends every connection at once.
    func close() {
        for connection in Array(connections.values) { connection.close() }
    }
}

@available(*, unavailable)
extension EventLoopConnections: Sendable {}
