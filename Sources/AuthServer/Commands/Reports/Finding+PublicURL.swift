package import AuthCore
package import AuthHTTP
import Foundation

/// The keys that this database has for verifiers.
package struct OwnKeys: Sendable {
    /// What the server publishes.
    package let set: JWKSet
    /// Those that sign.
    package let signing: [KeyID]

    /// With these keys.
    package init(set: JWKSet, signing: [KeyID]) {
        self.set = set
        self.signing = signing
    }
}

extension Finding {
    private static let urlSubject = "public URL"
    /// Of so many keys the kids are told.
    private static let most = 10
    /// A cache's clock and ours are both in whole seconds.
    private static let roundedTime: Duration = .seconds(2)

    /// What verifiers find where the issuer says that the JWK Set is.
    /// - Parameters:
    ///   - result: of the look.
    ///   - own: what they are to find; nil where that could not be opened.
    ///   - now: when the answer came.
    ///   - skew: what verifiers are expected to forgive.
    package static func publicURL(
        _ url: String, _ result: Result<KeySetProbe.Answer, KeySetProbeFailure>, own: OwnKeys?, now: Timestamp,
        skew: Duration
    ) -> [Finding] {
        switch result {
        case .failure(let failure): [noAnswer(url, failure)]
        case .success(let answer):
            [content(url, answer, own)]
                + (answer.moment.flatMap { clock(url, $0, now, skew) }.map { [$0] } ?? [])
        }
    }

    private static func noAnswer(_ url: String, _ failure: KeySetProbeFailure) -> Finding {
        let (verdict, text) = meaning(of: failure, expecting: "JWK Set")
        return Finding(urlSubject, verdict, "\(url): \(text)")
    }

    /// What it says of an installation that there is no answer, and what to do.
    /// - Parameter document: what was looked for.
    static func meaning(of failure: KeySetProbeFailure, expecting document: String) -> (Verdict, String) {
        switch failure {
        // A server that does not run is nothing wrong with the installation.
        case .noAddress: (.warning, "its name has no address here")
        case .unreachable(let words): (.warning, "\(words): is the server running?")
        case .silent: (.warning, "no answer in time: is the server running, and who is before it?")
        case .noAuthorities:
            (
                .warning,
                "there are no certificates of authorities here: install ca-certificates or set SSL_CERT_FILE"
            )
        case .certificate:
            (
                .wrong,
                "its certificate is over, of another name or of an authority that is not known here (SSL_CERT_FILE"
                    + " names others)"
            )
        case .noTLS: (.wrong, "what answers there speaks no TLS: is it http?")
        case .noHTTP: (.wrong, "what answers there speaks no HTTP: is it https, or another port?")
        case .tooLong: (.wrong, "what answers there is no \(document): another server is there")
        }
    }

    private static func content(_ url: String, _ answer: KeySetProbe.Answer, _ own: OwnKeys?) -> Finding {
        switch answer.status {
        case 200: break
        case 502...504:
            return Finding(urlSubject, .warning, "\(url): \(answer.status): a proxy answers, is the server running?")
        case 300...399:
            return Finding(
                urlSubject, .wrong,
                "\(url): \(answer.status): verifiers follow no redirect, set JWKS_ISSUER to the"
                    + " last address")
        case let status:
            return Finding(urlSubject, .wrong, "\(url): \(status) in place of the keys: another server is there")
        }
        guard let shown = keys(in: answer.body) else {
            return Finding(urlSubject, .wrong, "\(url): what is there is no JWK Set: another server answers")
        }
        guard let own, let expected = keys(in: own.set.body) else {
            return Finding(urlSubject, .warning, "\(url) shows \(list(shown.keys)): nothing here to compare with")
        }
        if shown == expected { return Finding(urlSubject, .ok, "\(url) shows \(list(shown.keys)), as it should") }
        let differ = "\(url) shows \(list(shown.keys)), and this database has \(list(expected.keys))"
        // Kids are small numbers: every server has a key 1.
        guard shown.contains(where: { expected[$0] == $1 }), shown.allSatisfy({ expected[$0] ?? $1 == $1 }) else {
            return Finding(urlSubject, .wrong, "\(differ), which are others: another server answers there")
        }
        guard own.signing.allSatisfy({ shown["\($0)"] != nil }) else {
            return Finding(
                urlSubject, .wrong,
                "\(differ), one of which signs: a cache on the way is too old, or another server"
                    + " answers")
        }
        return Finding(urlSubject, .warning, "\(differ): a cache on the way is older")
    }

    private static func clock(_ url: String, _ theirs: Timestamp, _ now: Timestamp, _ skew: Duration) -> Finding? {
        let ahead = theirs - now
        let distance = max(ahead, .zero - ahead)
        guard distance > max(skew, roundedTime) else { return nil }
        return Finding(
            urlSubject, .wrong,
            "\(url): the clock there is \(distance.milliseconds / 1000) s \(ahead > .zero ? "ahead of" : "behind")"
                + " this one, more than JWKS_CLOCK_SKEW: set both right")
    }

    /// The members of each key, by its kid; nil for what is no JWK Set.
    static func keys(in body: [UInt8]) -> [String: [String: String]]? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any],
            let keys = object["keys"] as? [[String: String]]
        else { return nil }
        let named = keys.compactMap { key in key["kid"].map { ($0, key) } }
        guard named.count == keys.count else { return nil }
        return Dictionary(named) { first, _ in first }
    }

    private static func list(_ kids: some Sequence<String>) -> String {
        let kids = kids.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
        guard !kids.isEmpty else { return "no key" }
        // Somebody else's list may be as long as it wants.
        let rest = kids.count > most ? " and \(kids.count - most) more" : ""
        return (kids.count == 1 ? "key " : "keys ")
            + kids.prefix(most).map { String($0.prefix(20)) }.joined(separator: ", ") + rest
    }
}
