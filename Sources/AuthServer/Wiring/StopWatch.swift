import AuthCore
import Glibc
import Logging
import ServiceLifecycle
import Synchronization

/// Sees to it that a stop that was asked for ends with 0 and in time, whatever still runs by then: somebody is told what
/// was broken off.
final class StopWatch: Sendable {
    private struct State {
        var hasBegun = false
        var running: [String] = []
    }

    /// From the end of accepting to the exit; the contract allows 5 s. What was cancelled after 3 s may be in a statement
    /// that waits for a lock, or at a key that takes long to make: neither can be interrupted, and neither is lost but
    /// undone.
    private static let longest: Duration = .milliseconds(4_500)

    private let logger: Logger
    private let log: LogWriter
    private let state = Mutex(State())

    init(logger: Logger, log: LogWriter) {
        self.logger = logger
        self.log = log
    }

    /// `service`, known to run by what it does.
    func watched(_ service: any Service, as name: String) -> any Service {
        WatchedService(service: service, name: name, watch: self)
    }

    /// The services are told to stop now.
    func begin() {
        state.withLock { $0.hasBegun = true }
        // On its own: neither the end of the services nor that of the database may hold it up.
        Task.detached { [self] in
            try? await Task.sleep(for: Self.longest)
            tell("stopped before all was done", of: state.withLock { $0.running })
            await log.flush()
            _exit(0)
        }
    }

    /// Runs the services. Once they are to stop, what a service throws because it was interrupted is one line and no
    /// failure; what only an operator can mend stays one.
    func excusing(_ run: () async throws -> Void) async throws {
        do {
            try await run()
        } catch let error where !(error is OperatorError) && state.withLock({ $0.hasBegun }) {
            tell("stopped by an error", of: ["\(type(of: error))"])
        }
    }

    fileprivate func note(_ name: String, runs: Bool) {
        state.withLock { state in
            if runs { state.running.append(name) } else { state.running.removeAll { $0 == name } }
        }
    }

    private func tell(_ message: Logger.Message, of what: [String]) {
        logger.warning(message, metadata: ["broken_off": "\(what.joined(separator: ", "))"])
    }
}

/// A service that a ``StopWatch`` knows of.
private struct WatchedService: Service {
    let service: any Service
    let name: String
    let watch: StopWatch

    func run() async throws {
        watch.note(name, runs: true)
        defer { watch.note(name, runs: false) }
        try await service.run()
    }
}
