/// The parameters of an OAuth request, decoded: from a query or a form. One without a value counts as none, unknown ones
/// are nobody's business, and one that is given twice is refused when it is asked for (RFC 6749 §3.1, §3.2).
///
/// What is compared with something is ASCII (RFC 6749 appendix A). Only what is handed on or hashed as it came may be more: to compare
/// two texts in Unicode takes a crafted one tens of milliseconds.
package struct RequestParameters: Sendable {
    private static let texts: Set = ["state", "nonce", "login_hint", "client_secret"]
    private let pairs: [(name: String, value: String)]

    /// - Parameter pairs: names, in ASCII, and values in their order.
    package init(_ pairs: [(name: String, value: String)]) {
        self.pairs = pairs.contains { $0.value.isEmpty } ? pairs.filter { !$0.value.isEmpty } : pairs
    }

    /// The value of a parameter; nil where there is none.
    /// - Throws: ``UnusableParameter``.
    package func value(_ name: String) throws(UnusableParameter) -> String? {
        var found: String?
        for pair in pairs where pair.name == name {
            guard found == nil else { throw UnusableParameter(name: name, .repeated) }
            found = pair.value
        }
        guard let value = found else { return nil }
        guard value.utf8.isASCII || Self.texts.contains(name) else {
            throw UnusableParameter(name: name, .notASCII)
        }
        return value
    }

    /// The values of a parameter that may be given more than once, such as `resource` (RFC 8707 §2): to be compared byte by
    /// byte.
    package func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }
}

/// A parameter of ours whose value cannot be used.
package struct UnusableParameter: Error, Equatable, CustomStringConvertible {
    /// Why it cannot.
    package enum Reason: Sendable {
        /// It is given more than once.
        case repeated
        /// It holds what no value of this parameter holds.
        case notASCII
    }

    /// Which one: a name that we know.
    package let name: String
    private let reason: Reason

    init(name: String, _ reason: Reason) {
        self.name = name
        self.reason = reason
    }

    package var description: String {
        switch reason {
        case .repeated: "\(name) is given more than once"
        case .notASCII: "\(name) holds a character beyond ASCII"
        }
    }
}
