import AuthCore
import Logging
import ServiceLifecycle

/// Ticks the rotation loop for as long as the server runs. A store that does not answer stops nothing: the JWK Set is
/// served from memory. Only a start without any key ends here, when the store has not come back within a time.
struct KeyRotationService: Service {
    /// How long a first key is tried for. The database was opened: what fails now may pass, a full disk for one.
    private static let longestStart: Duration = .seconds(30)

    let loop: KeyRotationLoop
    let keyRing: CurrentKeyRing
    let changes: any ChangeFeed
    let time: any TimeSource
    let logger: Logger

    func run() async throws {
        let start = time.uptime
        var isFailing = false
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            var pause = KeyRotationLoop.longestSleep
            do {
                pause = try await loop.tick()
                if isFailing { logger.notice("the keys are kept again") }
                isFailing = false
            } catch AuthError.unavailable(let reason) {
                // The line is the store's.
                guard keyRing.current != nil || time.uptime - start < Self.longestStart else {
                    throw OperatorError.refused(
                        "no key could be read or written for \(Self.longestStart.settingText): the database says"
                            + " \"\(reason)\"; see that it has room and answers, then start again")
                }
            } catch {
                guard keyRing.current != nil else { throw error }
                if !isFailing { logger.error("the keys cannot be kept", metadata: ["reason": "\(error)"]) }
                isFailing = true
            }
            let sleep = pause
            await cancelWhenGracefulShutdown { await changes.wait(atMost: sleep) }
        }
    }
}
