/// The parameters of an authorization request, one by one, with what a client is told of each.
struct AuthorizationForm {
    private let parameters: RequestParameters

    init(_ parameters: RequestParameters) { self.parameters = parameters }

    func value(_ name: String) throws(AuthorizationError) -> String? {
        do { return try parameters.value(name) } catch {
            throw AuthorizationError(.invalidRequest, "\(error)")
        }
    }

    /// Refuses what would change the meaning of the request if it were ignored.
    func requireNoneOf(_ names: [(name: String, code: AuthorizationError.Code)]) throws(AuthorizationError) {
        for (name, code) in names where !parameters.all(name).isEmpty {
            throw AuthorizationError(code, "\(name) is not supported")
        }
    }

    /// What is passed over, or is for the pages alone: it may not be given twice either (RFC 6749 §3.1).
    func requireOnce(_ names: [String]) throws(AuthorizationError) {
        for name in names where parameters.all(name).count > 1 {
            throw AuthorizationError(.invalidRequest, "\(UnusableParameter(name: name, .repeated))")
        }
    }

    /// `response_type` and `response_mode`.
    func requireCode(mode: ResponseMode) throws(AuthorizationError) {
        guard let type = try value("response_type") else {
            throw AuthorizationError(.invalidRequest, "response_type is missing")
        }
        guard type == "code" else {
            throw AuthorizationError(.unsupportedResponseType, "response_type has to be code")
        }
        guard try value("response_mode") ?? mode.rawValue == mode.rawValue else {
            throw AuthorizationError(.invalidRequest, "response_mode has to be query or form_post")
        }
    }

    func challenge(isNeeded: Bool) throws(AuthorizationError) -> CodeChallenge? {
        let (text, method) = (try value("code_challenge"), try value("code_challenge_method"))
        guard let text else {
            guard method == nil, !isNeeded else {
                throw AuthorizationError(.invalidRequest, "code_challenge is missing: this client has to use PKCE")
            }
            return nil
        }
        // Without a method it would be plain (RFC 7636 §4.3), which protects nobody.
        guard method == "S256" else {
            throw AuthorizationError(.invalidRequest, "code_challenge_method has to be S256")
        }
        guard let challenge = CodeChallenge(text) else {
            throw AuthorizationError(.invalidRequest, "code_challenge has to be 43 characters of base64url")
        }
        return challenge
    }

    func access(of client: Client, knowing known: [Resource]) throws(AuthorizationError) -> GrantedAccess {
        let scope = try value("scope")
        do {
            return try .allowed(to: client, scope: scope, resources: parameters.all("resource"), knowing: known)
        } catch {
            switch error {
            case .invalidScope: throw AuthorizationError(.invalidScope, "this client may have none of these scopes")
            case .invalidTarget: throw AuthorizationError(.invalidTarget, "resource names none of this client's")
            }
        }
    }

    func prompts() throws(AuthorizationError) -> Set<AuthorizationRequest.Prompt> {
        var prompts: Set<AuthorizationRequest.Prompt> = []
        for word in (try value("prompt") ?? "").split(separator: " ") {
            guard let prompt = AuthorizationRequest.Prompt(rawValue: String(word)) else {
                throw AuthorizationError(.invalidRequest, "prompt has to be none, login, consent or select_account")
            }
            prompts.insert(prompt)
        }
        guard !prompts.contains(.none) || prompts.count == 1 else {
            throw AuthorizationError(.invalidRequest, "prompt has none and something else")
        }
        return prompts
    }

    /// Beyond a century it says nothing.
    func maxAge() throws(AuthorizationError) -> Duration? {
        guard let text = try value("max_age") else { return nil }
        guard text.utf8.count <= 10, text.utf8.allSatisfy(\.isDigit), let seconds = Int64(text) else {
            throw AuthorizationError(.invalidRequest, "max_age has to be a number of seconds")
        }
        return .seconds(seconds)
    }
}
