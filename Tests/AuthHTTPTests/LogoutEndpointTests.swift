import Testing

@Suite("The logout endpoint", .timeLimit(.minutes(1)))
struct LogoutEndpointTests {
    private static let form = "application/x-www-form-urlencoded"

    @Test(
        "a form of another site is taken if the address that it becomes is, and that of the page may be longer",
        arguments: [("", 16_384, 303), ("", 16_385, 413), ("&decision=sign-out", 30_000, 200)])
    func long(_ end: String, _ count: Int, _ status: Int) async throws {
        try await TestServer.with { server in
            let begin = "/logout?state="
            let state = String(repeating: "x", count: count - begin.utf8.count - end.utf8.count)
            let body = "state=\(state)\(end)"
            let answer = try await server.answer(
                RawRequest.post("/logout", body, type: Self.form, ["Sec-Fetch-Site: same-origin"]))
            #expect(answer.status == status)
            guard let address = answer["Location"] else { return }
            #expect(try await server.answer(RawRequest.get(address)).status == 200)
        }
    }
}
