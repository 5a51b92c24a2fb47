import AuthCore

extension Document {
    /// The JWK Set (RFC 7517 §5): every published key and no other.
    ///
    /// - Parameters:
    ///   - longestMaxAge: what a cache is told where no change is nearer.
    ///   - propagation: told of every verifier that gets it.
    static func keySet(
        of issuer: IssuerIdentifier, longestMaxAge: Duration, propagation: KeyPropagationTracker
    ) -> Document {
        Document(
            paths: issuer.keySetPaths, origins: .any,
            wasRead: { propagation.note(address: $0.address.rateLimitKey, userAgent: $0.userAgent) },
            content: { ring, moment in
                let maxAge = ring.maxAge(atMost: longestMaxAge, now: moment)
                return Content(
                    body: ring.set.body, caching: Caching(entityTag: ring.set.entityTag, maxAge: maxAge))
            })
    }
}
