import AuthCore
import Metrics

/// What is counted of logins and their tokens.
struct LogInMetrics: Sendable {
    private let success: Counter
    private let failure: Counter
    private let passwordChange: Counter
    private let tokens: [KeyAlgorithm: Counter]

    init(_ factory: any MetricsFactory) {
        func logins(_ outcome: String) -> Counter {
            Counter(label: "jwks_logins_total", dimensions: [("outcome", outcome)], factory: factory)
        }
        success = logins("success")
        failure = logins("failure")
        passwordChange = logins("password_change_required")
        tokens = Dictionary(
            uniqueKeysWithValues: KeyAlgorithm.allCases.map { algorithm in
                let kind = [("grant", "password"), ("alg", algorithm.rawValue)]
                return (algorithm, Counter(label: "jwks_tokens_issued_total", dimensions: kind, factory: factory))
            })
    }

    /// Counts what comes of `logIn`. A login whose password was never looked at has no outcome: it was refused.
    func counting(_ logIn: () async throws -> IssuedToken) async throws -> IssuedToken {
        do {
            let token = try await logIn()
            success.increment()
            tokens[token.algorithm]?.increment()
            return token
        } catch AuthError.invalidCredentials {
            failure.increment()
            throw AuthError.invalidCredentials
        } catch AuthError.passwordChangeRequired {
            passwordChange.increment()
            throw AuthError.passwordChangeRequired
        }
    }

    /// Counts what came of a sign-in; one whose password was never looked at has no outcome here either.
    func note(_ signIn: Authorize.SignIn) {
        switch signIn {
        case .signedIn: success.increment()
        case .refused(_, .invalidCredentials): failure.increment()
        case .refused(_, .passwordChangeRequired): passwordChange.increment()
        case .refused, .state, .again: break
        }
    }
}
