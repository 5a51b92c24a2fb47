import HTTPTypes

extension HTTPFields {
    /// Adds `others` behind these, whatever is there already.
    mutating func append(contentsOf others: HTTPFields) {
        for field in others { append(field) }
    }
}
