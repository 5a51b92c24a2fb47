import AuthCore

/// A cookie of ours: for this host alone, never for a script, and on a form's way from another site not sent along.
package struct SetCookie: Sendable {
    /// With `__Host-` before it the browser takes it over TLS only, from this host only, for every path (RFC 6265bis
    /// §4.1.3.2). An issuer without TLS, which is one on loopback, has the plain name.
    package let name: String
    private let isSecure: Bool

    /// - Parameters:
    ///   - name: without a prefix.
    ///   - isSecure: whether the issuer is `https`.
    package init(_ name: String, isSecure: Bool) {
        self.name = isSecure ? "__Host-" + name : name
        self.isSecure = isSecure
    }

    /// The field's value that sets it.
    /// - Parameters:
    ///   - value: letters, digits, `-` and `_`.
    ///   - lifetime: nil for as long as the browser is open.
    package func setting(_ value: String, lifetime: Duration? = nil) -> String {
        "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
            + (lifetime.map { "; Max-Age=\($0.milliseconds / 1000)" } ?? "")
    }

    /// The field's value that removes it.
    package var removing: String { setting("", lifetime: .zero) }
}
