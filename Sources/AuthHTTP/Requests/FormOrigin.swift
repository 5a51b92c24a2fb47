import HTTPTypes
import Hummingbird

/// Whether a form that a browser sends with our cookies is one of our own pages'.
///
/// No token in the form: a browser says where a request comes from, and no page of another site can say otherwise (OWASP,
/// Cross-Site Request Forgery Prevention: Fetch Metadata, with `Origin` where a browser is older).
package enum FormOrigin {
    /// - Parameters:
    ///   - fetchSite: the lines of `Sec-Fetch-Site`, which decides where it is there.
    ///   - origin: the lines of `Origin`.
    ///   - ours: scheme, host and port of the issuer.
    package static func isOurs(fetchSite: [String], origin: [String], ours: String) -> Bool {
        guard fetchSite.isEmpty else { return fetchSite == ["same-origin"] }
        return origin == [ours]
    }
}

extension Request {
    /// Whether a form comes from a page of this issuer's.
    func isForm(of issuer: IssuerIdentifier) -> Bool {
        FormOrigin.isOurs(
            fetchSite: headers[values: .secFetchSite], origin: headers[values: .origin], ours: issuer.origin)
    }
}
