// JWKSVerifier owns the verification of tokens for the services that get them. It must not know the server that issues
// them: no target of this package is below it.

public import Foundation
public import Logging
import Metrics

/// Verifies the tokens of one issuer, with the keys of its JWK Set.
///
/// One for each issuer, for the life of the process: it holds the keys. While it has fresh ones, ``verify(_:)`` neither
/// waits nor suspends.
public final class JWTVerifier: Sendable {
    /// No token is longer.
    private static let mostBytes = 8_192
    /// A fetch may be over and out of date before a caller runs again; it does not wait for ever.
    private static let mostWaits = 3

    private let rules: ClaimRules
    private let types: [TokenType]
    private let keys: HeldKeys
    private let clock: VerifierClock
    private let metrics: VerifierMetrics

    /// Fetches nothing yet: the first token does, or ``prepare()``.
    /// - Parameters:
    ///   - issuer: `iss` of its tokens, compared byte by byte.
    ///   - audiences: a token is for this service if its `aud` names one of these.
    ///   - keySet: the URL of the JWK Set; nil for `/.well-known/jwks.json` below the issuer.
    ///   - options: what may be chosen.
    ///   - logger: told of fetches that fail and of keys that cannot be used, never of a token.
    ///   - clock: the machine's, but in tests.
    ///   - transport: fetches it, as `JWKSVerifierAsyncHTTPClient` does.
    /// - Throws: ``VerifierConfigurationError``.
    public convenience init(
        issuer: String, audiences: Set<String>, keySet: URL? = nil, options: VerifierOptions = VerifierOptions(),
        logger: Logger = Logger(label: "jwks-verifier"), clock: VerifierClock = .system,
        transport: @escaping KeySetTransport
    ) throws(VerifierConfigurationError) {
        try self.init(
            issuer: issuer, audiences: audiences, keySet: keySet, options: options, logger: logger, clock: clock,
            random: { Double.random(in: 0...1) }, transport: transport)
    }

    /// As above, with dice of the caller's for the pauses between failures.
    package init(
        issuer: String, audiences: Set<String>, keySet: URL?, options: VerifierOptions, logger: Logger,
        clock: VerifierClock, random: @escaping @Sendable () -> Double, transport: @escaping KeySetTransport
    ) throws(VerifierConfigurationError) {
        guard !issuer.isEmpty else { throw .emptyIssuer }
        guard !audiences.isEmpty, !audiences.contains("") else { throw .emptyAudience }
        let policy = try options.policy()
        let fetch = KeySetFetch(
            url: try Self.keySet(keySet, of: issuer), algorithms: options.algorithms, policy: policy,
            transport: transport)
        rules = ClaimRules(
            issuer: ExactText(issuer), audiences: audiences.map { ExactText($0) },
            leeway: options.leeway / .seconds(1))
        types = Array(options.types)
        self.clock = clock
        metrics = VerifierMetrics(issuer: issuer)
        keys = HeldKeys(fetch, clock: clock, random: random, logger: logger, metrics: metrics)
    }

    /// Has the keys fetched if there are none: for a service that wants to know at its start, or before it says that it is
    /// ready.
    /// - Throws: ``VerificationError/keysUnavailable(retryAfter:)``, `CancellationError`.
    public nonisolated(nonsending) func prepare() async throws {
        for _ in 0..<Self.mostWaits {
            switch keys.look(for: nil) {
            case .key, .unknown: return
            case .wait: try await keys.waitForFetch()
            case .unavailable(let retryAfter): throw VerificationError.keysUnavailable(retryAfter: retryAfter)
            }
        }
        throw VerificationError.keysUnavailable(retryAfter: .seconds(1))
    }

    /// The registered claims of a token of this issuer for this service.
    /// - Parameter token: in the compact serialisation, without `Bearer`.
    /// - Throws: ``VerificationError``, and `CancellationError` where the caller is cancelled while it waits for keys.
    public nonisolated(nonsending) func verify(_ token: String) async throws -> RegisteredClaims {
        try await verified(token).claims
    }

    /// As ``verify(_:)``, with the service's own claims besides, decoded from JSON with `JSONDecoder`'s defaults.
    /// - Throws: ``InvalidToken/otherClaims`` where they cannot be, in a ``VerificationError``; else as ``verify(_:)``.
    public nonisolated(nonsending) func verify<Claims: Decodable & Sendable>(
        _ token: String, as type: Claims.Type
    ) async throws -> VerifiedToken<Claims> {
        let (registered, jws) = try await verified(token)
        if let none = NoClaims() as? Claims { return VerifiedToken(registered: registered, claims: none) }
        guard let payload = jws.payload, let claims = try? JSONDecoder().decode(type, from: Data(payload)) else {
            throw refusal(.otherClaims)
        }
        return VerifiedToken(registered: registered, claims: claims)
    }

    private nonisolated(nonsending) func verified(
        _ token: String
    ) async throws -> (claims: RegisteredClaims, jws: CompactJWS) {
        let (jws, header) = try read(token)
        for _ in 0..<Self.mostWaits {
            switch keys.look(for: header.keyID) {
            case .key(let key): return (try claims(of: jws, header, key), jws)
            case .unknown: throw refusal(.unknownKeyID)
            case .wait: try await keys.waitForFetch()
            case .unavailable(let retryAfter): throw unavailable(retryAfter)
            }
        }
        throw unavailable(.seconds(1))
    }

    private func read(_ token: String) throws(VerificationError) -> (CompactJWS, TokenHeader) {
        do throws(InvalidToken) {
            guard token.utf8.count <= Self.mostBytes else { throw .tooLong }
            guard let jws = CompactJWS(token, mostBytes: Self.mostBytes) else { throw .malformed }
            let header = try jws.withHeader { bytes throws(InvalidToken) in try TokenHeader(bytes) }
            guard types.contains(header.type) else { throw .typeNotAccepted }
            return (jws, header)
        } catch {
            throw refusal(error)
        }
    }

    private func claims(
        of jws: CompactJWS, _ header: TokenHeader, _ key: VerificationKey
    ) throws(VerificationError) -> RegisteredClaims {
        do throws(InvalidToken) {
            guard key.algorithm == header.algorithm else { throw .algorithmNotOfKey }
            guard jws.isSigned(by: key) else { throw .badSignature }
            let now = clock.now()
            return try jws.withPayload { bytes throws(InvalidToken) in
                try RegisteredClaims(bytes, header, by: rules, at: now)
            }
        } catch {
            throw refusal(error)
        }
    }

    private func refusal(_ reason: InvalidToken) -> VerificationError {
        metrics.invalid.increment()
        return .invalidToken(reason)
    }

    private func unavailable(_ retryAfter: Duration) -> VerificationError {
        metrics.unavailable.increment()
        return .keysUnavailable(retryAfter: retryAfter)
    }
}
