import Foundation

/// A colour of a page.
struct Colour {
    /// Relative luminance, WCAG 2.2 §1.4.3: 0 is black and 1 is white.
    private let luminance: Double

    /// `#` and six hexadecimal digits; nil for anything else.
    init?(_ text: String) {
        let digits = Array(text.utf8.dropFirst())
        guard text.hasPrefix("#"), digits.count == 6,
            digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let number = Int(text.dropFirst(), radix: 16)
        else { return nil }
        let parts = [number >> 16, number >> 8 & 0xFF, number & 0xFF].map { part in
            let share = Double(part) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    /// From 1 to 21.
    var contrastWithWhite: Double { 1.05 / (luminance + 0.05) }
}
