import HTTPTypes

extension HTTPFields {
    /// The value of a field other than `Cookie`, as one list where it stands there several times (RFC 9110 §5.3); nil where
    /// there is none. The library's subscript gives the same, but joins what is one value, too.
    func value(of name: HTTPField.Name) -> String? {
        let values = self[values: name]
        return values.count > 1 ? values.joined(separator: ", ") : values.first
    }
}
