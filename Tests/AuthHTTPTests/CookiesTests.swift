import AuthHTTP
import Testing

@Suite("Cookies") struct CookiesTests {
    @Test(
        "are found among others",
        arguments: [
            ["session=abc"], ["a=1; session=abc; b=2"], ["a=1", "session=abc"], ["session=abc;session=abc"],
            [" session = abc "], ["a; session=abc"],
        ])
    func found(_ lines: [String]) { #expect(Cookies(lines)["session"] == "abc") }

    @Test(
        "are none where there is none, or somebody else set a second one",
        arguments: [
            [], [""], ["session"], ["Session=abc"], ["__Host-session=abc"], ["session=abc; session=abd"],
            ["session=a b"],
        ])
    func none(_ lines: [String]) { #expect(Cookies(lines)["session"] == nil) }

    @Test("are for this host, for no script, and for no form of another site") func set() {
        let secure = SetCookie("session", isSecure: true)
        #expect(secure.name == "__Host-session")
        #expect(secure.setting("abc") == "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure")
        let plain = SetCookie("flow", isSecure: false)
        #expect(
            plain.setting("abc", lifetime: .seconds(600)) == "flow=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=600")
        #expect(plain.removing == "flow=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    }
}

@Suite("A form's origin") struct FormOriginTests {
    private static let ours = "https://login.example.com"

    @Test(
        "is ours when the browser says so",
        arguments: [
            (["same-origin"], [ours], true), (["same-origin"], [], true), (["same-origin"], ["null"], true),
            (["same-site"], [ours], false), (["cross-site"], [ours], false), (["none"], [ours], false),
            ([""], [ours], false),
            (["same-origin", "cross-site"], [ours], false), (["Same-Origin"], [ours], false), ([], [ours], true),
            ([], [], false),
            ([], ["null"], false), ([], [""], false), ([], ["http://login.example.com"], false),
            ([], ["https://login.example.com:444"], false), ([], ["https://login.example.com/"], false),
            ([], ["https://evil.login.example.com"], false), ([], ["https://login.example.com.evil.example"], false),
            ([], [ours, ours], false),
        ] as [([String], [String], Bool)])
    func isOurs(_ fetchSite: [String], _ origin: [String], _ expected: Bool) {
        #expect(FormOrigin.isOurs(fetchSite: fetchSite, origin: origin, ours: Self.ours) == expected)
    }
}
