/// A JSON text (RFC 8259) as it is read in headers, claims and keys, where a doubt is a refusal: a member that is named
/// twice, text that is not UTF-8, half a surrogate pair, or anything after the value.
package enum JSON: Equatable, Sendable {
    case string(String)
    /// nil for a number that is no integer, or none of 64 bits.
    case number(Int64?)
    case boolean(Bool)
    case null
    case array([JSON])
    case object([Member])

    /// A member of an object.
    package struct Member: Equatable, Sendable {
        /// Its name, escapes resolved.
        package let name: JSONName
        /// What it says.
        package let value: JSON

        /// A member.
        package init(name: JSONName, value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// nil unless `bytes` are one JSON text.
    package init?(_ bytes: [UInt8]) {
        guard let value = bytes.withUnsafeBufferPointer({ JSONReader.value(of: $0) }) else { return nil }
        self = value
    }

    /// Its members, where it is an object.
    package var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// Its elements, where it is an array.
    package var elements: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// Its text, where it is a string.
    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The member of this name; nil where there is none, or this is no object.
    package subscript(name: JSONName) -> JSON? { members?.first { $0.name == name }?.value }
}
