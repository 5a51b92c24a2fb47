/// A JWK Set (RFC 7517 §5), each key parsed once. A key that cannot be used is left out; the rest are not worse for it.
package struct KeySet: Sendable {
    /// More bytes are no set.
    package static let mostBytes = 65_536
    /// More keys are no set.
    package static let mostKeys = 100

    /// Why there is no set in an answer. It is as if nothing had been answered: the keys that are held stay.
    package enum Fault: String, Error, CaseIterable, Sendable {
        case tooLong = "it is longer than 65,536 bytes"
        case notASet = "it is no JWK Set"
        case tooManyKeys = "it has more than 100 keys"
        case noUsableKey = "it has no key that can be used"
    }

    /// By kid.
    package let keys: [ExactText: VerificationKey]
    /// What was left out, and why; without a kid where it has none.
    package let unusable: [(keyID: String?, reason: UnusableKey)]

    /// - Throws: ``Fault``.
    package init(_ body: [UInt8], allowing algorithms: Set<SignatureAlgorithm>) throws(Fault) {
        guard body.count <= Self.mostBytes else { throw .tooLong }
        guard let listed = JSON(body)?["keys"]?.elements else { throw .notASet }
        guard listed.count <= Self.mostKeys else { throw .tooManyKeys }
        var keys: [ExactText: VerificationKey] = [:]
        var unusable: [(keyID: String?, reason: UnusableKey)] = []
        var counts: [ExactText: Int] = [:]
        for keyID in listed.compactMap({ $0["kid"]?.text }) { counts[ExactText(keyID), default: 0] += 1 }
        for jwk in listed {
            let keyID = jwk["kid"]?.text
            do throws(UnusableKey) {
                let key = try VerificationKey(jwk: jwk, allowing: algorithms)
                guard let keyID, !keyID.isEmpty else { throw .noKeyID }
                // Which of two is meant nobody can say.
                guard counts[ExactText(keyID)] == 1 else { throw .sharedKeyID }
                keys[ExactText(keyID)] = key
            } catch {
                unusable.append((keyID, error))
            }
        }
        guard !keys.isEmpty else { throw .noUsableKey }
        self.keys = keys
        self.unusable = unusable
    }
}
