/// How long what clients are given lives, in whole seconds.
package struct TokenLifetimes: Equatable, Sendable {
    /// An access token's that comes with a refresh token.
    package var accessWithRefresh: Duration
    /// Any other access token's.
    package var access: Duration
    /// An ID token's.
    package var identity: Duration
    /// What refresh tokens may.
    package var refresh: RefreshPresentation.Policy

    /// These lifetimes.
    package init(
        accessWithRefresh: Duration = .seconds(600), access: Duration = .seconds(3_600),
        identity: Duration = .seconds(3_600), refresh: RefreshPresentation.Policy = .init()
    ) {
        self.accessWithRefresh = accessWithRefresh
        self.access = access
        self.identity = identity
        self.refresh = refresh
    }

    /// Of an access token for these resources: as short as the shortest of them wants it.
    /// - Parameter end: when what it hangs on ends; nil where it hangs on nothing.
    func access(
        for resources: [Resource], withRefresh: Bool, from start: Timestamp, until end: Timestamp?
    ) -> Duration {
        let usual = withRefresh ? accessWithRefresh : access
        let wanted = resources.map { $0.lifetime ?? usual }.min() ?? usual
        guard let end else { return wanted }
        return min(wanted, max(.seconds(1), .seconds(end.seconds - start.seconds)))
    }
}
