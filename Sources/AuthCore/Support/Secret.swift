import Glibc

/// A password or another secret, as the exact UTF-8 bytes that were given: no normalisation, no truncation.
///
/// Our copy is wiped when the last reference goes (hygiene: the request buffer it came from was never ours). It prints
/// as a placeholder, so that it cannot reach a log through interpolation or a mirror.
package final class Secret: Sendable, CustomStringConvertible, CustomReflectable {
    // Written once in `init`, before the object is shared, and never again until `deinit`.
    private nonisolated(unsafe) let start: UnsafeMutableRawPointer
    private let count: Int

    /// Copies the UTF-8 bytes of `text`.
    package init(_ text: String) {
        count = text.utf8.count
        // At least one byte: an empty secret has an address too, which C wants.
        start = .allocate(byteCount: max(1, count), alignment: 1)
        UnsafeMutableRawBufferPointer(start: start, count: count).copyBytes(from: text.utf8)
    }

    deinit {
        explicit_bzero(start, count)
        start.deallocate()
    }

    /// Lends the bytes for the duration of `body`.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Whether it has the same bytes. How long this takes may say where they differ: for two that one caller gave.
    package func isSame(as other: Secret) -> Bool {
        withBytes { mine in other.withBytes { theirs in mine.elementsEqual(theirs) } }
    }

    /// Whether it has no byte.
    package var isEmpty: Bool { count == 0 }
    package var description: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
