/// The parameters of an OAuth request, decoded: from a query or a form. One without a value counts as none, unknown ones
/// are nobody's business, and one that is given twice is refused when it is asked for (RFC 6749 §3.1, §3.2).
///
/// What is compared with something is ASCII (RFC 6749 appendix A). Only what is handed on or hashed as it came may be more: to compare
/// two texts in Unicode takes a crafted one tens of milliseconds.
package struct RequestParameters: Sendable {
    private static let texts: Set = ["state", "nonce", "login_hint", "client_secret"]
    private let values: [String: [String]]

    /// - Parameter pairs: names, in ASCII, and values in their order.
    package init(_ pairs: [(name: String, value: String)]) {
        values = Dictionary(grouping: pairs.filter { !$0.value.isEmpty }, by: \.name).mapValues { $0.map(\.value) }
    }

    /// The value of a parameter; nil where there is none.
    /// - Throws: ``UnusableParameter``.
    package func value(_ name: String) throws(UnusableParameter) -> String? {
        guard let given = values[name] else { return nil }
        guard given.count == 1, let value = given.first else { throw UnusableParameter(name: name, .repeated) }
        guard value.utf8.isASCII || Self.texts.contains(name) else {
            throw UnusableParameter(name: name, .notASCII)
        }
        return value
    }

    /// The values of a parameter that may be given more than once, such as `resource` (RFC 8707 §2): to be compared byte by
    /// byte.
    package func all(_ name: String) -> [String] { values[name] ?? [] }
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
