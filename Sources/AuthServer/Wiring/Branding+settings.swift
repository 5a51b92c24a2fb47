import AuthHTTP
import Foundation

extension Branding {
    private static let largestLogo = 32 * 1024
    private static let largestCSS = 8 * 1024

    /// What the settings and the files that they name say.
    /// - Throws: ``SettingsError`` for a file that cannot be used.
    init(_ settings: PageSettings) throws {
        self.init(
            name: settings.name, accent: settings.accent, logo: try settings.logo.map(Self.logo),
            css: try settings.css.map(Self.css) ?? "")
    }

    private static func logo(_ path: String) throws -> Logo {
        let bytes = try contents(of: path, "JWKS_BRAND_LOGO", largest: largestLogo)
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            return Logo(bytes: bytes, isSVG: false)
        }
        guard let text = String(validating: bytes, as: UTF8.self), text.contains("<svg") else {
            throw SettingsError("JWKS_BRAND_LOGO is \"\(path)\": it is neither SVG nor PNG")
        }
        return Logo(bytes: bytes, isSVG: true)
    }

    private static func css(_ path: String) throws -> String {
        let bytes = try contents(of: path, "JWKS_BRAND_CSS", largest: largestCSS)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsError("JWKS_BRAND_CSS is \"\(path)\": it is not UTF-8")
        }
        return text
    }

    private static func contents(of path: String, _ name: String, largest: Int) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsError("\(name) is \"\(path)\": there is no such file, or it cannot be read")
        }
        guard data.count <= largest else {
            throw SettingsError("\(name) is \"\(path)\": it has more than \(largest / 1024) KiB")
        }
        return Array(data)
    }
}
