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
        (.answerBegan(closes: false, isBareRefusal: false), .proceed), (.answerContinued, .proceed),
        (.answerEnded, .proceed),
    ]
    private static let lastAnswer: [(Event, Action)] = [
        (.answerBegan(closes: false, isBareRefusal: false), .addConnectionClose), (.answerContinued, .proceed),
        (.answerEnded, .proceedThenLinger),
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
        ConnectionHistory("the server stops between documents", (.quiesce, .close)),
        ConnectionHistory(
            "the server stops while a last answer is on its way", (.documentAnswered(closes: true), .proceed),
            (.input, .drop), (.inputPaused, .linger), (.quiesce, .proceed)),
    ]

    static let routes = [
        ConnectionHistory("requests and their answers", firstRequest + answer + request() + answer),
        ConnectionHistory("two requests before the first answer", firstRequest + request() + answer + answer),
        ConnectionHistory(
            "the answer to a request that ends the connection says so", lastRequest + lastAnswer + [(.input, .drop)]),
        ConnectionHistory(
            "an answer that ends the connection is the last, whatever was asked behind it",
            firstRequest + request() + [
                (.answerBegan(closes: true, isBareRefusal: false), .proceed), (.answerEnded, .proceedThenLinger),
                (.answerBegan(closes: false, isBareRefusal: false), .drop), (.answerContinued, .drop),
                (.answerEnded, .drop),
            ]),
        ConnectionHistory(
            "only the request that asked for it ends the connection",
            firstRequest + request(keepsAlive: false) + answer + lastAnswer),
        ConnectionHistory(
            "a document behind a request of the routes is a request of the routes", firstRequest + request()),
        ConnectionHistory(
            "the server stops: the routes finish what they have", firstRequest + [(.quiesce, .quiesceRoutes)]),
        ConnectionHistory(
            "a client that closed its side still gets its answer", firstRequest + [(.inputClosed, .proceed)] + answer),
    ]

    static let malformed = [
        ConnectionHistory(
            "what is not HTTP is explained", (.input, .proceed), (.routesNeeded, .buildRoutes),
            (.malformed, .explainMalformedThenLinger), (.input, .drop),
            (.answerBegan(closes: true, isBareRefusal: true), .drop)),
        ConnectionHistory(
            "what is not HTTP behind a request is explained after its answer",
            firstRequest + [(.malformed, .proceed)] + answer + [
                (.answerBegan(closes: true, isBareRefusal: true), .explainMalformed), (.answerEnded, .linger),
                (.input, .drop),
            ]),
        ConnectionHistory(
            "a refusal with a body is no explanation of what is not HTTP",
            firstRequest + [(.malformed, .proceed), (.answerBegan(closes: false, isBareRefusal: false), .proceed)]),
        ConnectionHistory(
            "a bare refusal is only replaced where something was malformed",
            firstRequest + [
                (.answerBegan(closes: true, isBareRefusal: true), .proceed), (.answerEnded, .proceedThenLinger),
            ]),
    ]

    static let deadlines = [
        ConnectionHistory(
            "a connection without a request ends after a minute", (.tick(at(5)), .proceed), (.tick(at(64.9)), .proceed),
            (.tick(at(65)), .close)),
        ConnectionHistory(
            "a part of a request is no request", (.tick(at(5)), .proceed), (.input, .proceed), (.inputPaused, .proceed),
            (.tick(at(65)), .close)),
        ConnectionHistory(
            "a document begins the minute anew", (.tick(at(5)), .proceed), (.documentAnswered(closes: false), .proceed),
            (.tick(at(60)), .proceed), (.tick(at(119)), .proceed), (.tick(at(120)), .close)),
        ConnectionHistory(
            "who waits for an answer is not idle, and the minute begins with it",
            firstRequest + [(.tick(at(5)), .proceed), (.tick(at(500)), .proceed)] + answer
                + [(.tick(at(505)), .proceed), (.tick(at(564)), .proceed), (.tick(at(565)), .close)]),
        ConnectionHistory(
            "a body has ten seconds, however it drips", (.input, .proceed), (.routesNeeded, .buildRoutes),
            (.requestBegan(keepsAlive: true, at: at(3)), .proceed), (.tick(at(5)), .proceed), (.input, .proceed),
            (.tick(at(12.9)), .proceed), (.input, .proceed), (.tick(at(13)), .close)),
        ConnectionHistory(
            "also behind a request that waits",
            firstRequest + [
                (.routesNeeded, .proceed), (.requestBegan(keepsAlive: true, at: at(20)), .proceed),
                (.tick(at(30)), .close),
            ]),
    ]

    static let backpressure = [
        ConnectionHistory(
            "who reads nothing is not read from", (.readWanted(isWritable: true), .proceed),
            (.readWanted(isWritable: false), .drop), (.becameWritable, .proceed), (.becameWritable, .drop))
    ]
}

@Suite("The state of a connection")
struct ConnectionStateTests {
    @Test(
        "decides what is to be done",
        arguments: ConnectionHistory.documents + ConnectionHistory.routes + ConnectionHistory.malformed
            + ConnectionHistory.deadlines + ConnectionHistory.backpressure)
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
                    .requestBegan(keepsAlive: true, at: at(0)), .requestEnded,
                    .answerBegan(closes: false, isBareRefusal: false), .answerEnded,
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
}
