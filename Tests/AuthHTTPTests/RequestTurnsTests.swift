import AuthHTTP
import NIOCore
import NIOHTTP1
import Testing

/// What happens to the requests of a connection, one event after the other, and what is to be done about each.
struct TurnsHistory: Sendable, CustomTestStringConvertible {
    typealias Event = RequestTurns.Event
    typealias Action = RequestTurns.Action

    let testDescription: String
    let steps: [(event: Event, action: Action)]

    init(_ name: String, _ steps: (Event, Action)...) {
        testDescription = name
        self.steps = steps
    }
}

private func bytes(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: 0x20, count: count) }
private let nothing = ByteBuffer()
private let first = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/first")
private let second = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/second")
private let answered = RequestTurns.Event.answered(bodyWasRead: false)

extension TurnsHistory {
    static let orders = [
        TurnsHistory(
            "a request that is there as a whole has its turn at once", (.head(first), .wait), (.body(bytes(3)), .wait),
            (.body(bytes(4)), .wait), (.end, .answer(first, .whole(bytes(7)))), (.inputPaused, .wait),
            (answered, .wait)),
        TurnsHistory(
            "the next waits for the answer", (.head(first), .wait), (.end, .answer(first, .whole(nothing))),
            (.head(second), .wait), (.end, .wait), (.inputPaused, .wait),
            (answered, .answer(second, .whole(nothing))), (answered, .wait)),
        TurnsHistory(
            "nothing has its turn behind the last answer", (.head(first), .wait),
            (.end, .answer(first, .whole(nothing))), (.head(second), .wait), (.end, .wait), (.ended, .wait),
            (.inputPaused, .wait), (.inputClosed, .wait)),
    ]

    static let lateBodies = [
        TurnsHistory(
            "a request is answered before its body is there", (.head(first), .wait), (.body(bytes(1)), .wait),
            (.inputPaused, .answer(first, .late)), (.body(bytes(2)), .wait), (.inputPaused, .wait),
            (.end, .giveBody(bytes(3))), (answered, .wait)),
        TurnsHistory(
            "the rest of a body is nobody's after the answer", (.head(first), .wait),
            (.inputPaused, .answer(first, .late)), (answered, .wait), (.body(bytes(9_000)), .wait), (.end, .wait),
            (.head(second), .wait), (.end, .answer(second, .whole(nothing)))),
        TurnsHistory(
            "a body that is too large is given as far as that is seen, and no further", (.head(first), .wait),
            (.inputPaused, .answer(first, .late)), (.body(bytes(8_192)), .wait),
            (.body(bytes(1)), .giveBody(bytes(8_193))), (.body(bytes(9_000)), .wait), (answered, .wait),
            (.end, .wait), (.head(second), .wait), (.end, .answer(second, .whole(nothing)))),
        TurnsHistory(
            "so is one that waited", (.head(first), .wait), (.end, .answer(first, .whole(nothing))),
            (.head(second), .wait), (.body(bytes(8_193)), .wait), (.body(bytes(9_000)), .wait),
            (answered, .answer(second, .whole(bytes(8_193)))), (.body(bytes(9_000)), .wait), (.end, .wait),
            (answered, .wait)),
    ]

    static let ends = [
        TurnsHistory(
            "a client that closes its side gets the end of ours", (.inputClosed, .closeOutput), (.inputPaused, .wait)),
        TurnsHistory(
            "but its answers first", (.head(first), .wait), (.end, .answer(first, .whole(nothing))),
            (.head(second), .wait), (.end, .wait), (.inputClosed, .wait),
            (answered, .answer(second, .whole(nothing))), (answered, .closeOutput)),
        TurnsHistory(
            "what is no request is refused in its turn", (.head(first), .wait),
            (.end, .answer(first, .whole(nothing))), (.malformed, .wait), (.malformed, .wait), (.inputClosed, .wait),
            (answered, .refuseMalformed), (.inputPaused, .wait)),
        TurnsHistory(
            "a malformed body is refused by whoever waits for it", (.head(first), .wait),
            (.inputPaused, .answer(first, .late)), (.malformed, .failBody),
            (.answered(bodyWasRead: true), .closeOutput)),
        TurnsHistory(
            "and for itself where nobody does", (.head(first), .wait), (.inputPaused, .answer(first, .late)),
            (.malformed, .failBody), (answered, .refuseMalformed)),
        TurnsHistory(
            "a malformed body that waited", (.head(first), .wait), (.end, .answer(first, .whole(nothing))),
            (.head(second), .wait), (.malformed, .wait), (answered, .answer(second, .malformed)),
            (.answered(bodyWasRead: true), .closeOutput)),
        TurnsHistory(
            "a body that breaks off", (.head(first), .wait), (.inputPaused, .answer(first, .late)),
            (.inputClosed, .failBody), (answered, .closeOutput)),
    ]
}

@Suite("The requests of one connection") struct RequestTurnsTests {
    @Test("have their turn one after the other", arguments: TurnsHistory.orders)
    func orders(_ history: TurnsHistory) { check(history) }

    @Test("may be answered before their body is there", arguments: TurnsHistory.lateBodies)
    func lateBodies(_ history: TurnsHistory) { check(history) }

    @Test("are all answered before the end", arguments: TurnsHistory.ends)
    func ends(_ history: TurnsHistory) { check(history) }

    @Test("no more is read while one waits") func input() {
        var turns = RequestTurns()
        #expect(turns.wantsInput)
        _ = turns.handle(.head(first))
        #expect(turns.wantsInput)
        _ = turns.handle(.inputPaused)
        #expect(turns.wantsInput)
        _ = turns.handle(.end)
        _ = turns.handle(.head(second))
        #expect(turns.wantsInput)
        _ = turns.handle(.end)
        #expect(!turns.wantsInput)
        _ = turns.handle(answered)
        #expect(turns.wantsInput)
        _ = turns.handle(.head(first))
        _ = turns.handle(.end)
        #expect(!turns.wantsInput)
        _ = turns.handle(.ended)
        #expect(turns.wantsInput)
    }

    private func check(_ history: TurnsHistory) {
        var turns = RequestTurns()
        for (number, step) in history.steps.enumerated() {
            #expect(turns.handle(step.event) == step.action, "step \(number): \(step.event)")
        }
    }
}
