import AuthCore
import NIOHTTP1

/// Tells which requests are for a ``Document`` and can be answered from memory.
struct FastPath {
    let documents: PrerenderedDocuments
    let trustedProxies: TrustedProxies

    /// What `head` asks for; nil for what only the ordinary routes answer: other paths and methods, bodies, expectations, and
    /// `HEAD` with a condition.
    func recognise(_ head: HTTPRequestHead) -> FastRequest? {
        guard let place = documents.place(of: head.uri), !head.hasBody, !head.headers.contains(name: "expect"),
            let second = documents.current(),
            let form = form(head, second.rendered[place].content)
        else { return nil }
        return FastRequest(
            place: place, form: form, closes: !head.keepsConnection,
            entityTag: second.rendered[place].content.caching?.entityTag,
            forwardedFor: trustedProxies == .none ? [] : head.headers["x-forwarded-for"],
            userAgent: head.headers.first(name: "user-agent") ?? "")
    }

    private func form(_ head: HTTPRequestHead, _ content: Document.Content) -> FastRequest.Form? {
        let condition = head.headers.first(name: "if-none-match")
        switch (head.method, condition) {
        case (.GET, nil): return .full
        case (.HEAD, nil): return .head
        case (.GET, let condition?):
            // What nearly every verifier sends; lists, weak tags and several lines take the longer way.
            if let tag = content.caching?.entityTag, condition.utf8.elementsEqual(tag.utf8) { return .notModified }
            let all = head.headers["if-none-match"].joined(separator: ",")
            return content.isKnown(by: all) ? .notModified : .full
        default: return nil
        }
    }
}
