/// What an operator lets the pages look like.
package struct Branding: Sendable {
    /// A picture beside the name.
    package struct Logo: Sendable {
        /// What is in the file.
        package let bytes: [UInt8]
        /// Whether it is SVG; PNG otherwise.
        package let isSVG: Bool

        /// A picture of one of the two kinds.
        package init(bytes: [UInt8], isSVG: Bool) {
            self.bytes = bytes
            self.isSVG = isSVG
        }
    }

    /// Whose pages these are.
    package let name: String
    /// Of the button: `#` and six hexadecimal digits, 4.5:1 with white (WCAG 2.2 §1.4.3).
    package let accent: String
    /// Beside the name.
    package let logo: Logo?
    /// Behind our own style.
    package let css: String

    /// - Parameter accent: checked by whoever takes it from an operator.
    package init(name: String, accent: String = "#1a56db", logo: Logo? = nil, css: String = "") {
        self.name = name
        self.accent = accent
        self.logo = logo
        self.css = css
    }
}
