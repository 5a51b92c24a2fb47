extension Unicode.Scalar {
    /// Whether it shows: no control, format, private-use or unassigned character, and no white space.
    var isVisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }
}
