import Foundation

/// At once, also into a file.
func report(_ line: String) {
    print(line)
    fflush(nil)
}

/// Beyond, eight threads wait for each other; each of their verifications takes the one lock there is.
let mostWaits = 1_000.0
var hasWaited = false

for subject in try Subject.all() {
    let ways = try await subject.ways()
    if CommandLine.arguments.count > 1 {
        let file = URL(fileURLWithPath: CommandLine.arguments[1]).appendingPathComponent("\(subject.algorithm).json")
        try JSONEncoder().encode(["token": subject.token, "jwk": subject.jwk]).write(to: file)
    }

    // One after the other in each round: what slows the machine for a while slows all of them.
    var times: [[Double]] = Array(repeating: [], count: ways.count)
    for _ in 0..<60 {
        for (index, way) in ways.enumerated() {
            times[index].append(try await Cost.of { try await way.verify(250) }.processor / 250)
        }
    }
    for (index, way) in ways.enumerated() {
        let ratio = median(zip(times[0], times[index]).map { $0 / $1 })
        report(
            "\(subject.algorithm) \(way.name): \(String(format: "%.1f", median(times[index]))) us, bare / it = \(String(format: "%.3f", ratio))"
        )
    }

    for threads in [1, 2, 8] {
        var (rates, ratios, waits): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<7 {
            let bare = try await ways[0].cost(threads: threads, times: 8_000)
            let ours = try await ways[1].cost(threads: threads, times: 8_000)
            rates.append(8_000 / ours.seconds)
            // By processor time: the clock on the wall also counts what else runs on the machine.
            ratios.append(bare.processor / ours.processor)
            waits.append(Double(ours.waits) * 100_000 / 8_000)
        }
        report(
            "\(subject.algorithm) ours, \(threads) threads: \(Int(median(rates)))/s together, \(String(format: "%.3f", median(ratios))) of bare's by processor time, \(Int(median(waits))) waits in 100,000"
        )
        if threads == 8, median(waits) > mostWaits { hasWaited = true }
    }
    let locked = try await subject.behindOneLock().cost(threads: 8, times: 8_000)
    report("\(subject.algorithm) bare behind one lock, 8 threads: \(locked.waits * 100_000 / 8_000) waits in 100,000")
}
report("processors: \(ProcessInfo.processInfo.activeProcessorCount)")
if hasWaited {
    report("eight threads wait for each other")
    exit(1)
}
