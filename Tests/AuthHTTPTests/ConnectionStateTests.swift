import AuthHTTP
import NIOCore
import Testing

/// What happens on a connection, one event after the other, and what is to be done about each.
struct ConnectionHistory: Sendable, CustomTestStringConvertible {
    typealias Event = ConnectionState.Event
    typealias Action = ConnectionState.Action

    let testDescription: String
    let steps: [(event: Event, action: Action)]

    init(_ name: String, _ steps: (Event, Action)...) {
        testDescription = name
        self.steps = steps
    }

    init(_ name: String, _ steps: [(Event, Action)]) {
        testDescription = name
        self.steps = steps
    }
}

private func at(_ seconds: Double) -> NIODeadline { .uptimeNanoseconds(UInt64(seconds * 1e9)) }

extension ConnectionHistory {
    /// A request for the routes that has arrived whole.
    private static func request(keepsAlive: Bool = true, at seconds: Double = 0) -> [(Event, Action)] {
        [
            (.input, .proceed), (.routesNeeded, .proceed),
            (.requestBegan(keepsAlive: keepsAlive, at: at(seconds)), .proceed),
            (.requestEnded, .proceed),
        ]
    }

    private static let firstRequest: [(Event, Action)] = [
        (.input, .proceed), (.routesNeeded, .buildRoutes), (.requestBegan(keepsAlive: true, at: at(0)), .proceed),
        (.requestEnded, .proceed),
    ]
    private static let lastRequest: [(Event, Action)] = [
        (.input, .proceed), (.routesNeeded, .buildRoutes), (.requestBegan(keepsAlive: false, at: at(0)), .proceed),
        (.requestEnded, .proceed),
    ]
    private static let answer: [(Event, Action)] = [
        (.answered(closes: false), .proceed)
    ]
    private static let lastAnswer: [(Event, Action)] = [
        (.answered(closes: false), .addConnectionCloseThenLinger)
    ]

    static let documents = [
        ConnectionHistory(
            "documents are sent when the input pauses, not one by one", (.input, .proceed),
            (.documentAnswered(closes: false), .proceed), (.documentAnswered(closes: false), .proceed),
            (.inputPaused, .flush), (.inputPaused, .proceed)),
        ConnectionHistory(
            "a last document ends the connection", (.input, .proceed), (.documentAnswered(closes: true), .proceed),
            (.inputPaused, .flushThenClose)),
        ConnectionHistory(
            "a last document with more input behind it goes out before the end", (.input, .proceed),
            (.documentAnswered(closes: true), .proceed), (.input, .drop), (.inputPaused, .linger), (.input, .drop),
            (.inputPaused, .proceed), (.inputClosed, .close)),
        ConnectionHistory(
            "a client that closed its side is sent what it asked for", (.input, .proceed),
            (.documentAnswered(closes: false), .proceed), (.inputClosed, .closeOutput), (.inputPaused, .flush)),
    ]

    static let routes = [
        ConnectionHistory("requests and their answers", firstRequest + answer + request() + answer),
        ConnectionHistory("two requests before the first answer", firstRequest + request() + answer + answer),
        ConnectionHistory(
            "the answer to a request that ends the connection says so", lastRequest + lastAnswer + [(.input, .drop)]),
        ConnectionHistory(
            "an answer that ends the connection is the last, whatever was asked behind it",
            firstRequest + request() + [
                (.answered(closes: true), .proceedThenLinger), (.answered(closes: false), .drop),
            ]),
        ConnectionHistory(
            "only the request that asked for it ends the connection",
            firstRequest + request(keepsAlive: false) + answer + lastAnswer),
        ConnectionHistory(
            "a document behind a request of the routes is a request of the routes", firstRequest + request()),
        ConnectionHistory(
            "a client that closed its side still gets its answer", firstRequest + [(.inputClosed, .proceed)] + answer),
    ]

    static let malformed = [
        ConnectionHistory(
            "what is not HTTP is explained", (.input, .proceed), (.routesNeeded, .buildRoutes),
            (.malformed, .explainMalformedThenLinger), (.input, .drop), (.refusalDue, .drop)),
        ConnectionHistory(
            "what is not HTTP behind a request is explained after its answer",
            firstRequest + [(.malformed, .proceed)] + answer + [
                (.refusalDue, .explainMalformedThenLinger), (.input, .drop),
            ]),
        ConnectionHistory(
            "what is not HTTP is explained once, whenever the decoder says it again",
            firstRequest + [(.malformed, .proceed)] + answer + [
                (.refusalDue, .explainMalformedThenLinger), (.malformed, .drop), (.refusalDue, .drop),
            ]),
        ConnectionHistory(
            "behind a last answer nothing is explained",
            lastRequest + [(.malformed, .proceed)] + lastAnswer + [(.refusalDue, .drop)]),
    ]

    private static let arriving: [(Event, Action)] = [
        (.input, .proceed), (.routesNeeded, .buildRoutes), (.requestBegan(keepsAlive: true, at: at(0)), .proceed),
    ]

    static let tooLarge = [
        ConnectionHistory(
            "a body that announces too much gets the last answer",
            arriving + [(.bodyTooLarge, .proceed)] + lastAnswer + [(.input, .drop)]),
        ConnectionHistory(
            "behind an answer nothing is waited for", arriving + answer + [(.bodyTooLarge, .linger), (.input, .drop)]),
        ConnectionHistory(
            "those before it keep theirs",
            firstRequest + [
                (.routesNeeded, .proceed), (.requestBegan(keepsAlive: true, at: at(0)), .proceed),
                (.bodyTooLarge, .proceed),
            ] + answer + lastAnswer),
    ]

    static let deadlines = [
        ConnectionHistory(
            "a connection without a request ends after a minute", (.tick(at(5), pendingOutput: 0), .proceed),
            (.tick(at(64.9), pendingOutput: 0), .proceed),
            (.tick(at(65), pendingOutput: 0), .close)),
        ConnectionHistory(
            "a part of a request is no request", (.tick(at(5), pendingOutput: 0), .proceed), (.input, .proceed),
            (.inputPaused, .proceed),
            (.tick(at(65), pendingOutput: 0), .close)),
        ConnectionHistory(
            "a document begins the minute anew", (.tick(at(5), pendingOutput: 0), .proceed),
            (.documentAnswered(closes: false), .proceed),
            (.tick(at(60), pendingOutput: 0), .proceed), (.tick(at(119), pendingOutput: 0), .proceed),
            (.tick(at(120), pendingOutput: 0), .close)),
        ConnectionHistory(
            "who waits for an answer is not idle, and the minute begins with it",
            firstRequest + [(.tick(at(5), pendingOutput: 0), .proceed), (.tick(at(500), pendingOutput: 0), .proceed)]
                + answer
                + [
                    (.tick(at(505), pendingOutput: 0), .proceed), (.tick(at(564), pendingOutput: 0), .proceed),
                    (.tick(at(565), pendingOutput: 0), .close),
                ]),
        ConnectionHistory(
            "a body has ten seconds, however it drips", (.input, .proceed), (.routesNeeded, .buildRoutes),
            (.requestBegan(keepsAlive: true, at: at(3)), .proceed), (.tick(at(5), pendingOutput: 0), .proceed),
            (.input, .proceed),
            (.tick(at(12.9), pendingOutput: 0), .proceed), (.input, .proceed), (.tick(at(13), pendingOutput: 0), .close)
        ),
        ConnectionHistory(
            "also behind a request that waits",
            firstRequest + [
                (.routesNeeded, .proceed), (.requestBegan(keepsAlive: true, at: at(20)), .proceed),
                (.tick(at(30), pendingOutput: 0), .close),
            ]),
    ]

    static let backpressure = [
        ConnectionHistory(
            "who reads nothing is not read from", (.readWanted(isWritable: true), .proceed),
            (.readWanted(isWritable: false), .drop), (.becameWritable, .proceed),
            (.readWanted(isWritable: true), .proceed), (.becameWritable, .drop)),
        ConnectionHistory(
            "who asks faster than he is answered is not read from", (.input, .proceed), (.inputHeld, .proceed),
            (.readWanted(isWritable: true), .drop), (.becameWritable, .drop), (.inputReleased, .proceed)),
        ConnectionHistory(
            "held input that nobody wants more of", (.inputHeld, .proceed), (.inputReleased, .drop),
            (.readWanted(isWritable: true), .proceed)),
        ConnectionHistory(
            "what comes behind the end is read, to be dropped",
            lastRequest + [(.inputHeld, .proceed), (.readWanted(isWritable: true), .drop)] + lastAnswer + [
                (.readWanted(isWritable: false), .proceed), (.input, .drop),
            ]),
    ]

    private static func tick(_ seconds: Double, _ pendingOutput: Int, _ action: Action = .proceed) -> (Event, Action) {
        (.tick(at(seconds), pendingOutput: pendingOutput), action)
    }

    static let output = [
        ConnectionHistory(
            "who takes nothing of his answers for ten seconds is closed", (.documentAnswered(closes: false), .proceed),
            tick(5, 9_000), tick(10, 9_000), tick(14.9, 9_000), tick(15, 9_000, .close)),
        ConnectionHistory(
            "whoever takes something goes on", (.documentAnswered(closes: false), .proceed),
            tick(5, 9_000), tick(10, 8_999), tick(15, 8_999), tick(19.9, 8_998), tick(29, 8_998),
            tick(29.9, 8_998, .close)),
        ConnectionHistory(
            "as does who took enough for a further answer", (.documentAnswered(closes: false), .proceed),
            tick(5, 9_000), (.documentAnswered(closes: false), .proceed), tick(15, 9_000),
            (.becameWritable, .drop), tick(25, 9_000), tick(35, 9_000, .close)),
        ConnectionHistory(
            "also while an answer of the routes waits",
            firstRequest + [tick(5, 70_000), tick(10, 70_000), tick(15, 70_000, .close)]),
        ConnectionHistory(
            "also when he has closed his side", (.documentAnswered(closes: false), .proceed), (.inputPaused, .flush),
            (.inputClosed, .closeOutput), tick(5, 70_000), tick(15, 70_000, .close)),
        ConnectionHistory(
            "also after a last answer", lastRequest + lastAnswer + [tick(5, 70_000), tick(15, 70_000, .close)]),
    ]

    static let drain = [
        ConnectionHistory(
            "the server stops: without a request for a moment, a connection ends", (.drain(since: at(1)), .proceed),
            tick(1.05, 0), tick(1.15, 0), tick(1.2, 0, .linger), (.input, .drop), tick(1.25, 0), (.inputClosed, .close)
        ),
        ConnectionHistory(
            "a document that was on its way is the last", (.drain(since: at(1)), .proceed), (.input, .proceed),
            (.documentAnswered(closes: true), .proceed), (.inputPaused, .linger), tick(1.2, 0)),
        ConnectionHistory(
            "so is an answer of the routes",
            firstRequest + [(.drain(since: at(1)), .proceed), tick(1.3, 0)] + lastAnswer
        ),
        ConnectionHistory(
            "requests that were read are all answered",
            firstRequest + request() + [(.drain(since: at(1)), .proceed)]
                + answer + lastAnswer),
        ConnectionHistory(
            "those that are held as well",
            firstRequest + [(.inputHeld, .proceed), (.drain(since: at(1)), .proceed)]
                + answer + [tick(1.3, 0), (.inputReleased, .drop)] + request() + lastAnswer),
        ConnectionHistory(
            "but not for ever",
            firstRequest + [
                (.inputHeld, .proceed), (.drain(since: at(1)), .proceed), tick(2, 0),
            ] + lastAnswer),
        ConnectionHistory(
            "a request that has begun has a second to arrive", (.input, .proceed), (.routesNeeded, .buildRoutes),
            (.requestBegan(keepsAlive: true, at: at(0)), .proceed), (.drain(since: at(1)), .proceed), tick(1.9, 0),
            tick(2, 0, .close)),
        ConnectionHistory(
            "or until what is before it is answered",
            firstRequest + [
                (.routesNeeded, .proceed), (.requestBegan(keepsAlive: true, at: at(0)), .proceed),
                (.drain(since: at(1)), .proceed), tick(2.5, 0),
            ] + lastAnswer),
        ConnectionHistory(
            "a last answer that is on its way stays the last", (.documentAnswered(closes: true), .proceed),
            (.input, .drop), (.inputPaused, .linger), (.drain(since: at(1)), .proceed), tick(3, 0)),
    ]
}

@Suite("The state of a connection")
struct ConnectionStateTests {
    @Test(
        "decides what is to be done",
        arguments: ConnectionHistory.documents + ConnectionHistory.routes + ConnectionHistory.malformed
            + ConnectionHistory.tooLarge + ConnectionHistory.deadlines + ConnectionHistory.backpressure
            + ConnectionHistory.output
            + ConnectionHistory.drain)
    func decides(history: ConnectionHistory) {
        var state = ConnectionState()
        for (number, step) in history.steps.enumerated() {
            #expect(state.handle(step.event) == step.action, "step \(number): \(step.event)")
        }
    }

    @Test(
        "an answer is in its turn only where nobody waits, nothing arrives and no last one was given",
        arguments: [
            ([], true), ([.documentAnswered(closes: false)], true), ([.documentAnswered(closes: true)], false),
            ([.requestBegan(keepsAlive: true, at: at(0))], false),
            ([.requestBegan(keepsAlive: true, at: at(0)), .requestEnded], false),
            (
                [
                    .requestBegan(keepsAlive: true, at: at(0)), .requestEnded, .answered(closes: false),
                ], true
            ),
            ([.malformed], false),
        ] as [([ConnectionState.Event], Bool)])
    func turn(events: [ConnectionState.Event], isInTurn: Bool) {
        var state = ConnectionState()
        for event in events { _ = state.handle(event) }
        #expect(state.canAnswerAtOnce == isInTurn)
    }

    @Test(
        "bytes are taken for a known request only while all that came was whole requests for documents",
        arguments: [
            ([], true), ([.input, .documentAnswered(closes: false), .inputParsed(endsWithRequest: true)], true),
            ([.input, .inputParsed(endsWithRequest: false)], false),
            (
                [
                    .input, .inputParsed(endsWithRequest: false), .input, .documentAnswered(closes: false),
                    .inputParsed(endsWithRequest: true),
                ], false
            ),
            ([.input, .routesNeeded, .documentAnswered(closes: false), .inputParsed(endsWithRequest: true)], false),
            ([.input, .documentAnswered(closes: true), .input, .inputParsed(endsWithRequest: true)], false),
        ] as [([ConnectionState.Event], Bool)])
    func wholeRequests(events: [ConnectionState.Event], isWhole: Bool) {
        var state = ConnectionState()
        for event in events { _ = state.handle(event) }
        #expect(state.hasReadOnlyWholeRequests == isWhole)
    }

    @Test("eight requests may wait for their answers")
    func unanswered() {
        var state = ConnectionState()
        for number in 1...ConnectionState.unansweredLimit {
            #expect(state.mayParse, "request \(number)")
            _ = state.handle(.requestBegan(keepsAlive: true, at: at(0)))
            _ = state.handle(.requestEnded)
        }
        #expect(!state.mayParse)
        _ = state.handle(.answered(closes: false))
        #expect(state.mayParse)
    }

    @Test(
        "only a connection between requests is idle",
        arguments: [
            ([], false), ([.tick(at(5), pendingOutput: 0)], true),
            ([.tick(at(5), pendingOutput: 0), .documentAnswered(closes: false)], false),
            ([.tick(at(5), pendingOutput: 0), .input], true),
            ([.requestBegan(keepsAlive: true, at: at(0)), .requestEnded, .tick(at(5), pendingOutput: 0)], false),
            ([.inputHeld, .tick(at(5), pendingOutput: 0)], false),
        ] as [([ConnectionState.Event], Bool)])
    func idle(events: [ConnectionState.Event], isIdle: Bool) {
        var state = ConnectionState()
        for event in events { _ = state.handle(event) }
        #expect((state.idleSince != nil) == isIdle)
    }
}
