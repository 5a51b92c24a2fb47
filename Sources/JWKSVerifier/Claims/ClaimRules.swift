import Foundation

/// Which claims are believed.
struct ClaimRules: Sendable {
    let issuer: ExactText
    /// Few: they are compared one by one.
    let audiences: [ExactText]
    let leeway: TimeInterval

    /// - Throws: ``InvalidToken/otherIssuer``, ``InvalidToken/otherAudience``, ``InvalidToken/expired`` or
    ///   ``InvalidToken/notYetValid``.
    func check(_ claims: RegisteredClaims, at now: Date) throws(InvalidToken) {
        guard ExactText(claims.issuer) == issuer else { throw .otherIssuer }
        guard claims.audience.contains(where: { audiences.contains(ExactText($0)) }) else { throw .otherAudience }
        // RFC 7519 §4.1.4: on or after. A leeway here would let a token live longer than its issuer wanted.
        guard now < claims.expiresAt else { throw .expired }
        let latest = now.addingTimeInterval(leeway)
        guard claims.notBefore.map({ $0 <= latest }) ?? true, claims.issuedAt.map({ $0 <= latest }) ?? true else {
            throw .notYetValid
        }
    }
}
