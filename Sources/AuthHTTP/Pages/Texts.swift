/// What pages say, in each language: a row for each sentence, so that none is forgotten in another.
protocol Texts: Sendable {
    static var english: Self { get }
    static var german: Self { get }
}

extension Texts {
    static func of(_ language: Language) -> Self {
        switch language {
        case .english: english
        case .german: german
        }
    }
}
