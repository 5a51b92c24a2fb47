extension Unicode.Scalar {
    /// Whether it shows: no control, format, private-use or unassigned character, no white space, and nothing that is
    /// drawn as nothing: what Unicode calls default-ignorable (fillers of Hangul, variation selectors), and the empty cell
    /// of Braille.
    package var isVisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: !properties.isDefaultIgnorableCodePoint && value != 0x2800
        }
    }
}
