import AuthCore
import Logging
import ServiceLifecycle

/// Ticks the rotation loop for as long as the server runs. A store that does not answer stops nothing: the JWK Set is
/// served from memory. Only a start without any key ends here.
struct KeyRotationService: Service {
    let loop: KeyRotationLoop
    let keyRing: CurrentKeyRing
    let changes: any ChangeFeed
    let logger: Logger

    func run() async throws {
        var isFailing = false
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            var pause = KeyRotationLoop.longestSleep
            do {
                pause = try await loop.tick()
                if isFailing { logger.notice("the keys are kept again") }
                isFailing = false
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
