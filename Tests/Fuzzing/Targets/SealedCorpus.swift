import AuthCore
import AuthTestSupport
import Crypto
import CryptoExtras
import Foundation

/// Rows that open, the same ones in every run: no dice in keys and nonces.
enum SealedCorpus {
    /// A key-encryption key that follows from the secret of the tests.
    struct Wrapping {
        let id: KeyEncryptionKeyID
        let key: KeyEncryptionKey
        private let bytes: SymmetricKey

        init(_ number: UInt64) throws {
            let id = KeyEncryptionKeyID(number)
            let salt = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 16)
            let root = try FakeKeyDerivation().derive(from: Sample.masterKey, salt: salt, memoryKiB: 8, passes: 1)
            func output(_ purpose: String) -> SymmetricKey {
                HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: root, info: Data("jwks-server \(purpose) v1 \(id)".utf8), outputByteCount: 32)
            }
            let record = KeyEncryptionKeyRecord(
                id: id, salt: salt, memoryKiB: 8, passes: 1,
                checkValue: output("check-value").withUnsafeBytes { Array($0) },
                createdAt: Sample.now, handover: nil)
            self.id = id
            key = try KeyEncryptionKey(of: record, secret: Sample.masterKey, derivation: FakeKeyDerivation())
            bytes = output("key-encryption-key")
        }

        /// Row `kid` of the format that SealedKeyFormat describes, written down a second time.
        func row(_ content: UInt8, _ plain: Data, kid: Int64) throws -> [UInt8] {
            let header = Array("JWKS".utf8) + [1, content] + withUnsafeBytes(of: id.number.bigEndian, Array.init)
            let bound = header + withUnsafeBytes(of: kid.bigEndian, Array.init)
            let nonce = try AES.GCM.Nonce(data: Array(SHA256.hash(data: bound)).prefix(12))
            let box = try AES.GCM.seal(plain, using: bytes, nonce: nonce, authenticating: bound)
            return header + Array(nonce) + Array(box.ciphertext) + Array(box.tag)
        }
    }

    /// Kid 2 of the database that the original wrote, of Tests/EndToEnd/fixtures; its secret is that of the tests.
    static let original = Array(
        """
        v5Z2yrJzyF2gM0j/G5Cgct/PwlayjzsON9u/MmwNQgOTmzesNXKdPBTgyeKBGy9tmip1huLqXIDw0lB/ZmQbFZ1VPB2NEIUvcpBozER2\
        +zyCD17GRPor6Y2ULo7TB2yDd1/JKCkM1xu/DarLNb/QZANdholkaxRI2SEJEp8pFsITWvgCkAdqWKLgagXQQe/IVLvNBijyBuUnwlaZ\
        V0RDrPBRn18lzAj8nujDfQ/WLybHb5LPvCtJbIYp1ArrDPuSyePlm3qlFQTrLsxQc4vLRZBRw3YVwTfF/yoEqJ2hvPEYnvFvY58AwKRx\
        g6aDuoKZ3SRWu2phEaEr+N3IbrHfnGY5o/wbFcLgVejGgUrux9wfI6gvgHyyoaeKhtrATZDOTw4wILuX84PpAvbmBxic45akWbcVghQf\
        j56f7ffGpvly7h/BYp3VvJliEWAgHYtYvXCfOrHPYkZpZWq4082Jfmcoh1hUUrrRtxHW7Nx2OxCWNsmAFKcuELok+wXoGH4OgfMsGXXz\
        G2A5MkbvYIez6/zM5nQCF06IcjNFovELUphWYWkGIWgZrIfmPDBuhXNicp1eMOo+UXzl6o0YADUyIwey9OVPGCuDPOOJXuVQJMYx5xOg\
        KMqMJWM96TGZ0kGrZ0KWrMkqsGnDQK3CMwBgi5u4/deMAfzF/atxykJ1w6o1uKbklZIsgwiGurLNJJWlxLjU6HspiGiz4k1XZ0sOgYK3\
        rYNzcgA82wb29K4FptFqYcD9fSzb+nY/jSQtcATX0qqF2yWJ7KQBhBP3CfS9q2EQTgND4hU1DhNyiHHrvGLGIZNr7yNO1dfGT9x4DMp6\
        EJDx6wf815aTG+Tr59YvXv1xJluFmX7whekHZIc2QcISIEuOr+J+o+fFAxf1n12aWh+oZkMzoheEmDWfEQKZREfP7Wo/NbSJj0369rxV\
        IQLJm0nHqqWKpvd0B2Ra4Xw57/4XNBku4JJqS+gzJW8OH5Zm3Ky7/dD5Q6+R9Fb9ezvcuhP9s/hyJoNBMvF+1CKLM4UPUYnxGI7dsrdw\
        aAjy0pzbroLclyzBKCjBwJVGKVMmtvb/6y24oVnPYtLYg+gQAmYeIrme5EFx6+5j+oZH9P1Jy4ZMo0+E+784nD9IAx07E1uJjApYN4vK\
        /2TvTJIK1F6GZiSmHJpSecRVqRGK0E7EqPAHpFYZIfW68CcFjlALH0MJFa4ybSWN9figfUuIfvMwhP4rQZ6G5W6my5Cpnn+SS7OnupHH\
        dJUIdDKVhvOCKCBhCBFnivCkZpFAsxmgazEdDohQeInhgWEGuLrTzQkbbR8d1UJlLaE4SPPTsigkEkmhaCqldtlYFZzJvil/wYA6dqSW\
        qMwX6XvVKOvcNhCJgpgZf4iisMFDOWukDmZKlnlxvbHcZkX5/JnS05pKQI+ewrhi8gE6BtTa/cWxfLuIWdoJdEDtSmdslhDFZoiPpaPK\
        MsFZ5vKuoYwk4XiiqgqMoy6NxrFmeYWWMiFsPpQSMbb8rzEHoy4SP5rgLc7ZnAbYi+BltulyWm7zP9Y6SQWh9Il+IyuYB2ny6LPrDvs9\
        S6xWEZVvXYaM/jyEqk/YK30Yi5JXp/0leted3CUHh8PjawO2QpbTNtPs0W/uk6gh3OTlQvOgwri7OUYk+M+abDdeJltxJb+r1XiyykxU\
        jXZuO9sKbzc+SIduyZ5L8VZe96vXs3ne2rYje4Spx359aVLoNqLL9OzddnAoaYg3SIExWNK0csEwKlsF7Fi6z4cTLgX92NivNGBJWQ3e\
        FYx3uUhKZlbC1qcDKj3PNYxy740DvU6ep/jzIl0J1r6Oo18VdbCUB3O5MatgAzMtfQoAhH+tzRt3KMfbn6Ovzmu7VwC4g+1O2YjeMmGC\
        aVJnJESVQpxoVUa0Wosq3BCb3Onc2qdZjZ13M7lzDp/O+fDbeA2Cuccrf3PNEA327ILJJ1c9fCvqwjxr/hNfo6D/dWchW24cid4yJPyG\
        N/QtbGDD39J6PFhrs3nfLaG5aztpWSRASbLHQWmrhuHALNbIuJtm/1WqnhVimdJQJXz1sbCJLOOduZelkSfUGW24V7qeqDEkSriSunne\
        L8fz7Cy4G0msR89g0C6/jaaChtT8LuDjDFIZZO/VBbRFE1PKSsPTXDy+2Wx7UNnJ8+mBAz7t5vKGyTEQKIoJrKxyWkvhTCAveXliVyww\
        8isrjIBT34DSyiSTu3aH7vMFbZOtkpygTXQon53ya752oT5d6qWFNyDVDJXs/UM/wRT/FGu1BZWWBg==
        """.utf8)

    /// Every content that there is under kids 1 to 7, by the two keys in turn; 1 is sealed under both.
    static func rows(_ first: Wrapping, _ second: Wrapping) throws -> [(
        kid: Int64, key: KeyEncryptionKeyID, row: [UInt8]
    )] {
        guard
            case .keyPair(.rs256(let rsa)) = try OriginalKeyFormat.open(
                original, id: KeyID(2), secret: Sample.masterKey)
        else { return [] }
        let curve = try P256.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 5, count: 32))
        let edwards = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 9, count: 32))
        let plain = [
            rsa.pkcs8DERRepresentation, rsa.publicKey.derRepresentation, curve.derRepresentation,
            curve.publicKey.derRepresentation, edwards.rawRepresentation, edwards.publicKey.rawRepresentation,
        ]
        let rows = try plain.enumerated().map { index, plain in
            let (kid, wrapping) = (Int64(index + 1), index.isMultiple(of: 2) ? first : second)
            return (kid, wrapping.id, try wrapping.row(UInt8(index + 1), plain, kid: kid))
        }
        // An authentic row with no key in it.
        let empty = (Int64(7), first.id, try first.row(1, Data("not a key".utf8), kid: 7))
        return rows + [(1, second.id, try second.row(1, plain[0], kid: 1)), empty]
    }
}
