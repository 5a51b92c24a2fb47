extension Substring {
    /// Without the spaces and tabs around it: OWS of RFC 9110 §5.6.3.
    var trimmingOptionalWhitespace: Substring {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
        var text = drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }
}
