/// How many accounts there are, and how many of them a client would have trouble with.
package struct AccountTally: Equatable, Sendable {
    /// All of them.
    package private(set) var all = 0
    /// Those that are disabled.
    package private(set) var disabled = 0
    /// Those that have to change their password before they can sign in; none that is disabled.
    package private(set) var withTemporaryPassword = 0
    /// Those without an address; none that is disabled.
    package private(set) var withoutEmail = 0

    /// None yet.
    package init() {}

    /// Those that are not disabled.
    package var enabled: Int { all - disabled }

    /// Counts one more.
    package mutating func count(_ account: Account) {
        all += 1
        guard account.disabledAt == nil else { return disabled += 1 }
        if account.mustChangePassword { withTemporaryPassword += 1 }
        if account.email == nil { withoutEmail += 1 }
    }
}
