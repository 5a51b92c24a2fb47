/// Why an authorization request is refused, and who is told.
package enum AuthorizationRefusal: Error, Equatable {
    /// The person in front of the browser: nobody knows yet that the redirect URI is the client's (RFC 6749 §4.1.2.1).
    case page(AuthorizationPageError)
    /// The client, at its redirect URI.
    case redirect(AuthorizationReply, AuthorizationError)
}

/// What makes a redirect impossible.
package enum AuthorizationPageError: Error, Equatable {
    /// `client_id` is missing, given twice or unknown, or the client is disabled.
    case client
    /// `redirect_uri` is missing or given twice.
    case noRedirectURI
    /// `redirect_uri` is none of the client's.
    case redirectURI(registered: [RedirectURI])
}

/// Where the answer to an authorization request goes, and how.
package struct AuthorizationReply: Equatable, Sendable {
    /// The redirect URI, as the request named it.
    package let redirectURI: String
    /// `state`, byte for byte; nil where none was sent.
    package let state: String?
    /// In the query or in a form.
    package let mode: ResponseMode

    /// To this URI.
    package init(redirectURI: String, state: String?, mode: ResponseMode) {
        self.redirectURI = redirectURI
        self.state = state
        self.mode = mode
    }
}

/// How the answer reaches the client: OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode.
package enum ResponseMode: String, CaseIterable, Sendable {
    case query
    case formPost = "form_post"
}

/// An error of the authorization endpoint: the code and a sentence for the client's developer, without any input.
package struct AuthorizationError: Error, Equatable {
    /// RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6, RFC 8707 §2.
    package enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case unauthorizedClient = "unauthorized_client"
        case accessDenied = "access_denied"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
        case invalidTarget = "invalid_target"
        case loginRequired = "login_required"
        case consentRequired = "consent_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
        case registrationNotSupported = "registration_not_supported"
    }

    /// Which one.
    package let code: Code
    /// What to mend.
    package let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
