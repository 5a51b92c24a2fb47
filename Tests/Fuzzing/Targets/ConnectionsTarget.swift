import AuthHTTP
import NIOCore

/// What may happen on a connection, two bytes an event. No connection outlives its deadlines or ends before them, no more
/// requests wait than may, and nothing is answered behind the last answer.
struct ConnectionsTarget: FuzzTarget {
    let name = "connections"
    let longest = 400
    let dictionary: [String] = []

    let seeds: [[UInt8]] = [
        [2, 1, 3, 0, 4, 0], [1, 0, 7, 0, 1, 0, 7, 0], [2, 0, 4, 0], [2, 1, 11, 30],
        [2, 1, 3, 0, 2, 1, 3, 0, 4, 0, 4, 0], [8, 0, 7, 0], [12, 0, 11, 1, 11, 4], [11, 200, 11, 200],
        [2, 1, 9, 0, 4, 0], [1, 1, 7, 0, 0, 0], [2, 1, 8, 0, 4, 0, 5, 0], [13, 1, 14, 0, 15, 0, 10, 0],
    ]

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        var world = World()
        for pair in stride(from: 0, to: input.count - 1, by: 2) {
            if let wrong = world.step(input[pair], Int64(input[pair + 1])) {
                return .finding("\(wrong), event \(pair / 2)")
            }
            if world.isOver { break }
        }
        let kind = "\(world.last), \(min(world.answers, 3)) answers"
        return world.answers > 0 ? .accepted(kind) : .refused(kind)
    }
}

/// A connection beside a second account of it.
private struct World {
    private var state = ConnectionState()
    private var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private var lastEvent: NIODeadline
    private var arrivingSince: NIODeadline?
    private var drainingSince: NIODeadline?
    private var untakenSince: NIODeadline?
    private var unanswered = 0
    /// Whether a document was answered that ends the connection: it does when all is read.
    private var isEnding = false
    private var hasEnded = false
    private(set) var isOver = false
    private(set) var answers = 0
    private(set) var last: ConnectionState.Action = .proceed

    init() { lastEvent = now }

    /// One event, where it is possible.
    /// - Returns: what is wrong with what was decided.
    mutating func step(_ event: UInt8, _ argument: Int64) -> String? {
        switch event % 16 {
        case 0: return input()
        case 1: return document(closes: argument & 1 == 1)
        case 2: return request(keepsAlive: argument & 1 == 1)
        case 3: requestEnded()
        case 4: return answered(closes: argument & 1 == 1)
        case 5: return refusalDue()
        case 6, 7: take(.inputPaused)
        case 8: take(.malformed)
        case 9: if arrivingSince != nil { take(.bodyTooLarge) }
        case 10:
            take(.inputClosed)
            if last == .closeOutput { isOver = true }
        case 12:
            if drainingSince == nil { drainingSince = now }
            take(.drain(since: drainingSince ?? now))
        case 13: take(.readWanted(isWritable: argument & 1 == 1))
        case 14: take(.inputHeld)
        case 15: take(argument & 1 == 1 ? .inputReleased : .becameWritable)
        default: return tick(argument)
        }
        return nil
    }

    private mutating func take(_ event: ConnectionState.Event) {
        last = state.handle(event)
        switch last {
        case .close, .flushThenClose: isOver = true
        case .linger, .proceedThenLinger, .addConnectionCloseThenLinger, .explainMalformedThenLinger: hasEnded = true
        default: break
        }
    }

    private mutating func input() -> String? {
        take(.input)
        if hasEnded, last != .drop { return "input was taken behind the end" }
        return hasEnded && (state.mayParse || state.canAnswerAtOnce) ? "more would be read behind the end" : nil
    }

    private mutating func document(closes: Bool) -> String? {
        guard state.canAnswerAtOnce else { return nil }
        if hasEnded || unanswered > 0 { return "an answer out of its turn" }
        take(.documentAnswered(closes: closes))
        (answers, lastEvent, isEnding) = (answers + 1, now, closes)
        return closes && state.canAnswerAtOnce ? "answers go on behind the last" : nil
    }

    private mutating func request(keepsAlive: Bool) -> String? {
        guard state.mayParse, arrivingSince == nil else { return nil }
        take(.routesNeeded)
        take(.requestBegan(keepsAlive: keepsAlive, at: now))
        (unanswered, arrivingSince, lastEvent) = (unanswered + 1, now, now)
        return unanswered > ConnectionState.unansweredLimit ? "\(unanswered) requests wait" : nil
    }

    private mutating func requestEnded() {
        guard arrivingSince != nil else { return }
        take(.requestEnded)
        (arrivingSince, lastEvent) = (nil, now)
    }

    private mutating func answered(closes: Bool) -> String? {
        guard unanswered > 0 else { return nil }
        let wasOver = hasEnded
        take(.answered(closes: closes))
        if wasOver { return last == .drop ? nil : "an answer behind the last" }
        (unanswered, answers, lastEvent) = (unanswered - 1, answers + 1, now)
        return closes && !hasEnded ? "answers go on behind the last" : nil
    }

    private mutating func refusalDue() -> String? {
        let mayExplain = !hasEnded && unanswered == 0
        take(.refusalDue)
        return !mayExplain && last == .explainMalformedThenLinger ? "an explanation out of its turn" : nil
    }

    private mutating func tick(_ argument: Int64) -> String? {
        now = now + .milliseconds(argument * 100)
        let pending = argument & 3 == 3 ? 100 : 0
        if pending == 0 { untakenSince = nil }
        take(.tick(now, pendingOutput: pending))
        defer { if pending > 0, untakenSince == nil { untakenSince = now } }
        if last == .proceed { return overdue() }
        guard last == .close else { return last == .linger && drainingSince != nil ? nil : "a tick led to \(last)" }
        return isDue ? nil : "closed before its time"
    }

    /// Whether a deadline has passed by the second account.
    private var isDue: Bool {
        if let arrivingSince, now - arrivingSince >= ConnectionState.requestDeadline { return true }
        if let untakenSince, now - untakenSince >= ConnectionState.outputDeadline { return true }
        if let drainingSince, now - drainingSince >= ConnectionState.drainRequestDeadline { return true }
        return unanswered == 0 && now - lastEvent >= ConnectionState.idleDeadline
    }

    /// What should have ended by now.
    private func overdue() -> String? {
        guard !hasEnded, !isEnding else { return nil }
        if let drainingSince {
            let isLate = now - drainingSince >= ConnectionState.drainRequestDeadline && unanswered == 0
            return isLate ? "still open when the server stops" : nil
        }
        guard let arrivingSince, now - arrivingSince >= ConnectionState.requestDeadline else { return nil }
        return "still waited for a request"
    }
}
