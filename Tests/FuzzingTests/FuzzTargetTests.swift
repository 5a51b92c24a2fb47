import AuthTestSupport
import Fuzzing
import Testing

@Suite("Fuzzing", .timeLimit(.minutes(2))) struct FuzzTargetTests {
    @Test("finds nothing in the parsers, briefly", arguments: [any FuzzTarget].all.map(\.name), [1, 2] as [UInt64])
    func targets(name: String, seed: UInt64) async throws {
        let target = try #require([any FuzzTarget].all.first { $0.name == name })
        var run = FuzzRun(target, seed: seed)
        await run.go(on: 1_000)
        for finding in run.findings { Issue.record("\(finding.what): \(finding.input)") }
        #expect(run.executions == 1_000)
        // One that refuses all or takes all tries nothing.
        #expect(run.accepted > 10 && run.accepted < 1_000)
    }

    @Test("tries the same inputs in the same order for the same seed") func seeds() async throws {
        func inputs(_ seed: UInt64) async -> [[UInt8]] {
            var (run, inputs) = (FuzzRun(Parrot(), seed: seed), [[UInt8]]())
            await run.go(on: 500) { inputs.append($0) }
            return inputs
        }
        let one = await inputs(1)
        #expect(await inputs(1) == one)
        #expect(await inputs(2) != one)
        #expect(one.first == Parrot().seeds.first)
        #expect(one.allSatisfy { $0.count <= Parrot().longest })
        #expect(Set(one).count > 300)
    }

    @Test("reports what an oracle finds, with its input, and stops at ten") func findings() async {
        var run = FuzzRun(Parrot(), seed: 3)
        await run.go(on: 10_000)
        #expect(run.findings.count == 10)
        for finding in run.findings { #expect(finding.input.contains(7) && finding.what == "a seven") }
    }
}

/// A parser that is wrong about everything with a 7 in it.
private struct Parrot: FuzzTarget {
    let name = "parrot"
    let seeds: [[UInt8]] = [Array("hello".utf8), [1, 2, 3]]
    let dictionary = ["world"]
    let longest = 64

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        input.contains(7)
            ? .finding("a seven") : input.count.isMultiple(of: 2) ? .accepted() : .refused("\(input.count)")
    }
}
