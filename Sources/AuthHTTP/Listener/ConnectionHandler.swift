import AuthCore
import NIOCore
import NIOHTTP1

/// One client's connection, from its first byte to its end: carries out what ``ConnectionState`` decides. Grows only as
/// far as its requests need it:
///
///     a document, asked for in known bytes    socket ⇄ ConnectionHandler
///     a document                              socket ⇄ ConnectionHandler → decoder → FastPathHandler
///     any other, and every one after it       … FastPathHandler → encoder ⇄ RequestDeadlineHandler ⇄ Hummingbird
///
/// The two handlers further in report to this one, which knows neither.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let lingering: TimeAmount = .seconds(1)

    /// A verifier's request has a handful of fields; a browser's a few dozen (CVE-2026-28980).
    private static let limits: NIOHTTPDecoderLimitConfiguration = {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 8 * 1024
        limits.maxHeaderListSize = 16 * 1024
        limits.maxHeaderFieldCount = 100
        return limits
    }()

    private let loop: EventLoopConnections
    private let fastPath: FastPath
    private let bridge: HummingbirdBridge
    private var context: ChannelHandlerContext?
    private var state = ConnectionState()
    private var isParsing = false
    /// The documents that were answered from the bytes of one read: how many, and the last of them.
    private var answered: (count: Int, last: FastRequest?) = (0, nil)
    private var readers = ReaderNotes()

    init(_ loop: EventLoopConnections, _ fastPath: FastPath, _ bridge: HummingbirdBridge) {
        self.loop = loop
        self.fastPath = fastPath
        self.bridge = bridge
    }

    // MARK: What the handlers further in report

    /// Whether an answer written now would be in its turn.
    var canAnswerAtOnce: Bool { state.canAnswerAtOnce }

    /// Reports `event` and does what concerns the whole connection.
    /// - Returns: what remains to be done by the handler that reports.
    @discardableResult
    func report(_ event: ConnectionState.Event) -> ConnectionState.Action {
        let action = state.handle(event)
        carryOut(action)
        return action
    }

    /// Answers a request for a document; it is sent when what could be read at once has been read.
    func answer(_ request: FastRequest) {
        if let second = fastPath.documents.current() { answer(request, in: second) }
    }

    private func answer(_ request: FastRequest, in second: PrerenderedDocuments.Second) {
        guard let context else { return }
        answered = (answered.count + 1, request)
        report(.documentAnswered(closes: request.closes))
        context.write(wrapOutboundOut(second.answer(request)), promise: nil)
        fastPath.documents.countAnswer()
        readers.note(
            request, of: fastPath.documents.documents[request.place], in: second.number,
            peer: IPAddress(context.remoteAddress), fastPath.trustedProxies)
    }

    private func carryOut(_ action: ConnectionState.Action) {
        guard let context else { return }
        switch action {
        case .flush: context.flush()
        case .flushThenClose:
            context.flush()
            context.close(promise: nil)
        case .linger: linger(context)
        case .buildRoutes: buildRoutes(context)
        case .quiesceRoutes: context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        case .closeOutput: context.close(mode: .output, promise: nil)
        case .close: context.close(promise: nil)
        // The rest is for who reported: it has something to write or to pass on first.
        case .proceed, .drop, .addConnectionClose, .proceedThenLinger, .explainMalformed,
            .explainMalformedThenLinger:
            break
        }
    }

    /// Sends what was written and ends the output, but goes on reading for a moment.
    func linger() {
        if let context { linger(context) }
    }

    private func linger(_ context: ChannelHandlerContext) {
        context.flush()
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: Self.lingering) {
            context.close(promise: nil)
        }
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
            try pipeline.addHandler(HTTPResponseEncoder())
            try pipeline.addHandler(RequestDeadlineHandler(self, disconnect))
            bridge.take(context.channel, from: Caller(peer: IPAddress(context.remoteAddress), disconnect: disconnect))
        } catch {
            context.close(promise: nil)
        }
    }

    // MARK: What the event loop's other connections share

    /// Looks at the deadlines.
    func tick(at now: NIODeadline) { report(.tick(now)) }

    /// The server stops: what is being answered is answered, and then the connection ends.
    func quiesce() { report(.quiesce) }

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
        if state.hasReadOnlyWholeRequests, let request = loop.requestBytes.request(bytes),
            let second = fastPath.documents.current(), second.isCurrent(request)
        {
            answer(request, in: second)
        } else {
            parse(bytes, context)
        }
    }

    private func parse(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        do {
            if !isParsing { try startParsing(context) }
            answered = (0, nil)
            context.fireChannelRead(wrapInboundOut(bytes))
            // The parser is at the beginning of a request again only where a head has just ended with the input.
            let endsWithHead = bytes.readableBytesView.suffix(4).elementsEqual("\r\n\r\n".utf8)
            report(.inputParsed(endsWithRequest: answered.count > 0 && endsWithHead))
            if state.hasReadOnlyWholeRequests, answered.count == 1, let request = answered.last {
                loop.requestBytes.remember(bytes, as: request)
            }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        report(.inputPaused)
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if report(.readWanted(isWritable: context.channel.isWritable)) == .proceed { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, report(.becameWritable) == .proceed { context.read() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { report(.inputClosed) }
        context.fireUserInboundEventTriggered(event)
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
