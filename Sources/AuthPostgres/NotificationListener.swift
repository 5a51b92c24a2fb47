import AuthCore
import AuthSQL
import CLibPQ
import Synchronization

/// The thread that listens for changes of the keys, finds out when PostgreSQL is back, and sweeps.
///
/// Its connection is the fleet's pulse: asked once a second, it notices a dead network that no socket reports.
final class NotificationListener: Sendable {
    private static let pulse: Duration = .seconds(1)
    private static let sweepInterval: Duration = .seconds(10)
    private static let shortestBackoff: Duration = .milliseconds(100)
    private static let longestBackoff: Duration = .seconds(1)

    private let address: PostgresAddress
    private let first: Mutex<PostgresConnection?>
    private let breaker: CircuitBreaker
    private let pool: ConnectionPool
    private let notifications: KeyChangeNotifications

    init(
        address: PostgresAddress, first: PostgresConnection, breaker: CircuitBreaker, pool: ConnectionPool,
        notifications: KeyChangeNotifications
    ) {
        first.timeout = Self.pulse
        self.address = address
        self.first = Mutex(first)
        self.breaker = breaker
        self.pool = pool
        self.notifications = notifications
    }

    /// Works until the store is closed.
    func run() {
        var backoff = Self.shortestBackoff
        while !breaker.isClosed {
            do {
                let connection = try takeFirst() ?? PostgresConnection(to: address, timeout: Self.pulse)
                try connection.run([.once("LISTEN \(SchemaMigration.notificationChannel)")])
                backoff = Self.shortestBackoff
                // Before anything else: what was announced in the meantime is lost.
                reportRecovery()
                notifications.raise()
                listen(on: connection)
            } catch {
                if breaker.isClosed { return }
                let failure = error as? PostgresFailure
                if failure?.isShortage(whileSomeWork: pool.hasConnections) == true {
                    // It is there, and others have its connections: the pool may have some of them. Changes of the keys
                    // are looked for once a second meanwhile.
                    reportRecovery()
                } else {
                    breaker.report(outage: Self.reason(error))
                }
                pause(backoff)
                backoff = min(backoff * 2, Self.longestBackoff)
            }
        }
    }

    private func takeFirst() -> PostgresConnection? {
        first.withLock { first in
            defer { first = nil }
            return first
        }
    }

    private func reportRecovery() {
        if breaker.reportRecovery() { pool.connectAgain() }
    }

    /// A report that wakes the pause early is about what we know already.
    private func pause(_ span: Duration) {
        let end = ContinuousClock.now + span
        while !breaker.isClosed, .now < end { _ = breaker.pause(max(.milliseconds(1), end - .now), socket: nil) }
    }

    /// Returns when the connection is of no use any more. One that was merely closed says nothing about PostgreSQL: the
    /// next attempt does.
    private func listen(on connection: PostgresConnection) {
        do {
            try attend(to: connection)
        } catch let failure as PostgresFailure {
            if case .timedOut = failure.kind { breaker.report(outage: failure.reason) }
        } catch {
            breaker.report(outage: Self.reason(error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        (error as? PostgresFailure)?.reason ?? "\(type(of: error))"
    }

    private func attend(to connection: PostgresConnection) throws {
        var swept = ContinuousClock.now
        while !breaker.isClosed {
            let hasNews = breaker.pause(Self.pulse, socket: PQsocket(connection.handle))
            if hasNews {
                guard PQconsumeInput(connection.handle) == 1 else { throw connection.lost() }
            } else {
                // Nothing for a second, or somebody had a bad experience: is it there?
                try connection.run([.ping])
                reportRecovery()
            }
            takeNotices(connection)
            if .now - swept > Self.sweepInterval {
                swept = .now
                try connection.run([.once(Self.sweep)])
            }
        }
    }

    private func takeNotices(_ connection: PostgresConnection) {
        var isNotified = false
        while let notice = PQnotifies(connection.handle) {
            PQfreemem(notice)
            isNotified = true
        }
        if isNotified { notifications.raise() }
    }

    /// Windows that are over. A row that is in use just now is left for the next time.
    private static let sweep = """
        DELETE FROM rate_limits WHERE (name, client) IN (
            SELECT name, client FROM rate_limits WHERE ends_at < extract(epoch FROM clock_timestamp()) * 1000000
            FOR UPDATE SKIP LOCKED)
        """
}
