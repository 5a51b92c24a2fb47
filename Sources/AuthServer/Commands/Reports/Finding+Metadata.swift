package import AuthCore
package import AuthHTTP
import Foundation

extension Finding {
    private static let metadataSubject = "metadata"

    /// What a client finds where it looks first.
    /// - Parameters:
    ///   - result: of the look.
    ///   - addresses: of the issuer, which say what is to be found.
    package static func metadata(
        _ result: Result<KeySetProbe.Answer, KeySetProbeFailure>, of addresses: IssuerAddresses
    ) -> Finding {
        let url = addresses.metadata
        let answer: KeySetProbe.Answer
        switch result {
        case .failure(let failure):
            return Finding(metadataSubject, verdict(of: failure), "\(url): \(text(of: failure, "metadata document"))")
        case .success(let success): answer = success
        }
        guard answer.status == 200 else { return wrongStatus(metadataSubject, url, answer.status) }
        guard let shown = members(of: answer.body), let own = members(of: addresses.metadataBody) else {
            return Finding(metadataSubject, .wrong, "\(url): what is there is no JSON object: another server answers")
        }
        guard let issuer = shown["issuer"] as? String, issuer == addresses.issuer else {
            return Finding(
                metadataSubject, .wrong,
                "\(url) names the issuer \(String("\(shown["issuer"] ?? "nobody")".prefix(200))), and JWKS_ISSUER here is"
                    + " \(addresses.issuer), which clients compare byte by byte: give the server and this command the same"
            )
        }
        let differing = Set(shown.keys).union(own.keys).filter { !isSame(shown[$0], own[$0]) }.sorted()
        guard !differing.isEmpty else { return Finding(metadataSubject, .ok, "\(url) says what it should") }
        let isServed = differing.contains { $0.hasSuffix("_endpoint") || $0 == "jwks_uri" }
        return Finding(
            metadataSubject, isServed ? .wrong : .warning,
            "\(url) has another \(differing.prefix(5).joined(separator: ", ")) than this program: restart the server, or see"
                + " who answers there")
    }

    /// Whether the keys there verify what this database signs next.
    /// - Parameters:
    ///   - url: of the JWK Set.
    ///   - signing: the key that ID tokens are signed with; nil where there is none.
    package static func signingKey(
        _ url: String, _ result: Result<KeySetProbe.Answer, KeySetProbeFailure>, _ signing: KeyID?
    ) -> Finding {
        let subject = "keys"
        guard let signing else {
            return Finding(subject, .wrong, "no key signs ID tokens: start the server, which makes one")
        }
        switch result {
        case .failure(let failure):
            return Finding(subject, verdict(of: failure), "\(url): \(text(of: failure, "JWK Set"))")
        case .success(let answer):
            guard answer.status == 200 else { return wrongStatus(subject, url, answer.status) }
            guard let shown = keys(in: answer.body) else {
                return Finding(subject, .wrong, "\(url): what is there is no JWK Set: another server answers")
            }
            guard let key = shown["\(signing)"], key["alg"] ?? "RS256" == "RS256" else {
                return Finding(
                    subject, .wrong,
                    "\(url) has no key \(signing), which signs ID tokens: a cache on the way is too old, or another server"
                        + " answers")
            }
            return Finding(subject, .ok, "\(url) has key \(signing), which signs ID tokens with RS256")
        }
    }

    /// A client that gets no answer logs nobody in; only what is missing on this side leaves it open.
    private static func verdict(of failure: KeySetProbeFailure) -> Verdict {
        failure == .noAuthorities ? .warning : .wrong
    }

    private static func text(of failure: KeySetProbeFailure, _ document: String) -> String {
        meaning(of: failure, expecting: document).1 + "; --offline leaves this out"
    }

    private static func wrongStatus(_ subject: String, _ url: String, _ status: Int) -> Finding {
        let text =
            switch status {
            case 300...399: "clients follow no redirect, set JWKS_ISSUER to the last address"
            case 502...504: "a proxy answers, is the server running?"
            default: "another server is there, or a proxy that does not pass this path on"
            }
        return Finding(subject, .wrong, "\(url): \(status): \(text)")
    }

    private static func members(of body: [UInt8]) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]
    }

    /// Two values of JSON, compared as they are written: values of Foundation are not equal where what is in them is.
    private static func isSame(_ left: Any?, _ right: Any?) -> Bool { written(left) == written(right) }

    private static func written(_ value: Any?) -> Data? {
        value.flatMap { try? JSONSerialization.data(withJSONObject: [$0], options: .sortedKeys) }
    }
}
