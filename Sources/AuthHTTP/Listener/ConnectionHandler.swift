import AuthCore
import Glibc
import NIOCore
import NIOHTTP1

/// One client's connection, from its first byte to its end: carries out what ``ConnectionState`` decides. Grows only as
/// far as its requests need it:
///
///     a document, asked for in known bytes    socket ⇄ ConnectionHandler
///     a document                              socket ⇄ ConnectionHandler → decoder → FastPathHandler
///     any other, and every one after it       … FastPathHandler → RequestDeadlineHandler ⇄ RoutesHandler
///
/// The handlers further in report to this one, which knows none of them.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Pieces of input that are parsed before other connections have their turn.
    private static let piecesAtOnce = 8
    /// Input that is held, in bytes. It is one read; but NIO reads all there is where the client has closed its side, and
    /// that is no more than the system's buffer.
    private static let longestHeld = 256 * 1024

    /// A verifier's request has a handful of fields; a browser's a few dozen (CVE-2026-28980).
    private static let limits: NIOHTTPDecoderLimitConfiguration = {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = RequestSize.head
        limits.maxHeaderListSize = RequestSize.head
        limits.maxHeaderFieldCount = 100
        return limits
    }()

    private let loop: EventLoopConnections
    private let fastPath: FastPath
    private let responder: Responder
    private var context: ChannelHandlerContext?
    private var state = ConnectionState()
    private var isParsing = false
    /// Input that may not be parsed yet.
    private var held: ByteBuffer?
    private var willResume = false
    /// Whether the client closed its side behind the input that is held.
    private var hasInputEnded = false
    /// The documents that were answered from the bytes of one read: how many, and the last of them.
    private var answered: (count: Int, last: FastRequest?) = (0, nil)
    private var readers = ReaderNotes()
    /// Of the chunked body that is arriving.
    private var chunks: ChunkSizes?
    /// The last bytes that were parsed: the end of a head may come in parts.
    private var lastBytes: UInt32 = 0

    init(_ loop: EventLoopConnections, _ fastPath: FastPath, _ responder: Responder) {
        self.loop = loop
        self.fastPath = fastPath
        self.responder = responder
    }

    // MARK: What the handlers further in report

    /// Whether an answer written now would be in its turn.
    var canAnswerAtOnce: Bool { state.canAnswerAtOnce }

    /// Whether a further answer would be sent at all.
    var isOpen: Bool { state.isOpen }

    /// Reports `event` and does what concerns the whole connection.
    /// - Returns: what remains to be done by the handler that reports.
    @discardableResult
    func report(_ event: ConnectionState.Event) -> ConnectionState.Action {
        let action = state.handle(event)
        carryOut(action)
        if case .answered = event, state.mayParse { resumeLater() }
        return action
    }

    /// A body in chunks begins with the next bytes, or, nil, has ended or is none.
    func expect(_ chunks: ChunkSizes?) { self.chunks = chunks }

    /// What cannot be read as a request was answered with this status.
    func countMalformed(_ status: Int) { responder.metrics.noteMalformed(status) }

    /// Answers a request for a document; it is sent when what could be read at once has been read.
    func answer(_ request: FastRequest) {
        if let second = fastPath.documents.current() { answer(request, in: second) }
    }

    private func answer(_ request: FastRequest, in second: PrerenderedDocuments.Second) {
        guard let context else { return }
        answered = (answered.count + 1, request)
        let closes = request.closes || state.endsWithAnswer
        report(.documentAnswered(closes: closes))
        let bytes = fastPath.documents.answer(request, in: second, closes: closes)
        context.write(wrapOutboundOut(bytes), promise: nil)
        readers.note(
            request, of: fastPath.documents.documents[request.place], in: second.number,
            peer: IPAddress(context.channel.remoteAddress), fastPath.trustedProxies)
    }

    private func carryOut(_ action: ConnectionState.Action) {
        guard let context else { return }
        switch action {
        case .flush: context.flush()
        case .flushThenClose:
            context.flush()
            if pendingOutput == 0 { context.close(promise: nil) } else { linger(context) }
        case .linger: linger(context)
        case .buildRoutes: buildRoutes(context)
        case .closeOutput: context.closeBehindOutput(.output, promise: nil)
        case .close: context.close(promise: nil)
        // The rest is for who reported: it has something to write or to pass on first.
        case .proceed, .drop, .proceedThenLinger, .addConnectionCloseThenLinger, .explainMalformedThenLinger: break
        }
    }

    /// Sends what was written and ends the output, but goes on reading for a moment.
    func linger() {
        if let context { linger(context) }
    }

    private func linger(_ context: ChannelHandlerContext) {
        context.flush()
        held = nil
        let sent = context.eventLoop.makePromise(of: Void.self)
        // Once all is sent; a client that takes nothing is a matter of the deadline for that.
        sent.futureResult.assumeIsolatedUnsafeUnchecked().whenComplete { _ in
            context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: self.state.lingering) {
                context.close(promise: nil)
            }
        }
        context.closeBehindOutput(.output, promise: sent)
        // What was held back is read now, to be dropped.
        context.read()
    }

    private var pendingOutput: Int { (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.closeBehindOutput(mode, promise: promise)
    }

    private func startParsing(_ context: ChannelHandlerContext) throws {
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandler(
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: Self.limits)))
        try pipeline.addHandler(FastPathHandler(fastPath, self))
        isParsing = true
    }

    private func buildRoutes(_ context: ChannelHandlerContext) {
        let disconnect = DisconnectSignal()
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(RequestDeadlineHandler(self, disconnect))
            let caller = Caller(peer: IPAddress(context.channel.remoteAddress), disconnect: disconnect)
            try pipeline.addHandler(RoutesHandler(self, responder, caller))
        } catch {
            context.close(promise: nil)
        }
    }

    // MARK: What the event loop's other connections share

    /// Looks at the deadlines.
    func tick(at now: NIODeadline) { report(.tick(now, pendingOutput: pendingOutput)) }

    /// Since when there is no request; nil where there is one.
    var idleSince: NIODeadline? { state.idleSince }

    /// The server stops: what is being answered is answered, and then the connection ends.
    func drain(since: NIODeadline) { report(.drain(since: since)) }

    func close() { context?.close(promise: nil) }

    // MARK: What the channel says

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        loop.remove(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard report(.input) == .proceed else { return }
        let bytes = unwrapInboundIn(data)
        if state.hasReadOnlyWholeRequests, held == nil, let request = loop.requestBytes.request(bytes),
            let second = fastPath.documents.current(), second.isCurrent(request)
        {
            lastBytes = 0
            answer(request, in: second)
        } else if held == nil {
            parse(bytes, context)
        } else if held.map({ $0.readableBytes + bytes.readableBytes > Self.longestHeld }) ?? false {
            context.close(promise: nil)
        } else {
            held?.writeImmutableBuffer(bytes)
        }
    }

    /// Parses as much as may be parsed now, request by request, and holds the rest.
    private func parse(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        var rest = bytes
        // What has just been read waits behind those that wait already, but for its first request.
        for _ in 0..<(held == nil && loop.isBusy ? 1 : Self.piecesAtOnce) {
            guard state.mayParse, context.channel.isWritable,
                let piece = rest.readSlice(length: rest.endOfHead(behind: lastBytes))
            else { break }
            lastBytes = piece.readableBytesView.suffix(4).reduce(lastBytes) { $0 << 8 | UInt32($1) }
            if rest.readableBytes > 0 {
                hold(rest)
            } else if held != nil {
                held = nil
                if report(.inputReleased) == .proceed { read(context: context) }
            }
            parse(piece: piece, context)
            guard rest.readableBytes > 0 else { return }
        }
        if rest.readableBytes > 0, report(.input) == .proceed { hold(rest) } else { held = nil }
        if state.mayParse, context.channel.isWritable { resumeLater() }
    }

    private func hold(_ rest: ByteBuffer) {
        if held == nil { report(.inputHeld) }
        held = rest
    }

    private func inputClosed(_ context: ChannelHandlerContext) {
        report(.inputClosed)
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    /// Goes on with the input that is held, in a later turn of the loop, if it may be by then.
    private func resumeLater() {
        guard held != nil, !willResume else { return }
        willResume = true
        loop.resumeLater(self)
    }

    /// Goes on with the input that is held.
    func resume() {
        willResume = false
        guard let context, let bytes = held else { return }
        parse(bytes, context)
        report(.inputPaused)
        context.fireChannelReadComplete()
        if held == nil, hasInputEnded {
            hasInputEnded = false
            inputClosed(context)
        }
    }

    private func parse(piece: ByteBuffer, _ context: ChannelHandlerContext) {
        do {
            if !isParsing { try startParsing(context) }
            if chunks?.exceedsLimit(after: piece.readableBytesView) ?? false { return refuseBody(context) }
            answered = (0, nil)
            context.fireChannelRead(wrapInboundOut(piece))
            // The parser is at the beginning of a request again only where a head has just ended with the input.
            let endsWithHead = piece.readableBytesView.suffix(4).elementsEqual("\r\n\r\n".utf8)
            report(.inputParsed(endsWithRequest: answered.count > 0 && endsWithHead))
            if state.hasReadOnlyWholeRequests, held == nil, answered.count == 1, let request = answered.last {
                loop.requestBytes.remember(piece, as: request)
            }
        } catch {
            context.close(promise: nil)
        }
    }

    private func refuseBody(_ context: ChannelHandlerContext) {
        chunks = nil
        report(.bodyTooLarge)
        context.fireUserInboundEventTriggered(BodyTooLarge())
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        report(.inputPaused)
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if report(.readWanted(isWritable: context.channel.isWritable)) == .proceed { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if report(.becameWritable) == .proceed { read(context: context) }
            resumeLater()
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        // The requests before the end come first.
        if held != nil { hasInputEnded = true } else { inputClosed(context) }
    }
}

/// Goes through a connection's handlers when the body that is arriving has announced that it will be too large.
struct BodyTooLarge: Sendable {}

extension ByteBuffer {
    /// How many bytes there are up to the end of the first head or, where none ends, at all; so that what is parsed at
    /// once brings one request at most.
    /// - Parameter last: the bytes before these, in which the end of a head may have begun.
    fileprivate func endOfHead(behind last: UInt32) -> Int {
        withUnsafeReadableBytes { bytes in
            var last = last
            for place in 0..<min(3, bytes.count) {
                last = last << 8 | UInt32(bytes[place])
                if last == 0x0D0A_0D0A { return place + 1 }
            }
            // From one end of a line to the next: a body has none.
            var begin = 0
            while let start = bytes.baseAddress,
                let found = memchr(start + begin, 0x0D, bytes.count - begin).map({ UnsafeRawPointer($0) - start }),
                found + 4 <= bytes.count
            {
                if bytes[found + 1] == 0x0A, bytes[found + 2] == 0x0D, bytes[found + 3] == 0x0A { return found + 4 }
                begin = found + 1
            }
            return bytes.count
        }
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
