import AuthCore
import Logging

/// What an endpoint knows of a request beside its head and body.
struct RequestContext: Sendable {
    let id: RequestID
    let logger: Logger
    private let caller: Caller
    private let address: IPAddress?

    /// - Parameter client: the caller's address as ``TrustedProxies`` sees it; nil where the connection broke.
    init(id: RequestID, caller: Caller, client: IPAddress?, logger: Logger) {
        self.id = id
        self.caller = caller
        address = client
        self.logger = logger
    }

    /// The client's address, behind however many trusted proxies.
    var client: IPAddress {
        get throws(RequestError) {
            guard let address else { throw .clientGone }
            return address
        }
    }

    /// Runs `work`, cancelled when the client goes: for what is not worth doing for nobody.
    func whileClientWaits<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await caller.disconnect.during(work)
    }
}
