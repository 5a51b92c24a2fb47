import Foundation
import JWKSVerifier
import JWTKit

/// Processor time of the whole process, in microseconds: what else runs on the machine is not in it.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

func each(_ count: Int, _ body: () async throws -> Bool) async throws -> Double {
    let begin = processorTime()
    for _ in 0..<count where try await !body() { fatalError("a good token was refused") }
    return (processorTime() - begin) / Double(count)
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Verifications each microsecond of so many tasks at once, by the wall clock.
func rate(_ tasks: Int, _ count: Int, _ verifier: JWTVerifier, _ token: String) async throws -> Double {
    let clock = ContinuousClock()
    let time = try await clock.measure {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks { group.addTask { for _ in 0..<count { _ = try await verifier.verify(token) } } }
            try await group.waitForAll()
        }
    }
    return Double(tasks * count) / (time / .microseconds(1))
}

let rounds = 15
let count = 1_000
var lines: [String] = []
for subject in try Subject.all() {
    let verifier = try subject.verifier()
    let kit = try await subject.jwtKit()
    var times: [String: [Double]] = [:]
    // One after the other in each round: what slows the machine for a while slows all of them.
    for _ in 0..<rounds {
        times["bare", default: []].append(try await each(count) { subject.bare() })
        times["ours", default: []].append(
            try await each(count) { try await verifier.verify(subject.token).subject == "7" })
        times["ours, own claims", default: []].append(
            try await each(count) {
                try await verifier.verify(subject.token, as: OwnClaims.self).claims.client_id == "web"
            })
        times["jwt-kit", default: []].append(
            try await each(count) { try await kit.verify(subject.token, as: KitClaims.self).sub.value == "7" })
    }
    let bare = times["bare"] ?? []
    for name in ["bare", "ours", "ours, own claims", "jwt-kit"] {
        let own = times[name] ?? []
        let ratio = median(zip(bare, own).map { $0 / $1 })
        lines.append(
            "\(subject.algorithm) \(name): \(String(format: "%.1f", median(own))) us, bare / it = \(String(format: "%.2f", ratio))"
        )
    }
    let one = try await rate(1, 5_000, verifier, subject.token)
    let eight = try await rate(8, 5_000, verifier, subject.token)
    let processors = ProcessInfo.processInfo.activeProcessorCount
    lines.append(
        "\(subject.algorithm) 8 tasks / 1 task on \(processors) processors: \(String(format: "%.2f", eight / one))")
    if CommandLine.arguments.count > 1 {
        let file = URL(fileURLWithPath: CommandLine.arguments[1]).appendingPathComponent("\(subject.algorithm).json")
        try JSONEncoder().encode(["token": subject.token, "jwk": subject.jwk]).write(to: file)
    }
}
print(lines.joined(separator: "\n"))
