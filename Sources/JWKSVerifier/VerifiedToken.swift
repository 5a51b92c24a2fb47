/// A token that was verified, with claims of a type that the service chose.
public struct VerifiedToken<Claims: Sendable>: Sendable {
    /// The claims that are the same everywhere.
    public let registered: RegisteredClaims
    /// The service's own.
    public let claims: Claims
}

extension VerifiedToken: Equatable where Claims: Equatable {}

/// No claims but the registered ones.
public struct NoClaims: Decodable, Equatable, Sendable {
    /// None.
    public init() {}
}
