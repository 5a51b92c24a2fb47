import ArgumentParser

/// What the pages look like.
package struct PageSettings: Sendable {
    static let name = Setting("JWKS_BRAND_NAME", "Whose pages users see", otherwise: "the issuer's host", .text)
    static let accent = Setting(
        "JWKS_BRAND_ACCENT", "Colour of the pages' button, with white text on it", default: "#1a56db", .accent)
    static let logo = Setting("JWKS_BRAND_LOGO", "SVG or PNG file of at most 32 KiB", otherwise: "none", .text)
    static let css = Setting(
        "JWKS_BRAND_CSS", "CSS file of at most 8 KiB that follows the pages' own style", otherwise: "none", .text)
    static let definitions = [name.definition, accent.definition, logo.definition, css.definition]

    struct Options: SettingOptionGroup {
        @Option(help: PageSettings.name.optionHelp) var brandName: String?
        @Option(help: PageSettings.accent.optionHelp) var brandAccent: String?
        @Option(help: PageSettings.logo.optionHelp) var brandLogo: String?
        @Option(help: PageSettings.css.optionHelp) var brandCss: String?
    }

    /// Before the title in the browser's tab, and above each page.
    package let name: String
    /// `#` and six hexadecimal digits.
    package let accent: String
    /// A file's path.
    package let logo: String?
    /// A file's path.
    package let css: String?

    init(_ reader: SettingsReader, issuer: String) throws {
        let host = issuer.split(separator: "/").dropFirst().first.map(String.init) ?? issuer
        name = try reader.value(of: Self.name, otherwise: host)
        accent = try reader.value(of: Self.accent)
        let logo = try reader.value(of: Self.logo, otherwise: "")
        self.logo = logo.isEmpty ? nil : logo
        let css = try reader.value(of: Self.css, otherwise: "")
        self.css = css.isEmpty ? nil : css
    }
}

extension SettingFormat where Value == String {
    /// Dark enough for white text on it: WCAG 2.2 §1.4.3.
    fileprivate static var accent: Self {
        Self { text in
            guard let colour = Colour(text) else {
                return .failure(Remedy(text: "give # and six hexadecimal digits, such as #1a56db"))
            }
            guard colour.contrastWithWhite >= 4.5 else {
                let contrast = (colour.contrastWithWhite * 10).rounded(.down) / 10
                return .failure(
                    Remedy(text: "white text on it has a contrast of \(contrast):1; give a darker one, 4.5:1 at least"))
            }
            return .success(text.lowercased())
        }
    }
}
