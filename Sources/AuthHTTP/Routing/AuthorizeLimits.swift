package import AuthCore

/// What counts requests of one address to `/authorize`, where no password is checked: an office, or a school, comes from
/// one address. What an unknown browser leaves there is a row for an hour.
package struct AuthorizeLimits: Sendable {
    /// How many times as many as passwords there may be: of who signs in once most go on to a few clients.
    package static let factor = 4

    let usual: any RateLimiter
    let long: any RateLimiter

    /// - Parameters:
    ///   - usual: as many times as many as passwords.
    ///   - long: of requests with a target of more than 2 KiB, as many as passwords: they take room.
    package init(usual: any RateLimiter, long: any RateLimiter) {
        self.usual = usual
        self.long = long
    }
}
