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

    /// - Throws: what of the claims is refused; ``InvalidToken/badClaims`` before all else.
    init(
        _ payload: [UInt8], _ header: TokenHeader, by rules: ClaimRules, at now: Date
    ) throws(InvalidToken) {
        guard let json = JSON(payload), let members = json.members else { throw .malformed }
        var issuer: String?
        var audience: [String] = []
        var (subject, tokenID, clientID, scope): (String?, String?, String?, String?)
        var (expiresAt, notBefore, issuedAt): (Date?, Date?, Date?)
        for member in members {
            switch member.name.text {
            case "iss": issuer = try Self.text(member.value)
            case "aud": audience = try Self.audience(member.value)
            case "sub": subject = try Self.text(member.value)
            case "exp": expiresAt = try Self.date(member.value)
            case "nbf": notBefore = try Self.date(member.value)
            case "iat": issuedAt = try Self.date(member.value)
            case "jti": tokenID = try Self.text(member.value)
            case "client_id": clientID = try Self.text(member.value)
            case "scope": scope = try Self.text(member.value)
            default: break
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

    private static func text(_ value: JSON) throws(InvalidToken) -> String {
        guard let text = value.text else { throw .badClaims }
        return text
    }

    /// One or several (RFC 7519 §4.1.3).
    private static func audience(_ value: JSON) throws(InvalidToken) -> [String] {
        if let text = value.text { return [text] }
        guard let elements = value.elements else { throw .badClaims }
        var audience: [String] = []
        for element in elements { audience.append(try text(element)) }
        return audience
    }

    /// A NumericDate in whole seconds, from 1970 to the year 9999: RFC 7519 §2 allows fractions, no issuer writes them.
    private static func date(_ value: JSON) throws(InvalidToken) -> Date {
        guard case .number(let seconds?) = value, (0...253_402_300_799).contains(seconds) else { throw .badClaims }
        return Date(timeIntervalSince1970: Double(seconds))
    }
}
