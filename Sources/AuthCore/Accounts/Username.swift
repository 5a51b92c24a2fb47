import Foundation

/// The name of an account in its canonical form: what is stored, looked up and held unique.
///
/// A new name has 1 to 64 characters in Unicode normalisation form C, is case-sensitive, and holds no control,
/// format, surrogate or unassigned character and no white space but single inner spaces. Names that an older
/// implementation let in keep working for logins: ``forms(of:)`` tries the name exactly as it was sent first.
package struct Username: Hashable, Sendable {
    /// The most characters (Unicode scalars after normalisation) a new name may have.
    package static let maximumLength = 64

    /// The canonical form.
    package let text: String

    /// The canonical form of a name that someone wants to register.
    /// - Throws: ``AuthError/invalidRequest(_:)`` naming the rule that it breaks.
    package init(registering raw: String) throws(AuthError) {
        let name = Self.normalised(raw)
        let scalars = name.unicodeScalars
        guard !scalars.isEmpty else { throw .invalidRequest("username must not be empty") }
        guard scalars.count <= Self.maximumLength else {
            throw .invalidRequest("username must have at most \(Self.maximumLength) characters")
        }
        guard scalars.allSatisfy({ $0 == " " || $0.isVisible }) else {
            throw .invalidRequest("username must not hold control characters or white space other than a space")
        }
        // Scalars, not characters: a combining accent would hide the space before it.
        guard scalars.first != " ", scalars.last != " ",
            !zip(scalars, scalars.dropFirst()).contains(where: { $0 == " " && $1 == " " })
        else {
            throw .invalidRequest("username must not begin or end with a space, nor hold two in a row")
        }
        text = name
    }

    /// The spellings under which an account may be stored, most exact first.
    package static func forms(of raw: String) -> [String] {
        let name = normalised(raw)
        return name.utf8.elementsEqual(raw.utf8) ? [raw] : [raw, name]
    }

    private static func normalised(_ raw: String) -> String {
        raw.utf8.allSatisfy { $0 < 0x80 } ? raw : raw.precomposedStringWithCanonicalMapping
    }
}
