// ServiceManager owns what is between the process and the manager that started it, systemd or what speaks like it:
// readiness, the watchdog, a socket that is handed over. It must not decide what the server does, and is nothing where
// nobody asks.

import AuthCore
import Foundation
import Glibc

/// The manager that started this process, as its environment names it: sd_notify(3), sd_watchdog_enabled(3) and
/// sd_listen_fds(3), without their library.
package struct ServiceManager: Sendable {
    /// A manager that is busy reads again after a moment; a start that is never known to have succeeded is undone.
    private static let (attempts, pause) = (40, Duration.milliseconds(50))

    private let notifications: NotificationSocket?
    /// How often it wants to hear that the server is well, halved; nil where it does not.
    package let watchdogInterval: Duration?
    /// The socket that it holds for us, also while we are not there; nil where there is none.
    package let inheritedSocket: InheritedSocket?

    /// - Parameters:
    ///   - environment: the process's variables.
    ///   - processID: its own: variables that are for another process are none of ours.
    /// - Throws: ``SettingsError`` for a socket that cannot be served.
    package init(environment: [String: String], processID: Int32) throws {
        notifications = environment["NOTIFY_SOCKET"].flatMap(NotificationSocket.init)
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(processID)" } ?? true
        let microseconds = isOurs ? environment["WATCHDOG_USEC"].flatMap(Int64.init) : nil
        watchdogInterval = microseconds.flatMap { $0 > 1 ? .microseconds($0 / 2) : nil }
        inheritedSocket = try InheritedSocket(environment: environment, processID: processID)
    }

    /// That of this process.
    /// - Throws: ``SettingsError`` for a socket that cannot be served.
    static func current() throws -> ServiceManager {
        try ServiceManager(environment: ProcessInfo.processInfo.environment, processID: getpid())
    }

    /// The start has succeeded.
    /// - Returns: false where there is a manager and it could not be told.
    @discardableResult
    package func isListening(host: String, port: Int) async -> Bool {
        let place = host.contains(":") ? "[\(host)]" : host
        return await tell("READY=1", "STATUS=listening on \(place):\(port)")
    }

    /// SIGTERM was taken. Said once: nobody waits for it, and the stop must not either.
    package func isStopping() { _ = notifications?.send("STOPPING=1\nSTATUS=stopping") }

    /// All is well, for as long as the watchdog waits.
    package func isAlive() async { await tell("WATCHDOG=1") }

    /// Brackets `reload` with what `systemctl reload` waits for.
    package func reloading(_ reload: @Sendable () async -> Void) async {
        await tell("RELOADING=1", "MONOTONIC_USEC=\(SystemTimeSource().uptime.nanoseconds / 1_000)")
        await reload()
        await tell("READY=1")
    }

    @discardableResult
    private func tell(_ assignments: String...) async -> Bool {
        guard let notifications else { return true }
        for _ in 0..<Self.attempts {
            switch notifications.send(assignments.joined(separator: "\n")) {
            case 0: return true
            case EAGAIN, ENOBUFS: try? await Task.sleep(for: Self.pause)
            default: return false
            }
        }
        return false
    }
}
