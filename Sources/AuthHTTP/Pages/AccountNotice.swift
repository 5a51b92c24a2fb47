import HTTPTypes
import Hummingbird

/// What the account's page says of what was just done: a word in its address, so that it can be loaded again.
enum AccountNotice: String, CaseIterable, Sendable {
    case ended
    case withdrawn
    case gone
    case signedIn = "signed-in"
    case passwordChanged = "password-changed"
    case signedOut = "signed-out"

    /// The account's page, saying so.
    var path: String { "/account?notice=\(rawValue)" }

    /// nil for none, and for an address that another site leads to: it may say what is not so.
    init?(of request: Request) {
        let isForeign = request.headers[values: .secFetchSite].contains { $0 == "cross-site" || $0 == "same-site" }
        guard !isForeign, let word = request.head.path?.utf8.queryValue(of: "notice") else { return nil }
        self.init(rawValue: word)
    }
}
