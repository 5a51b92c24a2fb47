/// What may be chosen; the defaults suit an issuer that publishes a key at least half a minute before it signs with it.
public struct VerifierOptions: Sendable {
    /// Which `typ` a token may have.
    public var types: Set<TokenType> = [.accessToken, .jwt]
    /// Which algorithms a key may have.
    public var algorithms: Set<SignatureAlgorithm> = Set(SignatureAlgorithm.allCases)
    /// How far the issuer's clock may be ahead, for `nbf` and `iat`: at most 60 seconds. `exp` has none.
    public var leeway: Duration = .seconds(60)
    /// Bounds of how long a set is fresh, whatever its `max-age`.
    public var lifetimes: ClosedRange<Duration> = .seconds(30) ... .seconds(86_400)
    /// How long after an attempt to fetch a token with an unknown `kid` is refused without another one.
    public var coolDown: Duration = .seconds(30)
    /// How long after its time a set is used while the issuer cannot be reached: at most an hour.
    public var staleIfError: Duration = .seconds(3_600)
    /// How long a fetch may take: at most 20 seconds.
    public var deadline: Duration = .seconds(5)

    /// The defaults.
    public init() {}
}

/// What of the configuration of a verifier cannot be.
public enum VerifierConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The issuer is empty.
    case emptyIssuer
    /// There is no audience, or an empty one.
    case emptyAudience
    /// The JWK Set's URL is not https, nor http on a loopback address, or has a user or a fragment.
    case badURL(String)
    /// An option is out of bounds; which.
    case badOption(String)

    /// What to change.
    public var description: String {
        switch self {
        case .emptyIssuer: "the issuer is empty: give the iss of the tokens"
        case .emptyAudience: "there is no audience: give the aud that tokens for this service have"
        case .badURL(let url): "\(url) is no URL for a JWK Set: https is wanted, or http on a loopback address"
        case .badOption(let what): what
        }
    }
}
