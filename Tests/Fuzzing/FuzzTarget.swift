// Fuzzing owns what is done to the parsers to find out what they get wrong: inputs, and oracles that can fail. It must
// not be shipped, and a parser must not know it.

/// One parser under test: what it is fed with at first, and how an answer of it is known to be wrong.
package protocol FuzzTarget: Sendable {
    /// As the command line and the report name it.
    var name: String { get }
    /// What every input descends from: well-formed ones of each kind, and some that are not.
    var seeds: [[UInt8]] { get }
    /// Words that mean something to the parser: chance alone would not find them.
    var dictionary: [String] { get }
    /// Bytes; the lengths behind which nothing new happens are not tried.
    var longest: Int { get }

    /// Gives `input` to the parser, and its answer to the oracle. Says the same of the same input always.
    func check(_ input: [UInt8]) async -> FuzzOutcome
}

extension FuzzTarget {
    package var longest: Int { 4_096 }
}

/// What came of one input.
package enum FuzzOutcome: Equatable, Sendable {
    /// The parser took it. An input of a new `kind` is kept, and others descend from it.
    case accepted(_ kind: String = "")
    /// The parser refused it, and was right. `kind` as above.
    case refused(_ kind: String = "")
    /// The parser is wrong, or the oracle.
    case finding(String)
}

extension [any FuzzTarget] {
    /// Every target there is.
    package static var all: Self {
        [
            JSONTarget(), ForwardedTarget(), SealedTarget(), PHCTarget(), SettingsTarget(), HeadsTarget(),
            ChunksTarget(),
            QueriesTarget(), ConnectionsTarget(),
        ]
    }
}
