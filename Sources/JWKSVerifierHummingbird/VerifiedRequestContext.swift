// JWKSVerifierHummingbird owns how a request brings its token and how one without is answered. It must not decide which
// tokens are good.

public import Hummingbird
public import JWKSVerifier

/// A request context that has the claims of the request's token.
public protocol VerifiedRequestContext: RequestContext {
    /// The service's own claims; ``NoClaims`` where the registered ones are enough.
    associatedtype Claims: Decodable & Sendable = NoClaims

    /// Set by ``BearerTokenMiddleware`` before any handler behind it runs; nil where there is no such middleware.
    var token: VerifiedToken<Claims>? { get set }
}

extension VerifiedRequestContext {
    /// The verified token, in a handler behind ``BearerTokenMiddleware``.
    /// - Throws: ``BearerRefusal/missing`` where there is none: 401.
    public func requireToken() throws(BearerRefusal) -> VerifiedToken<Claims> {
        guard let token else { throw .missing }
        return token
    }

    /// The verified token, if it was granted `scope`.
    /// - Throws: ``BearerRefusal/insufficientScope(_:)`` where it was not: 403.
    public func requireToken(scope: String) throws(BearerRefusal) -> VerifiedToken<Claims> {
        let token = try requireToken()
        guard token.registered.scopes.contains(where: { $0.utf8.elementsEqual(scope.utf8) }) else {
            throw .insufficientScope(scope)
        }
        return token
    }
}
