import AuthCore
package import HTTPTypes

/// How a path says no: one table of errors, ``ErrorResponse``, in the form that its callers read.
package enum ErrorDialect: Sendable {
    /// `{"error":…,"error_description":…}` with our own codes.
    case json
    /// The token endpoint's: OAuth's codes and statuses (RFC 6749 §5.2).
    case oauth
    /// Where an access token is shown: OAuth's codes, and the statuses of RFC 6750 §3.1.
    case bearer
    /// The authorization endpoint's, once the redirect URI is known to be the client's (RFC 6749 §4.1.2.1).
    case redirect(AuthorizationRedirect)
    /// For a person in front of a browser.
    case page(Pages)

    /// A refusal as it goes over the wire, but for what every answer of its path says.
    package struct Rendered: Equatable, Sendable {
        /// The status, which the dialect may choose.
        package let status: HTTPResponse.Status
        /// Content-Type and Content-Length first.
        package let fields: HTTPFields
        /// UTF-8.
        package let body: [UInt8]

        init(status: HTTPResponse.Status, type: String, body: [UInt8], fields others: HTTPFields) {
            self.status = status
            self.body = body
            var fields: HTTPFields = [.contentType: type, .contentLength: String(body.count)]
            fields.append(contentsOf: others)
            self.fields = fields
        }

        init(redirectTo location: String, fields others: HTTPFields) {
            // 303: a POST becomes a GET, and no body of it reaches the client (RFC 9700 §4.12).
            status = .seeOther
            body = []
            var fields: HTTPFields = [.location: location, .contentLength: "0"]
            fields.append(contentsOf: others)
            self.fields = fields
        }
    }

    /// Says `error` in this dialect.
    /// - Parameters:
    ///   - requestID: shown where a person reads it, who may have to name it to an operator.
    ///   - language: of that person.
    package func render(
        _ error: ErrorResponse, requestID: RequestID, language: @autoclosure () -> Language = .english
    ) -> Rendered {
        switch self {
        case .json:
            Rendered(status: error.status, type: "application/json", body: error.json, fields: error.fields)
        case .oauth: Self.oauth(error)
        case .bearer: Self.bearer(error)
        case .redirect(let target):
            Rendered(redirectTo: target.location(of: error), fields: [.cacheControl: "no-store"])
        case .page(let pages): pages.error(error, requestID: requestID, language())
        }
    }

    private static func bearer(_ error: ErrorResponse) -> Rendered {
        var fields = error.fields
        // No answer without a token that opens it goes without a challenge (RFC 6750 §3).
        if error.status == .badRequest, fields[.wwwAuthenticate] == nil {
            fields[.wwwAuthenticate] = ErrorResponse.malformedBearer
        }
        return Rendered(status: error.status, type: "application/json", body: error.oauthJSON, fields: fields)
    }

    private static func oauth(_ error: ErrorResponse) -> Rendered {
        var fields = error.fields
        // The scheme that a client identifies itself with; a bearer token would be no help here.
        fields[.wwwAuthenticate] = error.oauthCode == .invalidClient ? ErrorResponse.basicChallenge : nil
        fields[.cacheControl] = "no-store"
        fields[.pragma] = "no-cache"
        return Rendered(status: error.oauthStatus, type: "application/json", body: error.oauthJSON, fields: fields)
    }
}

extension ErrorResponse {
    /// The body in the dialect `json`.
    var json: [UInt8] { JSONText.object([("error", .string(code)), ("error_description", .string(sentence))]) }

    /// The body in OAuth's words.
    var oauthJSON: [UInt8] {
        JSONText.object([
            ("error", .string(oauthCode.rawValue)), ("error_description", .string(oauthDescription)),
        ])
    }

    /// RFC 6749 §5.2 knows 400 and 401 for what the client did wrong; what concerns HTTP itself keeps its own.
    fileprivate var oauthStatus: HTTPResponse.Status {
        switch status {
        case .conflict, .forbidden: .badRequest
        default: status
        }
    }

    /// Within the characters that RFC 6749 allows in `error_description`: `%x20-21 / %x23-5B / %x5D-7E`.
    var oauthDescription: String {
        var text = String.UnicodeScalarView()
        for scalar in sentence.unicodeScalars {
            switch scalar {
            case " "..."!", "#"..."[", "]"..."~": text.append(scalar)
            case "\"": text.append("'")
            default: text.append("?")
            }
        }
        return String(text)
    }
}
