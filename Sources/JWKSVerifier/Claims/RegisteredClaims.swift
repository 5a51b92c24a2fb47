public import Foundation

/// What every token may say, verified: the registered claims (RFC 7519 §4.1), and of an access token its client and scopes
/// (RFC 9068 §2.2).
public struct RegisteredClaims: Equatable, Sendable {
    /// `iss`: the issuer that was asked for.
    public let issuer: String
    /// `aud`: one of these was asked for.
    public let audience: [String]
    /// `sub`: whom the token stands for; nil where it does not say.
    public let subject: String?
    /// `exp`: later than now.
    public let expiresAt: Date
    /// `nbf`; nil where it does not say.
    public let notBefore: Date?
    /// `iat`; nil where it does not say.
    public let issuedAt: Date?
    /// `jti`, unique to this token; nil where it has none.
    public let tokenID: String?
    /// `client_id`: which client it was given to; nil where it does not say.
    public let clientID: String?
    private let scope: String?
    /// `typ` of the header.
    public let type: TokenType
    /// `kid` of the header: which key signed.
    public let keyID: String

    /// - Throws: what of the claims is refused; what is no claim before what is not believed.
    init(
        _ payload: UnsafeBufferPointer<UInt8>?, _ header: TokenHeader, by rules: ClaimRules, at now: Date
    ) throws(InvalidToken) {
        guard let payload else { throw .malformed }
        var issuer: String?
        var audience: [String] = []
        var (subject, tokenID, clientID, scope): (String?, String?, String?, String?)
        var (expiresAt, notBefore, issuedAt): (Date?, Date?, Date?)
        var members = try JSONMembers(payload)
        while let name = try members.next() {
            switch name {
            case "iss": issuer = try Self.text(members.text(), sparing: rules.issuer)
            case "aud": audience = try Self.audience(members.value())
            case "sub": subject = try Self.text(members.text())
            case "exp": expiresAt = try Self.date(members.integer())
            case "nbf": notBefore = try Self.date(members.integer())
            case "iat": issuedAt = try Self.date(members.integer())
            case "jti": tokenID = try Self.text(members.text())
            case "client_id": clientID = try Self.text(members.text())
            case "scope": scope = try Self.text(members.text())
            default: try members.skipValue()
            }
        }
        guard let issuer, let expiresAt else { throw .badClaims }
        self.issuer = issuer
        self.audience = audience
        self.subject = subject
        self.expiresAt = expiresAt
        self.notBefore = notBefore
        self.issuedAt = issuedAt
        self.tokenID = tokenID
        self.clientID = clientID
        self.scope = scope
        type = header.type
        keyID = header.keyID.text
        try rules.check(self, at: now)
    }

    /// `scope`, one by one.
    public var scopes: [String] {
        scope?.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) } ?? []
    }

    private static func text(_ text: JSONText?, sparing known: ExactText? = nil) throws(InvalidToken) -> String {
        guard let text else { throw .badClaims }
        return known.map { text.string(sparing: $0) } ?? text.string
    }

    /// One or several (RFC 7519 §4.1.3).
    private static func audience(_ value: JSON) throws(InvalidToken) -> [String] {
        if let text = value.text { return [text] }
        guard let elements = value.elements else { throw .badClaims }
        var audience: [String] = []
        for element in elements {
            guard let text = element.text else { throw .badClaims }
            audience.append(text)
        }
        return audience
    }

    /// A NumericDate in whole seconds, from 1970 to the year 9999: RFC 7519 §2 allows fractions, no issuer writes them.
    private static func date(_ seconds: Int64?) throws(InvalidToken) -> Date {
        guard let seconds, (0...253_402_300_799).contains(seconds) else { throw .badClaims }
        return Date(timeIntervalSince1970: Double(seconds))
    }
}
