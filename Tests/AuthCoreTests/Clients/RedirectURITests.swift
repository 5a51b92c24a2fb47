import AuthCore
import Testing

@Suite("RedirectURI") struct RedirectURITests {
    @Test(
        "is https, or http on the user's own machine, for every client",
        arguments: [
            "https://app.example.com", "https://app.example.com/", "https://app.example.com/callback",
            "https://app.example.com:8443/callback", "https://app.example.com/callback?tenant=a&x=%20",
            "https://[2001:db8::1]/cb", "https://[2001:db8::1]:443/cb", "https://192.0.2.1/cb",
            "https://xn--bcher-kva.example/cb", "https://localhost/cb", "https://App.Example.com/CB",
            "https://a.example/cb/..x/.well-known/%2fx", "https://a.example/~u;v=1,2/@me:x!$&'()+=",
            "http://127.0.0.1/cb", "http://127.0.0.1:8080/cb?x=1", "http://[::1]:1/cb", "http://localhost:65535",
            "https://a.example/" + String(repeating: "a", count: 2_000 - 18),
        ], [ClientKind.confidential, .public])
    func accepted(_ text: String, _ kind: ClientKind) throws {
        let uri = try RedirectURI(text, for: kind)
        #expect(uri.text == text)
        #expect(uri.isLoopback == text.hasPrefix("http://"))
        #expect(!uri.isPrivateUse)
    }

    @Test(
        "has a scheme of its own for an app alone",
        arguments: [
            "com.example.app:/callback", "com.example.app:/", "com.example.app://callback",
            "com.example.app:///callback",
            "com.example.app:/cb?x=1", "com.example.my-app+2:/cb",
        ])
    func privateUse(_ text: String) throws {
        let uri = try RedirectURI(text, for: .public)
        #expect(uri.isPrivateUse && !uri.isLoopback)
        let error = #expect(throws: AuthError.self) { try RedirectURI(text, for: .confidential) }
        #expect(error?.description.contains("confidential") == true)
    }

    /// What is refused, and what the one line has to say.
    static let refusals = [
        ("", "scheme"), ("/callback", "scheme"), ("//app.example.com/cb", "scheme"), ("app.example.com/cb", "scheme"),
        ("HTTPS://app.example.com/cb", "scheme"), ("1https://app.example.com", "scheme"), (":/cb", "scheme"),
        ("https://app.example.com/cb#", "fragment"), ("https://app.example.com/cb#x", "fragment"),
        ("https://*.example.com/cb", "* stands for nothing"), ("https://app.example.com/*", "* stands for nothing"),
        ("https://user@app.example.com/cb", "no user"), ("https://user:pw@app.example.com/cb", "no user"),
        ("https://app.example.com@evil.example/cb", "no user"), ("com.example.app://u@x/cb", "no user"),
        ("https:///cb", "host"), ("https://", "host"), ("https:app.example.com", "host"), ("https:/cb", "host"),
        ("https://:443/cb", "host"), ("https://app..example/cb", "host"), ("https://.example/cb", "host"),
        ("https://app.example.com:0/cb", "host"), ("https://app.example.com:65536/cb", "host"),
        ("https://app.example.com:/cb", "host"), ("https://app.example.com:4x3/cb", "host"),
        ("https://app%2eexample.com/cb", "host"), ("https://[::1/cb", "host"), ("https://[::1]x/cb", "host"),
        ("https://a_b.example/cb", "host"),
        ("https://app.example.com/a/../b", ".."), ("https://app.example.com/./b", ".."),
        ("https://app.example.com/a/%2e%2E/b", ".."), ("https://app.example.com/a/.%2e", ".."),
        ("https://app.example.com/a b", "RFC 3986"), ("https://app.example.com/\u{0}", "RFC 3986"),
        ("https://app.example.com/\r\nx", "RFC 3986"), ("https://b\u{FC}cher.example/cb", "punycode"),
        ("https://app.example.com\\@evil.example/cb", "RFC 3986"), ("https://app.example.com/\"><script>", "RFC 3986"),
        ("https://app.example.com/%zz", "RFC 3986"), ("https://app.example.com/%2", "RFC 3986"),
        ("https://app.example.com/%", "RFC 3986"),
        ("https://a.example/" + String(repeating: "a", count: 1_983), "2000"),
        ("http://app.example.com/cb", "https://"), ("http://127.0.0.2/cb", "127.0.0.1"),
        ("http://127.1/cb", "https://"), ("http://localhost.evil.example/cb", "https://"),
        ("http://127.0.0.1.evil.example/cb", "https://"), ("http://LOCALHOST/cb", "https://"),
        ("http://[::ffff:127.0.0.1]/cb", "https://"), ("http://0.0.0.0/cb", "https://"),
        ("http://localhost:/cb", "https://"),
        ("http://2130706433/cb", "https://"), ("http://[0:0:0:0:0:0:0:1]/cb", "https://"),
        ("javascript:alert(1)", "has a dot"), ("data:text/html,x", "has a dot"), ("file:///etc/passwd", "has a dot"),
        ("myapp://callback", "has a dot"), ("urn:ietf:wg:oauth:2.0:oob", "has a dot"), ("com.example.app:", "path"),
        ("com.example.app:callback", "path"), ("com.example.app://", "path"),
    ]

    @Test("is nothing else, and one line says what to mend", arguments: RedirectURITests.refusals)
    func refused(_ text: String, _ reason: String) {
        let error = #expect(throws: AuthError.self) { try RedirectURI(text, for: .public) }
        let line = error?.description ?? ""
        #expect(line.contains(reason), "\(line)")
        #expect(!line.contains("evil") && !line.contains("\n"))
    }

    static let web = "https://app.example.com/callback?tenant=a"

    @Test(
        "matches itself, byte for byte",
        arguments: [
            RedirectURITests.web, "https://app.example.com/callback", "https://app.example.com/callback?tenant=a&x=1",
            "https://app.example.com/callback?tenant=A", "https://app.example.com/callback/?tenant=a",
            "https://app.example.com/Callback?tenant=a", "https://APP.example.com/callback?tenant=a",
            "HTTPS://app.example.com/callback?tenant=a", "https://app.example.com:443/callback?tenant=a",
            "https://app.example.com./callback?tenant=a", "https://app.example.com/%63allback?tenant=a",
            "https://app.example.com/x/../callback?tenant=a", "https://app.example.com/callback?tenant=a#",
            "https://app.example.com/callback?tenant=a#x", "https://app.example.com/callback?tenant=a ",
            " https://app.example.com/callback?tenant=a", "https://app.example.com/callback?tenant=a\u{0}",
            "https://app.example.com/callback?tenant=a\n", "https://u@app.example.com/callback?tenant=a",
            "https://app.example.com.evil.example/callback?tenant=a", "https://evil.example/callback?tenant=a",
            "http://app.example.com/callback?tenant=a", "//app.example.com/callback?tenant=a", "",
            "https://app.example.com/callback?tenant=a\u{301}",
            "https://app.example.com\\@evil.example/callback?tenant=a",
        ], [true, false])
    func exact(_ presented: String, _ withAnyPort: Bool) throws {
        let uri = try RedirectURI(Self.web, for: .public)
        #expect(uri.matches(presented, withAnyPort: withAnyPort) == (presented == Self.web))
    }

    /// Registered, presented, and whether they match where the port is free.
    static let loopback = [
        ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", true),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb", true),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1:1/cb", true),
        ("http://[::1]/cb?x=1", "http://[::1]:65535/cb?x=1", true),
        ("http://localhost/cb", "http://localhost:3000/cb", true), ("http://localhost", "http://localhost:3000", true),
        ("http://localhost?x", "http://localhost:3000?x", true),
        ("http://localhost/cb", "http://127.0.0.1:3000/cb", false),
        ("http://127.0.0.1/cb", "http://localhost:3000/cb", false),
        ("http://127.0.0.1/cb", "http://[::1]:3000/cb", false),
        ("http://127.0.0.1/cb", "https://127.0.0.1:3000/cb", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:3000/cb/", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:3000/", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:3000/cb?x=1", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:3000/cb#x", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:/cb", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:@evil.example/cb", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false),
        ("http://localhost", "http://localhost@evil.example", false),
        ("http://localhost", "http://localhost:1@evil.example", false),
        ("http://localhost/cb", "http://LOCALHOST:3000/cb", false),
        ("http://localhost/cb", "http://localhost.:3000/cb", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:+80/cb", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:8080:80/cb", false),
        ("http://127.0.0.1/cb", "http://127.1:3000/cb", false),
        ("https://localhost/cb", "https://localhost:3000/cb", false),
        ("https://127.0.0.1/cb", "https://127.0.0.1:3000/cb", false), ("com.example:/cb", "com.example:8080/cb", false),
    ]

    @Test(
        "on loopback leaves the port free, where that is wanted, and nothing else", arguments: RedirectURITests.loopback
    )
    func anyPort(_ registered: String, _ presented: String, _ matches: Bool) throws {
        let uri = try RedirectURI(registered, for: .public)
        #expect(uri.matches(presented, withAnyPort: true) == matches)
        #expect(!uri.matches(presented, withAnyPort: false))
        #expect(uri.matches(registered, withAnyPort: false))
    }
}
