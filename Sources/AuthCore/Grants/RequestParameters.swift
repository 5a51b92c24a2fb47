/// The parameters of an OAuth request, decoded: from a query or a form. One without a value counts as none, unknown ones
/// are nobody's business, and one that is given twice is refused when it is asked for (RFC 6749 §3.1, §3.2).
package struct RequestParameters: Sendable {
    private let values: [String: [String]]

    /// - Parameter pairs: names and values in their order.
    package init(_ pairs: [(name: String, value: String)]) {
        values = Dictionary(grouping: pairs.filter { !$0.value.isEmpty }, by: \.name).mapValues { $0.map(\.value) }
    }

    /// The value of a parameter; nil where there is none.
    /// - Throws: ``RepeatedParameter``.
    package func value(_ name: String) throws(RepeatedParameter) -> String? {
        guard let given = values[name] else { return nil }
        guard given.count == 1 else { throw RepeatedParameter(name: name) }
        return given.first
    }

    /// The values of a parameter that may be given more than once, such as `resource` (RFC 8707 §2).
    package func all(_ name: String) -> [String] { values[name] ?? [] }
}

/// A parameter of ours that a request gave more than once.
package struct RepeatedParameter: Error, Equatable {
    /// Which one: a name that we know.
    package let name: String
}
