import AuthCore
import AuthHTTP
import HTTPTypes
import Testing

/// One error and what it is called in each dialect.
struct RefusalCase: Sendable, CustomTestStringConvertible {
    let error: RequestError
    let status: Int
    let code: String
    let sentence: String
    var fields: [String] = []
    let oauthStatus: Int
    let oauthCode: String
    var redirectCode: String?

    var testDescription: String { "\(error)" }

    private static let busy = ["Retry-After: 2"]

    static let all = [
        RefusalCase(
            error: .notFound(paths: ["/auth", "/ping"]), status: 404, code: "not_found",
            sentence: "there is nothing here, only at exactly /auth, /ping",
            oauthStatus: 404, oauthCode: "invalid_request"),
        RefusalCase(
            error: .expectationFailed, status: 417, code: "expectation_failed",
            sentence: "Expect may be 100-continue and nothing else", oauthStatus: 417, oauthCode: "invalid_request"),
        RefusalCase(
            error: .methodNotAllowed(allowed: "GET, HEAD"), status: 405, code: "method_not_allowed",
            sentence: "this path answers GET, HEAD only", fields: ["Allow: GET, HEAD"], oauthStatus: 405,
            oauthCode: "invalid_request"),
        RefusalCase(
            error: .bodyTooLarge(largest: 8_192), status: 413, code: "body_too_large",
            sentence: "the body must have at most 8192 bytes",
            fields: ["Connection: close"], oauthStatus: 413, oauthCode: "invalid_request"),
        RefusalCase(
            error: .targetTooLong(longest: 16_384), status: 414, code: "uri_too_long",
            sentence: "the path and its query must have at most 16384 bytes", oauthStatus: 414,
            oauthCode: "invalid_request"),
        RefusalCase(
            error: .headTooLarge, status: 431, code: "head_too_large",
            sentence: "the head of the request must have at most 32768 bytes and 100 fields",
            fields: ["Connection: close"], oauthStatus: 431, oauthCode: "invalid_request"),
        RefusalCase(
            error: .unsupportedMediaType(wanted: "application/json"), status: 415, code: "unsupported_media_type",
            sentence: "the Content-Type must be application/json", oauthStatus: 415, oauthCode: "invalid_request"),
        RefusalCase(
            error: .malformedHTTP, status: 400, code: "invalid_request",
            sentence: "this is not a well-formed HTTP request", fields: ["Connection: close"], oauthStatus: 400,
            oauthCode: "invalid_request"),
        RefusalCase(
            error: .clientGone, status: 503, code: "unavailable", sentence: "the server cannot do this at the moment",
            fields: ["Retry-After: 1"], oauthStatus: 503, oauthCode: "temporarily_unavailable"),
        RefusalCase(
            error: .unexpected, status: 500, code: "server_error", sentence: "the server failed", oauthStatus: 500,
            oauthCode: "server_error"),
        RefusalCase(
            error: .auth(.invalidRequest("username is missing")), status: 400, code: "invalid_request",
            sentence: "username is missing", oauthStatus: 400, oauthCode: "invalid_request"),
        RefusalCase(
            error: .auth(.usernameTaken), status: 409, code: "username_taken", sentence: "this username is taken",
            oauthStatus: 400, oauthCode: "invalid_request"),
        RefusalCase(
            error: .auth(.emailTaken), status: 409, code: "email_taken", sentence: "this e-mail address is taken",
            oauthStatus: 400, oauthCode: "invalid_request"),
        RefusalCase(
            error: .auth(.invalidCredentials), status: 401, code: "invalid_credentials",
            sentence: "unknown user or wrong password", fields: ["WWW-Authenticate: Bearer"], oauthStatus: 401,
            oauthCode: "invalid_client", redirectCode: "access_denied"),
        RefusalCase(
            error: .auth(.registrationClosed), status: 403, code: "registration_closed",
            sentence: "registration is closed", oauthStatus: 400, oauthCode: "access_denied"),
        RefusalCase(
            error: .auth(.overloaded(retryAfter: .milliseconds(1_001))), status: 503, code: "overloaded",
            sentence: "no hashing capacity within the deadline", fields: busy, oauthStatus: 503,
            oauthCode: "temporarily_unavailable"),
        RefusalCase(
            error: .auth(
                .rateLimited(.init(limit: .init(limit: 10, window: .seconds(5)), retryAfter: .milliseconds(1_001)))),
            status: 429, code: "rate_limited", sentence: "too many requests from this address",
            fields: busy + [#"RateLimit-Policy: "auth";q=10;w=5"#, #"RateLimit: "auth";r=0;t=2"#], oauthStatus: 429,
            oauthCode: "temporarily_unavailable"),
        RefusalCase(
            error: .auth(.unavailable("disk I/O error in /var/lib/x.db")), status: 503, code: "unavailable",
            sentence: "the server cannot do this at the moment", fields: ["Retry-After: 1"], oauthStatus: 503,
            oauthCode: "temporarily_unavailable"),
    ]
}

@Suite("A refusal in each dialect")
struct ErrorDialectTests {
    private let id = RequestID()

    private func lines(_ fields: HTTPFields) -> [String] { fields.map { "\($0.name.rawName): \($0.value)" } }

    private func body(_ answer: ErrorDialect.Rendered) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test("json: our code and sentence", arguments: RefusalCase.all)
    func json(row: RefusalCase) {
        let answer = ErrorDialect.json.render(ErrorResponse(row.error), requestID: id)
        let expected = #"{"error":"\#(row.code)","error_description":"\#(row.sentence)"}"#
        #expect(answer.status.code == row.status)
        #expect(body(answer) == expected)
        let start = ["Content-Type: application/json", "Content-Length: \(expected.utf8.count)"]
        #expect(lines(answer.fields) == start + row.fields)
    }

    @Test("oauth: RFC 6749 §5.2, and nothing of it is kept", arguments: RefusalCase.all)
    func oauth(row: RefusalCase) {
        let answer = ErrorDialect.oauth.render(ErrorResponse(row.error), requestID: id)
        let expected = #"{"error":"\#(row.oauthCode)","error_description":"\#(row.sentence)"}"#
        #expect(answer.status.code == row.oauthStatus)
        #expect(body(answer) == expected)
        let kept = row.fields.filter { !$0.hasPrefix("WWW-Authenticate") }
        let challenge = row.oauthCode == "invalid_client" ? ["WWW-Authenticate: Basic realm=\"jwks-server\""] : []
        let all =
            ["Content-Type: application/json", "Content-Length: \(expected.utf8.count)"] + kept + challenge
            + ["Cache-Control: no-store", "Pragma: no-cache"]
        #expect(Set(lines(answer.fields)) == Set(all))
    }

    @Test("redirect: RFC 6749 §4.1.2.1 and RFC 9207", arguments: RefusalCase.all)
    func redirect(row: RefusalCase) {
        let target = AuthorizationRedirect(uri: "https://c.example/cb", state: "a b&c=ü", issuer: "https://i.example/p")
        let answer = ErrorDialect.redirect(target).render(ErrorResponse(row.error), requestID: id)
        #expect(answer.status.code == 303)
        #expect(answer.body.isEmpty)
        let description = row.sentence.split(separator: " ").joined(separator: "%20")
            .split(separator: ",").joined(separator: "%2C").split(separator: "/").joined(separator: "%2F")
        let location =
            "https://c.example/cb?error=\(row.redirectCode ?? row.oauthCode)&error_description=\(description)"
            + "&state=a%20b%26c%3D%C3%BC&iss=https%3A%2F%2Fi.example%2Fp"
        #expect(
            lines(answer.fields) == ["Location: \(location)", "Content-Length: 0", "Cache-Control: no-store"])
    }

    @Test(
        "redirect: is added to the query that the URI has",
        arguments: [
            ("https://c.example/cb?a=b", "https://c.example/cb?a=b&error="),
            ("https://c.example/cb?", "https://c.example/cb?error="),
            ("https://c.example/cb?a=b&", "https://c.example/cb?a=b&error="),
            ("com.example.app:/cb", "com.example.app:/cb?error="),
        ])
    func redirectQuery(uri: String, start: String) throws {
        let target = AuthorizationRedirect(uri: uri, state: nil, issuer: "i")
        let answer = ErrorDialect.redirect(target).render(ErrorResponse(.unexpected), requestID: id)
        let location = try #require(answer.fields[.location])
        #expect(location.hasPrefix(start))
        #expect(location.hasSuffix("&iss=i"))
        #expect(!location.contains("state="))
    }

    private let pages = Pages(issuer: "https://issuer.example", branding: Branding(name: "Example"))

    @Test("page: the sentence and the request's id, and nothing that runs", arguments: RefusalCase.all)
    func page(row: RefusalCase) throws {
        let answer = ErrorDialect.page(pages).render(ErrorResponse(row.error), requestID: id)
        #expect(answer.status.code == row.status)
        #expect(answer.fields[.contentType] == "text/html; charset=utf-8")
        #expect(answer.fields[.contentLength] == "\(answer.body.count)")
        #expect(answer.fields[.cacheControl] == "no-store")
        #expect(answer.fields[.contentSecurityPolicy]?.hasPrefix("default-src 'none';") == true)
        for field in row.fields { #expect(lines(answer.fields).contains(field)) }
        // Of what a person can only wait for there is a sentence of its own.
        let seconds = answer.fields[.retryAfter].map { "Try again in \($0 == "1" ? "a second" : "\($0) seconds")." }
        let own = row.status == 500 ? "Something went wrong on the server.</p>" : seconds
        #expect(body(answer).contains(own ?? "<span lang=\"en\">\(row.sentence)</span></p>"))
        #expect(body(answer).contains("<code>\(id)</code>"))
        #expect(!body(answer).contains("<script"))
    }

    @Test("page: who reads German is told in German, and what is English is marked as such") func german() {
        func page(_ error: RequestError) -> String {
            body(ErrorDialect.page(pages).render(ErrorResponse(error), requestID: id, language: .german))
        }
        #expect(
            page(.methodNotAllowed(allowed: "GET, HEAD")).contains(
                """
                <p role="alert">Was geschickt wurde, beantwortet der Server nicht: <span lang="en">this path answers \
                GET, HEAD only</span></p>
                """))
        #expect(page(.unexpected).contains("<p role=\"alert\">Auf dem Server ist etwas schiefgegangen.</p>"))
    }

    @Test("a sentence says nothing but itself in any dialect")
    func escaping() throws {
        let error = ErrorResponse(.auth(.invalidRequest("<b>\"é\\\u{1}&'")))
        let page = body(ErrorDialect.page(pages).render(error, requestID: id))
        #expect(page.contains(" <span lang=\"en\">&lt;b&gt;&quot;é\\\u{1}&amp;&#39;</span></p>"))
        let oauth = body(ErrorDialect.oauth.render(error, requestID: id))
        #expect(oauth.contains(#""error_description":"<b>'???&'""#))
        let target = AuthorizationRedirect(uri: "https://c.example", state: nil, issuer: "i")
        let location = ErrorDialect.redirect(target).render(error, requestID: id).fields[.location]
        #expect(location?.contains("error_description=%3Cb%3E%27%3F%3F%3F%26%27&") == true)
        let json = body(ErrorDialect.json.render(error, requestID: id))
        #expect(json.contains(#""error_description":"<b>\"é\\\u0001&'""#))
    }
}
