import AuthCore
import Glibc
import Logging
import ServiceLifecycle

/// Says when a start takes long, and ends one that never becomes a server: whatever it waits for, somebody is told.
struct StartWatch: Service {
    private static let first: Duration = .seconds(10)
    private static let last: Duration = .seconds(120)

    let keyRing: CurrentKeyRing
    let logger: Logger
    let log: LogWriter

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await watch()
            // A service that ends while the others are being stopped is taken for one that failed.
            await untilCancelled()
        }
    }

    private func watch() async {
        guard await isStillWaiting(after: Self.first) else { return }
        logger.warning(
            "not listening yet: the first key is still being made and stored",
            metadata: ["gives_up_after": "\(Self.last.settingText)"])
        guard await isStillWaiting(after: Self.last - Self.first) else { return }
        logger.critical(
            "there is no key to sign with: see that the database answers and has room, then start again",
            metadata: ["waited": "\(Self.last.settingText)"])
        await log.flush()
        // Not thrown: what holds up the start may hold up an orderly end as well.
        _exit(1)
    }

    private func untilCancelled() async {
        let (never, _) = AsyncStream.makeStream(of: Never.self)
        for await _ in never {}
    }

    private func isStillWaiting(after time: Duration) async -> Bool {
        guard (try? await Task.sleep(for: time)) != nil else { return false }
        return keyRing.current == nil
    }
}
