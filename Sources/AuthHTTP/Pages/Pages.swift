import AuthCore
import HTTPTypes
import Hummingbird
import NIOCore

/// The pages that a person sees on the way through a sign-in: HTML that needs no script, and one file of style.
package struct Pages: Sendable {
    /// What a page's forms may do (CSP Level 3).
    enum Forms {
        /// There are none.
        case none
        /// They go to this server, and what answers them is of this server.
        case ours
        /// Browsers hold `form-action` against the redirect that answers a form, too: where one may end at a client, nothing
        /// is said of forms.
        case endingAtClient
        /// One that goes to a client, and is sent by the script with this hash.
        case sentByScript(hash: String)
    }

    let issuer: IssuerIdentifier
    let assets: [PageAsset]
    /// By which it is known whom the pages are shown to.
    let cookies: BrowserCookies
    private let branding: Branding
    private let style: PageAsset
    private let logo: PageAsset?

    /// The pages of an issuer.
    package init(issuer: String, branding: Branding) {
        self.issuer = IssuerIdentifier(text: issuer)
        cookies = BrowserCookies(of: self.issuer)
        self.branding = branding
        style = .style(branding)
        logo = branding.logo.map(PageAsset.logo)
        assets = [style] + (logo.map { [$0] } ?? [])
    }

    /// A page as it goes over the wire.
    /// - Parameters:
    ///   - title: what stands before the name in the browser's tab.
    ///   - main: behind the name.
    ///   - fields: beside those of every page.
    ///   - isWide: whether it holds lists.
    func page(
        _ language: Language, title: String, main: HTML, forms: Forms = .none, status: HTTPResponse.Status = .ok,
        fields others: HTTPFields = [:], isWide: Bool = false
    ) -> ErrorDialect.Rendered {
        let width: HTML = isWide ? " class=\"wide\"" : ""
        let picture: HTML = logo.map { "<img src=\"\($0.path)\" alt=\"\">" } ?? ""
        let html: HTML = """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title) · \(branding.name)</title>
            <link rel="stylesheet" href="\(style.path)">
            </head>
            <body>
            <main\(width)>
            <div class="brand">\(picture)<span>\(branding.name)</span></div>
            \(main)
            </main>
            </body>
            </html>

            """
        var fields = Self.fields(forms)
        if issuer.isSecure { fields[.strictTransportSecurity] = "max-age=31536000" }
        // An error may say some of them, too.
        for field in others { fields[field.name] = field.value }
        return ErrorDialect.Rendered(
            status: status, type: "text/html; charset=utf-8", body: Array(html.text.utf8), fields: fields)
    }

    private static func fields(_ forms: Forms) -> HTTPFields {
        let policy =
            switch forms {
            case .none: "; form-action 'none'"
            case .ours: "; form-action 'self'"
            case .endingAtClient: ""
            case .sentByScript(let hash): "; script-src 'sha256-\(hash)'"
            }
        return [
            .cacheControl: "no-store",
            .contentSecurityPolicy: "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
                + "frame-ancestors 'none'" + policy,
            .xContentTypeOptions: "nosniff", .xFrameOptions: "DENY",
            // With no-referrer a browser would say `Origin: null` with our own forms.
            // Nothing is said of openers: a client that opened us in a window of its own would never hear from it again, and
            // nobody else's window gets anything from ours that it may not have (decision 10).
            .referrerPolicy: "same-origin", .crossOriginResourcePolicy: "same-origin",
            .permissionsPolicy: "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ]
    }
}
