import Foundation

extension JWTVerifier {
    private static let loopback: Set<String> = ["localhost", "127.0.0.1", "::1", "[::1]"]

    /// The URL of the JWK Set, which nobody else can answer for: whoever does makes tokens.
    static func keySet(_ url: URL?, of issuer: String) throws(VerifierConfigurationError) -> URL {
        let below = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        guard let url = url ?? URL(string: below + "/.well-known/jwks.json") else { throw .badURL(issuer) }
        let isSafe =
            switch (url.scheme?.lowercased(), url.host?.lowercased()) {
            case ("https", let host?): !host.isEmpty
            case ("http", let host?): loopback.contains(host)
            default: false
            }
        guard isSafe, url.user == nil, url.password == nil, url.fragment == nil else {
            throw .badURL(url.user == nil && url.password == nil ? url.absoluteString : "one with a user")
        }
        return url
    }
}

extension VerifierOptions {
    func policy() throws(VerifierConfigurationError) -> KeySetPolicy {
        guard !types.isEmpty, !algorithms.isEmpty else { throw .badOption("no type or no algorithm is accepted") }
        guard (.zero ... .seconds(60)).contains(leeway) else { throw .badOption("leeway is at most 60 seconds") }
        guard lifetimes.lowerBound > .zero, lifetimes.upperBound <= .seconds(86_400) else {
            throw .badOption("lifetimes lie above 0 and up to a day")
        }
        guard coolDown > .zero else { throw .badOption("coolDown is more than 0") }
        guard (.zero ... .seconds(3_600)).contains(staleIfError) else {
            throw .badOption("staleIfError is at most an hour")
        }
        guard deadline > .zero, deadline <= .seconds(20) else {
            throw .badOption("deadline is more than 0 and at most 20 seconds")
        }
        return KeySetPolicy(
            lifetimes: lifetimes, coolDown: coolDown, staleIfError: staleIfError, deadline: deadline)
    }
}
