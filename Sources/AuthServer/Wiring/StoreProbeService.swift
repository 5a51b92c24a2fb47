import AuthCore
import ServiceLifecycle

/// Lets the store be tried once a second, beside the keys: a database that is locked holds a try for seconds.
struct StoreProbeService: Service {
    let store: WatchedStore

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await store.probe()
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
