import AuthCore
import AuthTestSupport
import Testing

@Suite("Client") struct ClientTests {
    private func client(_ kind: ClientKind, requirePKCE: Bool = false, seen: Timestamp? = nil) throws -> Client {
        let uris = ["https://a.example/cb", "http://127.0.0.1/cb"].map(RedirectURI.init(stored:))
        return Client(
            id: try Sample.clientID("one"), name: try ClientName("One"), kind: kind, redirectURIs: uris,
            postLogoutRedirectURIs: [RedirectURI(stored: "http://localhost/out")], grants: [.authorizationCode],
            scopes: [.openID], requirePKCE: requirePKCE, pkceSeenAt: seen, createdAt: Sample.now)
    }

    @Test(
        "a public one may take any port on loopback, a confidential one its own",
        arguments: [ClientKind.public, .confidential])
    func ports(_ kind: ClientKind) throws {
        let client = try client(kind)
        for uri in ["https://a.example/cb", "http://127.0.0.1/cb"] { #expect(client.mayRedirect(to: uri)) }
        for uri in [
            "https://a.example/out", "http://localhost/out", "https://a.example/cb?x", "https://a.example:444/cb", "",
        ] {
            #expect(!client.mayRedirect(to: uri))
        }
        #expect(client.mayRedirect(to: "http://127.0.0.1:5000/cb") == (kind == .public))
        #expect(client.mayRedirectAfterLogout(to: "http://localhost/out"))
        #expect(client.mayRedirectAfterLogout(to: "http://localhost:5000/out") == (kind == .public))
        #expect(!client.mayRedirectAfterLogout(to: "https://a.example/cb"))
    }

    @Test("needs PKCE when it is public, when it used it, and when an operator says so") func pkce() throws {
        #expect(try client(.public).needsPKCE)
        #expect(try !client(.confidential).needsPKCE)
        #expect(try client(.confidential, requirePKCE: true).needsPKCE)
        #expect(try client(.confidential, seen: Sample.now).needsPKCE)
    }

    @Test(
        "has an id that is written in one way everywhere",
        arguments: [
            ("a", true), ("7f9165c3-363a-4bfc-92a9-e4d484f6d1a0", true), ("My_App.v2~x", true), ("0", true),
            (String(repeating: "a", count: 100), true), (String(repeating: "a", count: 101), false), ("", false),
            ("-a", false), (".a", false), ("_a", false), ("a b", false), ("a:b", false), ("a/b", false), ("a+b", false),
            ("a%62", false), ("https://a.example", false), ("a\u{0}", false), ("\u{E9}", false), ("a\n", false),
            ("a&b", false),
        ])
    func ids(_ text: String, _ isOne: Bool) { #expect((ClientID(text)?.text == text) == isOne) }

    @Test("gets a random id that is a UUID") func randomID() {
        let ids = (0..<100).map { _ in ClientID.random().text }
        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { $0.count == 36 && ClientID($0) != nil })
    }

    @Test(
        "has a name that shows",
        arguments: [
            ("Grafana", true), ("Zo\u{EB}'s app <b>", true), ("a b c", true),
            (String(repeating: "\u{1F600}", count: 64), true),
            (String(repeating: "a", count: 65), false), ("", false), (" a", false), ("a ", false), ("a  b", false),
            ("a\nb", false), ("a\u{202E}b", false), ("\u{200B}", false), ("a\u{1B}[31m", false),
            (String(repeating: "a\u{301}", count: 10_000), false),
        ])
    func names(_ text: String, _ isOne: Bool) { #expect(((try? ClientName(text)) != nil) == isOne) }

    @Test("has a name in normalisation form C") func normalised() throws {
        #expect(Array(try ClientName("Zoe\u{308}").text.utf8) == Array("Zo\u{EB}".utf8))
    }
}
