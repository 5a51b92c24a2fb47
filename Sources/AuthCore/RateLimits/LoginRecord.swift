/// What was counted of the passwords that were tried for one account, and of those that came from one block of addresses.
package struct LoginRecord: Equatable, Sendable {
    /// What is kept of one block at an account, or of the account as a whole.
    package struct Count: Equatable, Sendable {
        /// Wrong passwords. Of a block those since the account was hot; of an account no more than make it so.
        package let failures: Int
        /// When the last of them was counted, or an attempt claimed.
        package let attemptedAt: Timestamp
        /// When somebody logged in to the account from the block; nil for never, and for an account as a whole.
        package let succeededAt: Timestamp?

        /// A row of the store.
        package init(failures: Int, attemptedAt: Timestamp, succeededAt: Timestamp? = nil) {
            self.failures = failures
            self.attemptedAt = attemptedAt
            self.succeededAt = succeededAt
        }
    }

    /// Of the account, from everywhere and by every server.
    package let account: Count?
    /// Of the block at this account.
    package let block: Count?

    /// A record of these counts.
    package init(account: Count? = nil, block: Count? = nil) {
        self.account = account
        self.block = block
    }
}

/// Whose attempts are counted together: those of a block of addresses at an account.
package struct LoginKey: Hashable, Sendable {
    /// What ``AccountDigest`` makes of the name.
    package let account: [UInt8]
    /// Where the attempts come from.
    package let block: AddressBlock

    /// The attempts of `block` at `account`.
    package init(account: [UInt8], block: AddressBlock) {
        self.account = account
        self.block = block
    }
}
