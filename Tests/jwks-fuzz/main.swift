import AuthTestSupport
import Fuzzing
import Glibc

// jwks-fuzz TARGET SECONDS SEED LAST    inputs of a seed for so long; each stands in the file LAST before it is tried
// jwks-fuzz TARGET INPUT                one input again, from a file
// script/fuzz-parsers is what people run.

/// A parser that has not answered after this many seconds hangs: SIGALRM ends the process.
let longest: UInt32 = 60
let arguments = Array(CommandLine.arguments.dropFirst())

func fail(_ line: String) -> Never {
    let bytes = Array("\(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
    exit(64)
}

guard let target = [any FuzzTarget].all.first(where: { $0.name == arguments.first }), [2, 4].contains(arguments.count)
else {
    fail("usage: jwks-fuzz \([any FuzzTarget].all.map(\.name).joined(separator: "|")) INPUT | SECONDS SEED LAST")
}
if arguments.count == 2 {
    guard let input = InputFile.read(arguments[1]) else { fail("\(arguments[1]) cannot be read") }
    alarm(longest)
    let outcome = await target.check(input)
    print(outcome)
    if case .finding = outcome { exit(1) }
} else {
    guard let seconds = Int(arguments[1]), let seed = UInt64(arguments[2]), let last = InputFile(arguments[3])
    else {
        fail("jwks-fuzz: SECONDS and SEED are numbers, LAST a file that can be written")
    }
    var run = FuzzRun(target, seed: seed)
    let start = time(nil)
    while time(nil) - start < seconds, run.findings.isEmpty {
        alarm(longest)
        await run.go(on: 500, note: last.write)
    }
    print("\(target.name): seed \(seed), \(time(nil) - start) s", terminator: ", ")
    print("\(run.executions) executions, \(run.accepted) accepted, \(run.findings.count) findings")
    for (kind, count) in run.kinds.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }).prefix(40) {
        print("    \(count) \(kind)")
    }
    for finding in run.findings {
        print("FINDING in execution \(finding.execution): \(finding.what)")
        print("    \(String(decoding: finding.input, as: UTF8.self).debugDescription)")
        last.write(finding.input)
    }
    if !run.findings.isEmpty { exit(1) }
}
