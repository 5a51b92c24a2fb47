package import NIOCore
package import NIOHTTP1

/// The requests of one connection that the routes answer, one after the other: whose turn it is, what waits behind it,
/// and what is still coming of a body. A pure function of events; ``RoutesHandler`` reports what happened and does what is
/// decided here.
///
/// - A request has its turn when it is there as a whole, or when all that could be read at once has been read: it may be
///   answered for its head alone.
/// - Of a body so much is kept that it is seen to be too large, and no more.
package struct RequestTurns: Sendable {
    /// What happened on the connection.
    package enum Event: Equatable, Sendable {
        /// The head of a request.
        case head(HTTPRequestHead)
        /// A part of its body.
        case body(ByteBuffer)
        /// The end of it.
        case end
        /// What could be read at once has been read.
        case inputPaused
        /// The answer is written. `bodyWasRead`: whoever gave it waited for a body that came late.
        case answered(bodyWasRead: Bool)
        /// The connection's last answer is written.
        case ended
        /// What comes is not HTTP.
        case malformed
        /// Nothing more comes.
        case inputClosed
    }

    /// What is to be done about it.
    package enum Action: Equatable, Sendable {
        /// Nothing.
        case wait
        /// Answer a request.
        case answer(HTTPRequestHead, Body)
        /// The late body of the request that is being answered is there.
        case giveBody(ByteBuffer)
        /// It never will be.
        case failBody
        /// All is answered but what was malformed.
        case refuseMalformed
        /// All is answered, and nothing more comes.
        case closeOutput
    }

    /// The body of a request whose turn it is.
    package enum Body: Equatable, Sendable {
        /// All of it, or so much that it is too large.
        case whole(ByteBuffer)
        /// It is given later.
        case late
        /// What came of it is not HTTP.
        case malformed
    }

    private struct Arrived {
        let head: HTTPRequestHead
        var body = ByteBuffer()
        var isWhole = false

        var isTooLarge: Bool { body.readableBytes > RequestSize(of: head.uri).body }

        mutating func add(_ part: ByteBuffer) {
            if body.readableBytes == 0 {
                body = part
            } else if !isTooLarge {
                body.writeImmutableBuffer(part)
            }
        }
    }

    /// Whose body is arriving.
    private enum Arriving {
        /// The last one's of those that wait, if any.
        case waiting
        /// That of the request which is being answered.
        case answered(Arrived)
        /// Nobody's: it is passed over.
        case nobody
    }

    private enum Input: Equatable {
        case open
        case malformed
        case closed
        /// And all that follows from it is done.
        case finished
    }

    private var waiting: CircularBuffer<Arrived> = []
    private var isAnswering = false
    private var arriving = Arriving.waiting
    private var input = Input.open
    /// Of the request that is being answered.
    private var isBodyMalformed = false

    /// Whether more may be read: no whole request waits for the answer to an earlier one. A part of one has its deadline
    /// to arrive, and is read on.
    package var wantsInput: Bool { !isAnswering || !(waiting.last?.isWhole ?? false) }

    /// A connection on which no request has come yet.
    package init() {}

    /// Takes note of `event`.
    /// - Returns: what is to be done about it.
    package mutating func handle(_ event: Event) -> Action {
        switch event {
        case .head(let head):
            waiting.append(Arrived(head: head))
            return .wait
        case .body(let part): return bodyArrived(part)
        case .end: return requestEnded()
        case .inputPaused: return next()
        case .answered(let bodyWasRead):
            isAnswering = false
            if case .answered = arriving { arriving = .nobody }
            // Who waited for the body has said so.
            if isBodyMalformed, bodyWasRead { input = .closed }
            isBodyMalformed = false
            return next()
        case .malformed:
            guard input == .open else { return .wait }
            input = .malformed
            guard case .answered = arriving else { return next() }
            arriving = .nobody
            isBodyMalformed = true
            return .failBody
        case .inputClosed:
            if input == .open { input = .closed }
            guard case .answered = arriving else { return next() }
            arriving = .nobody
            return .failBody
        case .ended:
            waiting.removeAll()
            input = .finished
            return .wait
        }
    }

    private mutating func bodyArrived(_ part: ByteBuffer) -> Action {
        switch arriving {
        case .nobody: break
        case .waiting:
            if let last = waiting.indices.last { waiting[last].add(part) }
        case .answered(var request):
            arriving = .nobody
            request.add(part)
            if request.isTooLarge { return .giveBody(request.body) }
            arriving = .answered(request)
        }
        return .wait
    }

    private mutating func requestEnded() -> Action {
        defer { arriving = .waiting }
        switch arriving {
        case .nobody: return .wait
        case .answered(let request): return .giveBody(request.body)
        case .waiting:
            if let last = waiting.indices.last { waiting[last].isWhole = true }
            return next()
        }
    }

    private mutating func next() -> Action {
        guard !isAnswering else { return .wait }
        guard let request = waiting.popFirst() else { return finish() }
        isAnswering = true
        if request.isWhole { return .answer(request.head, .whole(request.body)) }
        guard input == .open else {
            isBodyMalformed = true
            return .answer(request.head, .malformed)
        }
        guard !request.isTooLarge else {
            arriving = .nobody
            return .answer(request.head, .whole(request.body))
        }
        arriving = .answered(request)
        return .answer(request.head, .late)
    }

    private mutating func finish() -> Action {
        defer { if input != .open { input = .finished } }
        switch input {
        case .open, .finished: return .wait
        case .malformed: return .refuseMalformed
        case .closed: return .closeOutput
        }
    }
}
