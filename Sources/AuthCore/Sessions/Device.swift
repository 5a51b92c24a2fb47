/// What a browser says that it is, in a word or two: read for people, and never believed by a rule.
package struct Device: Equatable, Sendable {
    /// Such as `Firefox`; of a program the first word of what it says; nil where that says nothing.
    package let browser: String?
    /// Such as `Windows`; nil where it is none that we know.
    package let system: String?

    // Almost everybody says to be Safari, and Chrome next: those who say something else besides come first.
    private static let browsers = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
    ]
    private static let systems = [
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
        ("Macintosh", "macOS"), ("Linux", "Linux"),
    ]

    /// - Parameter userAgent: as ``Session/userAgent`` has it (RFC 9110 §10.1.5).
    package init(userAgent: String) {
        func known(_ words: [(word: String, name: String)]) -> String? {
            words.first { userAgent.contains($0.word) }?.name
        }
        let isBrowser = userAgent.hasPrefix("Mozilla/")
        browser = isBrowser ? known(Self.browsers) : Self.firstWord(userAgent)
        system = isBrowser ? known(Self.systems) : nil
    }

    /// Of letters that show, and no longer than a name.
    private static func firstWord(_ text: String) -> String? {
        let word = text.unicodeScalars.prefix { $0.isVisible && $0 != "/" }.prefix(32)
        return word.isEmpty ? nil : String(String.UnicodeScalarView(word))
    }
}
