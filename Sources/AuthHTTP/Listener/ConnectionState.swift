package import NIOCore

/// Where one connection stands: who waits for an answer, how long a request may take to arrive, and after which answer
/// the connection ends. A pure function of events and of the clock that comes with them; the channel handlers report
/// what happened and do what is decided here.
///
/// - A connection without a complete request has ``idleDeadline``.
/// - A request has ``requestDeadline`` to arrive whole, however slowly it drips.
/// - An answer is taken: where the client takes nothing of it for ``outputDeadline`` the connection ends.
/// - Few requests wait for their answers (``unansweredLimit``); what comes behind them is held, and no more is read.
/// - When the server stops, each answer is the last of its connection; one without a request ends after ``drainGrace``.
/// - After the answer that ends the connection the input is still read for a moment where there was more of it: closing
///   at once would reset the connection and take the answer away from a client that is still sending.
package struct ConnectionState: Sendable {
    /// What happened on the connection.
    package enum Event: Equatable, Sendable {
        /// More input: bytes, a part of a request, or an error in it.
        case input
        /// A request was answered from memory; `closes`: that was the connection's last answer.
        case documentAnswered(closes: Bool)
        /// The bytes of one read have been parsed. `endsWithRequest`: they ended where a document's request did.
        case inputParsed(endsWithRequest: Bool)
        /// What could be read at once has been read.
        case inputPaused
        /// A request came that only the routes can answer.
        case routesNeeded
        /// The head of a request for the routes; `keepsAlive`: the connection may live on after its answer.
        case requestBegan(keepsAlive: Bool, at: NIODeadline)
        case requestEnded
        /// The body that is arriving has announced more than is read of one.
        case bodyTooLarge
        /// The routes' answer to the oldest request. `closes`: it says itself that it is the last.
        case answered(closes: Bool)
        /// All that came before what is not HTTP is answered.
        case refusalDue
        /// The input is not HTTP.
        case malformed
        /// The client closed its side.
        case inputClosed
        /// The server stops.
        case drain(since: NIODeadline)
        /// Time has passed; `pendingOutput`: bytes of answers that the system has not taken yet.
        case tick(NIODeadline, pendingOutput: Int)
        /// More was read than may be looked at now.
        case inputHeld
        /// What was held has been looked at, but for its last piece.
        case inputReleased
        /// The channel wants to read on.
        case readWanted(isWritable: Bool)
        case becameWritable
    }

    /// What is to be done about it.
    package enum Action: Equatable, Sendable {
        /// Nothing but what the event asks for: pass it on.
        case proceed
        /// Pass over it.
        case drop
        case buildRoutes
        case flush
        case flushThenClose
        /// Send what was written, end the output, and go on reading for a moment.
        case linger
        case proceedThenLinger
        case addConnectionCloseThenLinger
        case explainMalformedThenLinger
        case closeOutput
        case close
    }

    private enum Phase: Equatable, Sendable {
        case open
        /// The last answer is written; nothing that comes now is looked at.
        case ending(hasMoreInput: Bool)
        case lingering
    }

    /// How long a connection may be without a complete request.
    package static let idleDeadline: TimeAmount = .seconds(60)
    /// How long the body of a request may take: a timer that every part sets anew would be exploited by a slow
    /// one.
    package static let requestDeadline: TimeAmount = .seconds(10)
    /// How long a client may take nothing of what waits for it.
    package static let outputDeadline: TimeAmount = .seconds(10)
    /// Requests of the routes that may wait for their answers.
    package static let unansweredLimit = 8
    /// How long a connection may still bring a request when the server stops: one that is on its way is answered.
    package static let drainGrace: TimeAmount = .milliseconds(200)
    /// How long a request may go on arriving when the server stops.
    package static let drainRequestDeadline: TimeAmount = .seconds(1)

    /// Whether all that ever came was whole requests for documents: the next bytes are the beginning of a request, and
    /// nothing waits for an answer.
    package private(set) var hasReadOnlyWholeRequests = true
    private var phase = Phase.open
    private var hasRoutes = false
    private var hasUnsentAnswer = false
    private var holdsRead = false
    private var holdsInput = false
    /// When a tick first found nothing done; nil after anything was. So the clock is read by ticks, not by requests.
    private var quietSince: NIODeadline?
    /// What waits to be taken since when; nil after any of it was.
    private var untaken: (bytes: Int, since: NIODeadline)?
    private var drainingSince: NIODeadline?
    private var isDrainOver = false
    /// Whether each unanswered request lets the connection live on, oldest first.
    private var unanswered: [Bool] = []
    private var arrivingSince: NIODeadline?
    private var isBodyTooLarge = false

    /// Whether an answer written now would be in its turn.
    package var canAnswerAtOnce: Bool { phase == .open && unanswered.isEmpty && arrivingSince == nil }

    /// Whether a further answer would be sent at all.
    package var isOpen: Bool { phase == .open }

    /// Whether a further request may be looked at now.
    package var mayParse: Bool { phase == .open && unanswered.count < Self.unansweredLimit && !isBodyTooLarge }

    /// Whether the answer to the only request ends the connection, because the server stops.
    package var endsWithAnswer: Bool { drainingSince != nil && (!holdsInput || isDrainOver) }

    /// Since when the connection is between requests, as far as ticks have seen; nil where it is not.
    package var idleSince: NIODeadline? { unanswered.isEmpty && !holdsInput ? quietSince : nil }

    /// How long the input is still read after the end of the output.
    package var lingering: TimeAmount { drainingSince == nil ? .seconds(1) : .milliseconds(300) }

    /// A connection that was just accepted.
    package init() {}

    /// Takes note of `event`.
    /// - Returns: what is to be done about it, by whoever reported it.
    package mutating func handle(_ event: Event) -> Action {
        switch event {
        case .input: return inputArrived()
        case .inputParsed(let endsWithRequest):
            if !endsWithRequest { hasReadOnlyWholeRequests = false }
            return .proceed
        case .inputPaused: return inputPaused()
        case .documentAnswered(let closes):
            quietSince = nil
            hasUnsentAnswer = true
            // When the server stops, the next request may be on its way.
            if closes { phase = .ending(hasMoreInput: drainingSince != nil) }
            return .proceed
        case .routesNeeded:
            hasReadOnlyWholeRequests = false
            defer { hasRoutes = true }
            return hasRoutes ? .proceed : .buildRoutes
        case .requestBegan(let keepsAlive, let now):
            unanswered.append(keepsAlive)
            arrivingSince = now
            return .proceed
        case .requestEnded:
            arrivingSince = nil
            quietSince = nil
            return .proceed
        case .answered(let closes): return answered(closes)
        case .refusalDue: return malformedInput()
        case .bodyTooLarge: return bodyTooLarge()
        case .malformed: return malformedInput()
        case .inputClosed:
            if phase == .lingering { return .close }
            // Without routes everything is answered; what the client has not read yet still goes out.
            return hasRoutes ? .proceed : .closeOutput
        case .drain(let since):
            drainingSince = since
            return .proceed
        case .tick(let now, let pendingOutput): return tick(now, pendingOutput)
        case .inputHeld, .inputReleased, .readWanted, .becameWritable: return flow(event)
        }
    }

    /// A client that asks and asks, and reads nothing or waits for nothing, is not read from either.
    private mutating func flow(_ event: Event) -> Action {
        switch event {
        case .inputHeld: holdsInput = true
        case .readWanted(let isWritable):
            // What comes behind the end is dropped, which needs no room.
            holdsRead = phase == .open && (holdsInput || !isWritable)
            return holdsRead ? .drop : .proceed
        case .inputReleased:
            holdsInput = false
            return holdsRead ? .proceed : .drop
        case .becameWritable:
            untaken = nil
            return holdsRead && !holdsInput ? .proceed : .drop
        default: break
        }
        return .proceed
    }

    private mutating func inputArrived() -> Action {
        switch phase {
        case .open: return .proceed
        case .ending:
            hasReadOnlyWholeRequests = false
            phase = .ending(hasMoreInput: true)
            return .drop
        case .lingering: return .drop
        }
    }

    private mutating func inputPaused() -> Action {
        guard hasUnsentAnswer else { return .proceed }
        hasUnsentAnswer = false
        guard case .ending(let hasMoreInput) = phase else { return .flush }
        guard hasMoreInput else { return .flushThenClose }
        // Input that nobody read would turn the close into a reset, which may overtake the answer.
        phase = .lingering
        return .linger
    }

    private mutating func answered(_ closes: Bool) -> Action {
        // The last answer was given.
        guard phase == .open else { return .drop }
        let isLast = closes || unanswered.first == false || isDrainOver || unanswered.count == 1 && endsWithAnswer
        if !unanswered.isEmpty { unanswered.removeFirst() }
        quietSince = nil
        guard isLast else { return .proceed }
        phase = .lingering
        return closes ? .proceedThenLinger : .addConnectionCloseThenLinger
    }

    /// Explained in its turn, once, whatever the decoder says at the end of the input.
    private mutating func malformedInput() -> Action {
        guard phase == .open else { return .drop }
        guard unanswered.isEmpty else { return .proceed }
        phase = .lingering
        return .explainMalformedThenLinger
    }

    /// Nobody waits for the rest: its answer is the last, if it has not been given already.
    private mutating func bodyTooLarge() -> Action {
        guard phase == .open else { return .drop }
        isBodyTooLarge = true
        guard let last = unanswered.indices.last else {
            phase = .lingering
            return .linger
        }
        unanswered[last] = false
        return .proceed
    }

    private mutating func tick(_ now: NIODeadline, _ pendingOutput: Int) -> Action {
        let wasActive = quietSince == nil
        let since = quietSince ?? now
        quietSince = since
        if takesNothing(now, pendingOutput, wasActive) { return .close }
        if phase == .open, let drainingSince { return drain(now - drainingSince) }
        if let arrivingSince, now - arrivingSince >= Self.requestDeadline { return .close }
        return unanswered.isEmpty && now - since >= Self.idleDeadline ? .close : .proceed
    }

    /// Whether the client has taken nothing of its answers for too long.
    private mutating func takesNothing(_ now: NIODeadline, _ pendingOutput: Int, _ wasActive: Bool) -> Bool {
        guard pendingOutput > 0 else {
            untaken = nil
            return false
        }
        guard !wasActive, let untaken, pendingOutput >= untaken.bytes else {
            untaken = (pendingOutput, now)
            return false
        }
        return now - untaken.since >= Self.outputDeadline
    }

    /// - Parameter time: since the server began to stop.
    private mutating func drain(_ time: TimeAmount) -> Action {
        if time >= Self.drainRequestDeadline {
            isDrainOver = true
            if arrivingSince != nil, unanswered.count == 1 { return .close }
        }
        guard time >= Self.drainGrace, unanswered.isEmpty, !holdsInput || isDrainOver else { return .proceed }
        phase = .lingering
        return .linger
    }
}
