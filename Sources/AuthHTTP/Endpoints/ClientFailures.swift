package import AuthCore

/// Slows down who tries secrets of clients, by their address. Who shows a right one is never held up: hosted clients of many
/// users share an address.
package struct ClientFailures: Sendable {
    private let limit: any RateLimiter

    /// Counted by `limit`.
    package init(limit: any RateLimiter) { self.limit = limit }

    /// Runs `body`, and counts it where the client could not prove itself.
    func counting<Result: Sendable>(
        _ context: RequestContext, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch AuthError.invalidClient {
            let key = try context.client.rateLimitKey
            if let refusal = await limit.refusal(for: key) { throw AuthError.rateLimited(refusal) }
            throw AuthError.invalidClient
        }
    }
}
