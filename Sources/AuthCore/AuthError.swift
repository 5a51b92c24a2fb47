// AuthCore owns the rules, one folder for each area, and the two kinds of error. It must not know HTTP, SQL, files,
// the environment or the name of a setting, and imports no module of ours.

/// Everything that a caller can cause or meet in a use case, said in the terms of the use case.
///
/// There is one such type in the whole server. `AuthHTTP` holds the one table that turns a case into a status, a stable
/// code and a sentence; the commands print `description`. No case carries a secret or a client's input. What only an
/// operator can mend is an ``OperatorError``.
package enum AuthError: Error, Equatable {
    /// The request cannot be understood; the text says what to mend and never repeats the input.
    case invalidRequest(String)
    /// Another account has this username (decided by the database's constraint).
    case usernameTaken
    /// Another account has this e-mail address (decided by the database's constraint).
    case emailTaken
    /// Unknown user, wrong password or disabled account: one case for all, so that no caller can tell them apart.
    case invalidCredentials
    /// Unknown, disabled or unproven client (RFC 6749 §5.2): one case for all.
    case invalidClient
    /// The client is known, and gets no token for this.
    case tokenRefused(TokenRefusal)
    /// What the caller shows opens nothing here.
    case bearerRefused(BearerRefusal)
    /// The password is right, and opens nothing but the way to another one.
    case passwordChangeRequired
    /// Registration is closed by a setting.
    case registrationClosed
    /// No hashing capacity within the deadline.
    case overloaded(retryAfter: Duration)
    /// The client address has used up its window.
    case rateLimited(RateLimitRefusal)
    /// The store did not answer; the text is for the log, not for a client.
    case unavailable(String)
}

extension AuthError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidRequest(let reason): reason
        case .usernameTaken: "this username is taken"
        case .emailTaken: "this e-mail address is taken"
        case .invalidCredentials: "unknown user or wrong password"
        case .invalidClient: "unknown client or wrong client secret"
        case .tokenRefused(let refusal): refusal.description
        case .bearerRefused(let refusal): refusal.description
        case .passwordChangeRequired: "this password was generated and has to be changed first"
        case .registrationClosed: "registration is closed"
        case .overloaded: "no hashing capacity within the deadline"
        case .rateLimited: "too many requests from this address"
        case .unavailable(let reason): "the database did not answer: \(reason)"
        }
    }
}
