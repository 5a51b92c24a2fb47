extension Substring.UTF8View {
    /// Without the spaces and tabs around it: OWS of RFC 9110 §5.6.3.
    ///
    /// Bytes, here and wherever a caller's text is looked at: a walk by character, and a comparison of `String`s that are
    /// not ASCII, take as long as the caller wants.
    var trimmingOptionalWhitespace: Substring.UTF8View {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var text = drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }
}
