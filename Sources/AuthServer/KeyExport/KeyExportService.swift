import AuthCore
import AuthSodium
import Logging
import ServiceLifecycle

/// Keeps a directory with the public keys true to the key ring for as long as the server runs. A directory that cannot be
/// written stops nothing: it is one line, and tried again.
struct KeyExportService: Service {
    private static let firstPause: Duration = .seconds(1)
    private static let longestPause: Duration = .seconds(60)

    let directory: KeyExportDirectory
    let keyRing: CurrentKeyRing
    let workers: WorkerPool
    let logger: Logger

    func run() async {
        let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        keyRing.observe { _ in change.yield() }
        await cancelWhenGracefulShutdown {
            var pause: Duration?
            for await _ in changes {
                guard let set = keyRing.current?.set else { continue }
                do {
                    // Where waiting for the disk holds up nobody.
                    let done = try await workers.run(on: .generate) { [directory] in try directory.write(set) }
                    tell(done, wasFailing: pause != nil)
                    pause = nil
                } catch is CancellationError {
                    return
                } catch {
                    if pause == nil {
                        logger.error(
                            "the public keys cannot be exported",
                            metadata: ["directory": "\(directory.path)", "reason": "\(error)"])
                    }
                    let next = pause.map { min($0 * 2, Self.longestPause) } ?? Self.firstPause
                    pause = next
                    // It may outlive this service by its pause: to nobody, then.
                    Task {
                        try? await Task.sleep(for: next)
                        change.yield()
                    }
                }
            }
        }
    }

    private func tell(_ changes: KeyExportDirectory.Changes, wasFailing: Bool) {
        if wasFailing {
            logger.notice("the public keys are exported again", metadata: ["directory": "\(directory.path)"])
        }
        guard !changes.isEmpty else { return }
        logger.info(
            "the public keys were exported",
            metadata: [
                "directory": "\(directory.path)", "written": "\(changes.written.count)",
                "removed": "\(changes.removed.count)",
            ])
    }
}
