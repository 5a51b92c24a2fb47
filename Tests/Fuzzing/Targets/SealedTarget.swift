import AuthCore
import AuthTestSupport
import CryptoExtras

/// Rows of keys: the kid in the first byte, then what the row holds. Only a row that was sealed opens, under its own kid and
/// its own key-encryption key; the original's, whose format has no tag, opens to the key that was written or not at all.
struct SealedTarget: FuzzTarget {
    let name = "sealed"
    let dictionary = [
        "JWKS", "JWKS\u{1}", "\u{1}", "\u{2}", "\u{3}", "\u{4}", "\u{5}", "\u{6}", "\u{7}",
        "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{1}",
        "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{2}", "=", "==", "AAAA", "-----BEGIN RSA PRIVATE KEY-----",
        "JWKS handover 1", "\n",
    ]

    private struct World {
        let keys: [KeyEncryptionKey]
        let rows: [(kid: Int64, key: KeyEncryptionKeyID, row: [UInt8])]
        let modulus: [UInt8]
    }

    private static let world = Result {
        let (first, second) = (try SealedCorpus.Wrapping(1), try SealedCorpus.Wrapping(2))
        let original = try OriginalKeyFormat.open(SealedCorpus.original, id: KeyID(2), secret: Sample.masterKey)
        return World(
            keys: [first.key, second.key], rows: try SealedCorpus.rows(first, second),
            modulus: modulus(of: original) ?? [])
    }

    var seeds: [[UInt8]] {
        guard let world = try? Self.world.get() else { return [] }
        return world.rows.map { [UInt8($0.kid)] + $0.row } + [
            [2] + SealedCorpus.original, [], [1], [1] + Array("JWKS".utf8),
        ]
    }

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        let world: World
        do { world = try Self.world.get() } catch { return .finding("there is no corpus: \(error)") }
        let row = Array(input.dropFirst())
        let kid = Int64(input.first ?? 0)
        var kinds: [String] = []
        for key in world.keys {
            let isAuthentic = world.rows.contains { $0.kid == kid && $0.key == key.id && $0.row == row }
            do {
                let material = try SealedKeyFormat.open(row, id: KeyID(kid), under: key)
                guard isAuthentic, kid < 7 else { return .finding("opened, and nobody sealed it") }
                kinds.append("\(material.algorithm) \(kid)")
            } catch {
                guard !isAuthentic || error == .notAKey && kid == 7 else { return .finding("sealed, and \(error)") }
                if error != .otherKeyEncryptionKey { kinds.append("\(error)") }
            }
            let handover = try? SealedKeyFormat.openHandover(row, to: KeyEncryptionKeyID(UInt64(kid)), under: key)
            guard handover == nil else { return .finding("a row of a key opened as a handover") }
        }
        do {
            let material = try OriginalKeyFormat.open(row, id: KeyID(kid), secret: Sample.masterKey)
            guard Self.modulus(of: material) == world.modulus else { return .finding("a key that nobody wrote") }
            kinds.append("original")
        } catch {
            guard row != SealedCorpus.original else { return .finding("the original's row: \(error)") }
            guard case .wrongMasterKey = error else { return .finding("another error: \(error)") }
        }
        let isOpen = kinds.contains { $0 == "original" || $0.contains(" ") }
        let kind = kinds.joined(separator: ", ")
        return isOpen ? .accepted(kind) : .refused(kind)
    }

    private static func modulus(of material: KeyMaterial) -> [UInt8]? {
        guard case .rs256(let key) = material.publicKey else { return nil }
        return (try? key.getKeyPrimitives()).map { Array($0.modulus) }
    }
}
