import AuthCore
import Crypto
import HTTPTypes

/// A page that loads nothing, runs nothing and sends nothing: one style, which its policy names by its hash.
struct Page {
    /// UTF-8.
    let body: [UInt8]
    /// Content-Type, Content-Length, and what a browser may do with it (CSP Level 3).
    let fields: HTTPFields

    /// - Parameters:
    ///   - style: CSS, the only one.
    ///   - main: what is inside the page's `main`.
    init(title: String, style: HTML, main: HTML) {
        let html: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>
            \(main)
            </main>
            </body>
            </html>

            """
        body = Array(html.text.utf8)
        // A hash source may have either alphabet of base64, but its padding belongs to it.
        let hash = Base64URL.text(SHA256.hash(data: Array(style.text.utf8)).bytes) + "="
        fields = [
            .contentType: "text/html; charset=utf-8", .contentLength: String(body.count),
            .contentSecurityPolicy: "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff",
        ]
    }
}
