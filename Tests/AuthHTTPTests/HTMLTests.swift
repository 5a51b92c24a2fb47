import AuthHTTP
import Testing

@Suite("HTML")
struct HTMLTests {
    @Test(
        "a value is text, whatever it contains",
        arguments: [
            ("plain", "plain"), ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            (#"" onload="x"#, "&quot; onload=&quot;x"), ("' onload='x", "&#39; onload=&#39;x"),
            ("&lt;", "&amp;lt;"), ("é\u{1F511}", "é\u{1F511}"), ("", ""),
        ])
    func escapes(value: String, text: String) {
        let html: HTML = "<p title=\"\(value)\">\(value)</p>"
        #expect(html.text == "<p title=\"\(text)\">\(text)</p>")
    }

    @Test("markup put into markup is markup")
    func nests() {
        let items = ["a", "<b>"].map { item in "<li>\(item)</li>" as HTML }
        let list: HTML = "<ul>\(HTML(items))</ul>"
        #expect(list.text == "<ul><li>a</li><li>&lt;b&gt;</li></ul>")
    }
}
