import Foundation

/// The name of an account in its canonical form: what is stored, looked up and held unique.
///
/// A new name has 1 to 64 characters in Unicode normalisation form C, is case-sensitive, and holds no control,
/// format, surrogate, unassigned or blank-looking character, no white space but single inner spaces, and no more combining
/// marks in a row than UAX #15 §13 has in its Stream-Safe format. Names that an older implementation let in keep working
/// for logins: ``forms(of:)`` tries the name exactly as it was sent first.
package struct Username: Hashable, Sendable {
    /// The most characters (Unicode scalars after normalisation) a new name may have.
    package static let maximumLength = 64

    /// Before normalisation: no character of a name takes more than three of four bytes each.
    private static let mostBytes = maximumLength * 3 * 4
    private static let mostMarks = 30

    /// The canonical form.
    package let text: String

    /// The canonical form of a name that someone wants to register.
    /// - Throws: ``AuthError/invalidRequest(_:)`` naming the rule that it breaks.
    package init(registering raw: String) throws(AuthError) {
        guard raw.utf8.count <= Self.mostBytes else { throw Self.tooLong }
        guard Self.isStreamSafe(raw) else {
            throw .invalidRequest("username must not have more than \(Self.mostMarks) combining marks in a row")
        }
        let name = Self.normalised(raw)
        let scalars = name.unicodeScalars
        guard !scalars.isEmpty else { throw .invalidRequest("username must not be empty") }
        guard scalars.count <= Self.maximumLength else { throw Self.tooLong }
        guard scalars.allSatisfy({ $0 == " " || $0.isVisible }) else {
            throw .invalidRequest(
                "username must not hold control characters or white space other than a space, nor characters that look blank"
            )
        }
        // Scalars, not characters: a combining accent would hide the space before it.
        guard scalars.first != " ", scalars.last != " ",
            !zip(scalars, scalars.dropFirst()).contains(where: { $0 == " " && $1 == " " })
        else {
            throw .invalidRequest("username must not begin or end with a space, nor hold two in a row")
        }
        text = name
    }

    /// The spellings under which an account may be stored, most exact first. What no new name can look like has one
    /// spelling: no caller decides how long normalisation takes.
    package static func forms(of raw: String) -> [String] {
        guard raw.utf8.count <= mostBytes, isStreamSafe(raw) else { return [raw] }
        let name = normalised(raw)
        return name.utf8.elementsEqual(raw.utf8) ? [raw] : [raw, name]
    }

    private static var tooLong: AuthError {
        .invalidRequest("username must have at most \(maximumLength) characters")
    }

    /// Whether putting its combining marks in order is quick: the time grows with the square of how many are in a row.
    private static func isStreamSafe(_ raw: String) -> Bool {
        var marks = 0
        for scalar in raw.unicodeScalars where scalar.value >= 0x80 || marks > 0 {
            marks = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : marks + 1
            if marks > mostMarks { return false }
        }
        return true
    }

    private static func normalised(_ raw: String) -> String {
        raw.utf8.isASCII ? raw : raw.precomposedStringWithCanonicalMapping
    }
}
