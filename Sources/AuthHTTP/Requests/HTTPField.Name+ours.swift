import HTTPTypes

extension HTTPField.Name {
    private static func named(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("a literal field name is valid") }
        return name
    }

    /// Set by proxies; one field or several, which count as one list.
    static let xForwardedFor = named("X-Forwarded-For")
    /// A request's name in the log, here and at the proxies before us.
    static let xRequestID = named("X-Request-Id")
    /// Of draft-ietf-httpapi-ratelimit-headers-10.
    static let rateLimit = named("RateLimit")
    /// Of draft-ietf-httpapi-ratelimit-headers-10.
    static let rateLimitPolicy = named("RateLimit-Policy")
    /// For HTTP/1.0 caches, where RFC 6749 §5.1 wants it beside `Cache-Control`.
    static let pragma = named("Pragma")
    /// Where in a site a browser's request comes from (Fetch Metadata).
    static let secFetchSite = named("Sec-Fetch-Site")
    /// For browsers that know no `frame-ancestors`.
    static let xFrameOptions = named("X-Frame-Options")
    /// Who learns the address of a page.
    static let referrerPolicy = named("Referrer-Policy")
    /// Which windows share a page's.
    /// Which sites may load something of ours.
    static let crossOriginResourcePolicy = named("Cross-Origin-Resource-Policy")
    /// What of the browser a page may use.
    static let permissionsPolicy = named("Permissions-Policy")
}
