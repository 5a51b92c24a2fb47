import AuthTestSupport

/// One target under inputs of one seed. The same seed makes the same inputs in the same order.
package struct FuzzRun {
    /// An input that the parser got wrong.
    package struct Finding: Sendable {
        /// From 0.
        package let execution: Int
        /// All of it.
        package let input: [UInt8]
        /// The oracle's word for it.
        package let what: String
    }

    /// More are of no use before the first are mended.
    private static let mostFindings = 10
    /// Inputs of new kinds that are kept beside the seeds.
    private static let mostKept = 512

    /// Inputs that were tried.
    package private(set) var executions = 0
    /// Those of them that the parser took.
    package private(set) var accepted = 0
    /// Those that it got wrong.
    package private(set) var findings: [Finding] = []
    /// How often each kind of answer came.
    package private(set) var kinds: [String: Int] = [:]

    private let target: any FuzzTarget
    private var mutator: Mutator
    private let seeds: [[UInt8]]
    private var kept: [[UInt8]] = []

    /// - Parameter seed: of the dice.
    package init(_ target: any FuzzTarget, seed: UInt64) {
        self.target = target
        seeds = target.seeds
        mutator = Mutator(
            dictionary: target.dictionary.map { Array($0.utf8) }, longest: target.longest,
            generator: SeededGenerator(seed: seed))
    }

    /// Tries `count` inputs, the seeds first.
    /// - Parameter note: is told each input before the parser gets it, which it may not survive.
    package mutating func go(on count: Int, note: ([UInt8]) -> Void = { _ in }) async {
        for _ in 0..<count where findings.count < Self.mostFindings {
            let input = next()
            note(input)
            learn(await target.check(input), of: input)
            executions += 1
        }
    }

    private mutating func next() -> [UInt8] {
        guard executions >= seeds.count else { return seeds[executions] }
        let isNew = !kept.isEmpty && mutator.below(2) == 0
        let parent = isNew ? kept[mutator.below(kept.count)] : seeds[mutator.below(seeds.count)]
        // Some as they are: what was taken once has to be taken among others too.
        return mutator.below(64) == 0 ? parent : mutator.child(of: parent, isNew ? seeds : kept)
    }

    private mutating func learn(_ outcome: FuzzOutcome, of input: [UInt8]) {
        let name: String
        switch outcome {
        case .accepted(let kind):
            accepted += 1
            name = "accepted \(kind)"
        case .refused(let kind): name = "refused \(kind)"
        case .finding(let what):
            findings.append(Finding(execution: executions, input: input, what: what))
            name = "finding"
        }
        kinds[name, default: 0] += 1
        // What is seldom seen is worth more descendants than what is seen all the time.
        guard kinds[name, default: 0] <= 8 else { return }
        if kept.count < Self.mostKept { kept.append(input) } else { kept[mutator.below(kept.count)] = input }
    }
}
