import AuthCore
import AuthHTTP
import Testing

@Suite("The fields of a form") struct FormFieldsTests {
    @Test(
        "are read as every browser and client writes them",
        arguments: [
            ("a=b", "b"), ("x=1&a=b&y=2", "b"), ("a=%62", "b"), ("a=b+c", "b c"), ("a=b%20c", "b c"),
            ("a=b%2Bc", "b+c"),
            // As oidc-agent writes its scopes when it refreshes.
            ("a=b c%20d+e", "b c d e"),
            ("a=b=c", "b=c"), ("a=%C3%A9%F0%9F%94%91", "\u{E9}\u{1F511}"), ("&&a=b&", "b"), ("%61=b", "b"),
            ("a=%00", "\0"), ("a=%26%3D%25", "&=%"), ("a=:/?#[]@!$'()*,;-._~", ":/?#[]@!$'()*,;-._~"),
        ])
    func value(_ form: String, _ expected: String) throws {
        #expect(try FormFields(Array(form.utf8))["a"] == expected)
    }

    @Test(
        "an empty one is none, and one of another name is passed over",
        arguments: ["", "a", "a=", "&a=&", "b=1&%C3%A9=2"])
    func nothing(_ form: String) throws { #expect(try FormFields(Array(form.utf8))["a"] == nil) }

    @Test(
        "are refused where they could be read in two ways",
        arguments: [
            "a=1&a=2", "a=1&a=1", "a=1&%61=2", "a=%", "a=%4", "a=%GG", "a=%C3", "a=%FF", "a=\u{E9}", "a\0=b",
            "a=b\tc", "a=b\r\n", "a=\u{7F}",
        ])
    func refused(_ form: String) {
        #expect(throws: AuthError.self) { try FormFields(Array(form.utf8)) }
    }

    @Test("one that may stand several times has all of its values") func repeatable() throws {
        let fields = try FormFields(Array("resource=a&b=1&resource=b&resource=".utf8), repeatable: ["resource"])
        #expect(fields.parameters.all("resource") == ["a", "b"])
        #expect(fields.parameters.all("b") == ["1"] && fields.parameters.all("c").isEmpty)
    }

    @Test("are 64 at most") func most() throws {
        let form = { (count: Int) in Array((0..<count).map { "p\($0)=1" }.joined(separator: "&").utf8) }
        #expect(try FormFields(form(64))["p63"] == "1")
        #expect(throws: AuthError.self) { try FormFields(form(65)) }
    }
}
