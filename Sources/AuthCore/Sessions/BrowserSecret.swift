import Crypto
import Foundation

/// What a browser is known by, and the handle of a flow: 256 random bits that we made ourselves. The store knows the hash
/// alone.
package struct BrowserSecret: Equatable, Sendable {
    private static let length = 32

    /// 43 characters of base64url, for a cookie or a form.
    package let text: String
    private let bytes: [UInt8]

    /// nil for what cannot be one of ours.
    package init?(_ text: String) {
        guard let bytes = Base64URL.bytes(text.utf8), bytes.count == Self.length else { return nil }
        self.init(bytes)
    }

    /// A new one, from the system's CSPRNG.
    package static func random() -> Self { Self(RandomBytes.make(length)) }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        text = Base64URL.text(bytes)
    }

    /// SHA-256 of the text.
    package var hash: [UInt8] { AuthorizationCode.hash(of: text) }

    /// The code with which the flow of this handle ends: the same again for a browser that lost the first answer, and for
    /// nobody who has not this secret of the browser's. It is as hard to guess as the secret.
    func code(ofFlow handle: BrowserSecret) -> BrowserSecret {
        let message = Data("jwks-server code v1".utf8) + handle.bytes
        return BrowserSecret(Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: bytes))))
    }

    /// The secret of the session that the right password begins in the flow of this handle: the same again for a form that
    /// is sent twice. It takes all of it to know it: this secret of the browser's, the nonce, which is the store's, and the
    /// password, which nothing that is kept gives away without the browser's secret.
    func session(ofFlow handle: BrowserSecret, nonce: [UInt8], username: String, password: Secret) -> BrowserSecret {
        var mac = HMAC<SHA256>(key: SymmetricKey(data: bytes))
        mac.update(data: Data("jwks-server session v1".utf8) + handle.bytes + nonce)
        mac.update(data: Data(SHA256.hash(data: Data(username.utf8))))
        password.withBytes { mac.update(data: $0) }
        return BrowserSecret(Array(mac.finalize()))
    }
}

/// It prints as a placeholder, so that no log holds it.
extension BrowserSecret: CustomStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The browser in front of which a request is answered.
package struct Browser: Sendable {
    /// Of the flows that it began, nil where it has no such cookie.
    package let flows: BrowserSecret?
    /// Of its session, nil where it has no such cookie.
    package let session: BrowserSecret?
    /// Where it is.
    package let address: IPAddress
    /// What it calls itself.
    package let userAgent: String?

    /// A browser with these cookies.
    package init(flows: BrowserSecret?, session: BrowserSecret?, address: IPAddress, userAgent: String?) {
        self.flows = flows
        self.session = session
        self.address = address
        self.userAgent = userAgent
    }
}
