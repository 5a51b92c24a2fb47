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
            wasRead: { reader in
                guard !reader.userAgent.utf8.elementsEqual(KeySetProbe.userAgent.utf8) else { return }
                propagation.note(address: reader.address.rateLimitKey, userAgent: reader.userAgent)
            },
            content: { ring, moment in
                let maxAge = ring.maxAge(atMost: longestMaxAge, now: moment)
                return Content(
                    body: ring.set.body, caching: Caching(entityTag: ring.set.entityTag, maxAge: maxAge))
            })
    }
}
