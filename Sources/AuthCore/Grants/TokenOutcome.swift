/// How a token request ends that was not refused before anything was changed.
enum TokenOutcome<Given: Sendable>: Sendable {
    case given(Given)
    /// The grant was ended, which has to be committed.
    case reused(Grant, GrantEnd, RefreshReuse?)
    /// Nobody can refresh at the moment; nothing was changed.
    case withoutKey

    func map<Other>(_ transform: (Given) async throws -> Other) async rethrows -> TokenOutcome<Other> {
        switch self {
        case .given(let given): .given(try await transform(given))
        case .reused(let grant, let reason, let reuse): .reused(grant, reason, reuse)
        case .withoutKey: .withoutKey
        }
    }
}
