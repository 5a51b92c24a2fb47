import Foundation

/// What a person is shown of a client: 1 to 64 visible characters in Unicode normalisation form C, with single spaces
/// between them. Two clients may have one name.
package struct ClientName: Hashable, Sendable {
    /// The most characters (Unicode scalars after normalisation) that one has.
    package static let maximumLength = 64

    /// As it is shown.
    package let text: String

    /// - Throws: ``AuthError/invalidRequest(_:)`` naming the rules.
    package init(_ raw: String) throws(AuthError) {
        // No character takes more than three of four bytes each: what is far longer is not normalised.
        let isShort = raw.utf8.count <= Self.maximumLength * 12
        let name = isShort ? raw.precomposedStringWithCanonicalMapping : ""
        let scalars = name.unicodeScalars
        let spaces = scalars.split(separator: " ", omittingEmptySubsequences: false)
        guard isShort, scalars.count <= Self.maximumLength, spaces.allSatisfy({ !$0.isEmpty }),
            scalars.allSatisfy({ $0 == " " || $0.isVisible })
        else {
            throw .invalidRequest(
                "a client's name has 1 to \(Self.maximumLength) visible characters, with single spaces between them")
        }
        text = name
    }

    /// As it is stored, whatever the rules are by now.
    package init(stored text: String) { self.text = text }
}
