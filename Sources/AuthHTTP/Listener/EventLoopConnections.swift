import NIOCore

/// The connections of one event loop, and what they share. Lives on that loop.
final class EventLoopConnections {
    /// How often the deadlines are looked at: one coarse timer for a loop, none for a connection.
    private static let tick: TimeAmount = .seconds(5)
    /// How often while the server stops, which is a matter of a second.
    private static let drainingTick: TimeAmount = .milliseconds(50)
    /// Connections whose input is gone on with before the loop looks at others.
    private static let resumedAtOnce = 4
    /// Until then: a task without a delay would run before the loop looks at any socket.
    private static let untilResumed: TimeAmount = .microseconds(100)

    private let eventLoop: any EventLoop
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var timer: RepeatedTask?
    private var lastTick: NIODeadline?
    private var isDraining = false
    private var whenEmpty: EventLoopPromise<Void>?
    /// Those that hold input which may be gone on with, in their turn.
    private var resumable: CircularBuffer<ConnectionHandler> = []
    private var willResume = false
    var requestBytes = RequestBytesCache()

    /// Called on `eventLoop`.
    init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        timer = startTimer(Self.tick)
    }

    private func startTimer(_ period: TimeAmount) -> RepeatedTask {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { _ in
            let now = NIODeadline.now()
            bound.value.lastTick = now
            for connection in Array(bound.value.connections.values) { connection.tick(at: now) }
        }
    }

    func add(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = connection
        // The server stopped while the connection was being accepted.
        if isDraining { connection.drain(since: .now()) }
    }

    func remove(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { whenEmpty?.succeed() }
    }

    /// Whether connections wait for their turn.
    var isBusy: Bool { !resumable.isEmpty }

    /// Has `connection` go on with the input that it holds, after others had their turn.
    func resumeLater(_ connection: ConnectionHandler) {
        resumable.append(connection)
        resumeSoon()
    }

    private func resumeSoon() {
        guard !willResume, !resumable.isEmpty else { return }
        willResume = true
        eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: Self.untilResumed) {
            self.willResume = false
            for _ in 0..<min(Self.resumedAtOnce, self.resumable.count) { self.resumable.removeFirst().resume() }
            self.resumeSoon()
        }
    }

    /// Ends up to `count` connections of those that have been between requests for longest, two ticks at least: one that
    /// the last tick alone found so may ask ten times a second.
    func endIdle(_ count: Int) {
        let idle = connections.values.compactMap { connection in connection.idleSince.map { ($0, connection) } }
        guard let lastTick, let oldest = idle.lazy.map(\.0).min(), oldest < lastTick else { return }
        for (_, connection) in idle.lazy.filter({ $0.0 == oldest }).prefix(count) { connection.close() }
    }

    /// From now on each answer ends its connection, and one without a request ends soon.
    /// - Returns: how many connections there are.
    func drain() -> Int {
        if !isDraining {
            isDraining = true
            timer?.cancel()
            timer = startTimer(Self.drainingTick)
            let now = NIODeadline.now()
            for connection in connections.values { connection.drain(since: now) }
        }
        return connections.count
    }

    /// Fulfilled when no connection is left; for when none is accepted any more.
    func ended() -> EventLoopFuture<Void> {
        if let whenEmpty { return whenEmpty.futureResult }
        let promise = eventLoop.makePromise(of: Void.self)
        whenEmpty = promise
        if connections.isEmpty { promise.succeed() }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        promise.futureResult.whenComplete { _ in bound.value.timer?.cancel() }
        return promise.futureResult
    }

    /// Ends every connection at once.
    func close() {
        for connection in Array(connections.values) { connection.close() }
    }
}

@available(*, unavailable)
extension EventLoopConnections: Sendable {}
