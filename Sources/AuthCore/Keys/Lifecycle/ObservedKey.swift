/// A key as the store has it, and as this process sees it by a clock that no one can set.
///
/// The schedule decides on what is in effect. A decision is written to both, so a time that was only corrected for a
/// clock jump never reaches the store.
@dynamicMemberLookup
package struct ObservedKey: Equatable, Sendable {
    /// As the store has it, with the decisions taken since.
    package private(set) var stored: KeyLifecycle
    /// With its times moved along with the clock, and the same decisions.
    package private(set) var effective: KeyLifecycle

    /// A key that is seen otherwise than it is stored.
    package init(stored: KeyLifecycle, effective: KeyLifecycle) {
        self.stored = stored
        self.effective = effective
    }

    /// A key that is seen as it is stored.
    package init(_ key: KeyLifecycle) { self.init(stored: key, effective: key) }

    /// What is in effect.
    package subscript<Value>(dynamicMember path: KeyPath<KeyLifecycle, Value>) -> Value { effective[keyPath: path] }

    /// Takes a decision about the key.
    mutating func decide(_ change: (inout KeyLifecycle) -> Void) {
        change(&stored)
        change(&effective)
    }
}
