/// A key as a row of the store.
package struct StoredKey: Equatable, Sendable {
    /// The key's kid.
    package let id: KeyID
    /// The sealed private half; of a key that will sign no more, the sealed public half.
    package var sealed: [UInt8]
    /// `keys.exp`, Unix seconds.
    package var exp: Int64
    /// nil for a row of the original implementation, which knew no states.
    package var lifecycle: KeyLifecycle?

    /// A row with these columns.
    package init(id: KeyID, sealed: [UInt8], exp: Int64, lifecycle: KeyLifecycle?) {
        self.id = id
        self.sealed = sealed
        self.exp = exp
        self.lifecycle = lifecycle
    }

    /// The row of a key with a lifecycle, which says `exp`.
    package init(_ lifecycle: KeyLifecycle, sealed: [UInt8]) {
        self.init(
            id: lifecycle.id, sealed: sealed, exp: lifecycle.withdrawnAt.secondsRoundedUp, lifecycle: lifecycle)
    }
}
