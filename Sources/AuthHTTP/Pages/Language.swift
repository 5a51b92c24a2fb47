import AuthCore

/// A language that pages are written in.
package enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case german = "de"

    /// More than anybody speaks.
    private static let mostWishes = 20

    /// The best that there is: English where none is wished for.
    /// - Parameters:
    ///   - wishes: tags (RFC 5646), best first, spaces between them: the `ui_locales` of OpenID Connect Core 1.0 §3.1.2.1.
    ///   - accepted: the lines of `Accept-Language` (RFC 9110 §12.5.4).
    package init(wishes: String?, accepted: [String]) {
        let wishes = wishes.flatMap { $0.utf8.isASCII ? $0 : nil }
        let accepted = accepted.filter(\.utf8.isASCII)
        let wished = (wishes ?? "").split(separator: " ").prefix(Self.mostWishes).lazy.compactMap(Self.init(tag:)).first
        self = wished ?? Self.best(of: accepted) ?? .english
    }

    /// `de`, `de-AT`, `DE_ch`.
    private init?(tag: some StringProtocol) {
        let letters = tag.prefix { $0 != "-" && $0 != "_" }
        self.init(rawValue: letters.lowercased())
    }

    private static func best(of lines: [String]) -> Self? {
        var best: (language: Self, weight: Double)?
        for range in lines.lazy.flatMap({ $0.split(separator: ",") }).prefix(mostWishes) {
            let parts = range.split(separator: ";")
            guard let tag = parts.first?.filter({ $0 != " " && $0 != "\t" }), let language = Self(tag: tag) else {
                continue
            }
            let weight = parts.dropFirst().lazy.map { $0.filter { $0 != " " } }.first { $0.hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) }
            guard (weight ?? 1) > (best?.weight ?? 0) else { continue }
            best = (language, weight ?? 1)
        }
        return best?.language
    }
}
