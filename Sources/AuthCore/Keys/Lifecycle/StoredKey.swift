/// A key as a row of the store.
package struct StoredKey: Equatable, Sendable {
    package let id: KeyID
    /// The sealed private half; of a key that will sign no more, the sealed public half.
    package var sealed: [UInt8]
    /// `keys.exp`, Unix seconds.
    package var exp: Int64
    /// nil for a row of the original implementation, which knew no states.
    package var record: KeyLifecycle?

    package init(id: KeyID, sealed: [UInt8], exp: Int64, record: KeyLifecycle?) {
        self.id = id
        self.sealed = sealed
        self.exp = exp
        self.record = record
    }

    package init(_ record: KeyLifecycle, sealed: [UInt8]) {
        self.init(id: record.id, sealed: sealed, exp: record.withdrawnAt.secondsRoundedUp, record: record)
    }
}
