/// HTML text. What is put into a literal is escaped unless it is ``HTML`` itself: to forget it is impossible.
///
/// This folder owns what a browser shows. It must not know a rule: pages are made of values that are decided already.
package struct HTML: Equatable, Sendable, ExpressibleByStringInterpolation {
    /// The markup.
    package let text: String

    /// Takes the text of the program as markup.
    package init(stringLiteral markup: String) { text = markup }

    /// Joins markup of the program and values, which are escaped.
    package init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    /// The pieces one after the other.
    package init(_ pieces: [HTML]) { text = pieces.map(\.text).joined() }

    /// Collects a literal: its own text as it is, values escaped.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// Begins a literal of about so many bytes.
        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        /// Appends the program's own markup.
        package mutating func appendLiteral(_ markup: String) { text += markup }

        /// Appends markup that was escaped when it was made.
        package mutating func appendInterpolation(_ html: HTML) { text += html.text }

        /// A value, in an element's content or between the quotes of an attribute.
        package mutating func appendInterpolation(_ value: String) {
            for character in value.unicodeScalars {
                switch character {
                case "&": text += "&amp;"
                case "<": text += "&lt;"
                case ">": text += "&gt;"
                case "\"": text += "&quot;"
                case "'": text += "&#39;"
                default: text.unicodeScalars.append(character)
                }
            }
        }
    }
}
