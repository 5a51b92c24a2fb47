import AuthCore
import NIOCore
import NIOHTTP1

/// One client's connection, from its first byte to its end. Grows only as far as its requests need it:
///
///     a request seen before, byte for byte     socket ⇄ ConnectionHandler
///     one for the fast path                    socket ⇄ ConnectionHandler ⇄ decoder → FastPath
///     any other, and every one after it        … FastPath → encoder ⇄ RequestDeadlineHandler ⇄ Hummingbird
///
/// - A connection without a complete request has ``idleDeadline``.
/// - After the answer that ends the connection the input is still read for a moment where there was more of it: closing
///   at once would reset the connection and take the answer away from a client that is still sending.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let idleDeadline: TimeAmount = .seconds(60)
    private static let lingering: TimeAmount = .seconds(1)

    /// A verifier's request has a handful of fields; a browser's a few dozen (CVE-2026-28980).
    private static let limits: NIOHTTPDecoderLimitConfiguration = {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 8 * 1024
        limits.maxHeaderListSize = 16 * 1024
        limits.maxHeaderFieldCount = 100
        return limits
    }()

    /// The decoder and what looks at its requests, once there was a request to parse.
    private struct Parsing {
        let fastPath: FastPath
        let deadlineHandler: RequestDeadlineHandler
    }

    private let loop: EventLoopConnections
    private let responses: PrerenderedDocuments
    private let ordinary: HummingbirdBridge
    private var context: ChannelHandlerContext?
    private var parsing: Parsing?
    private var isOrdinary = false
    /// All that was read is answered, to the last byte: what comes now is the beginning of a request.
    private var isBetweenRequests = true
    /// The last answer was given; nothing that comes now is looked at.
    private(set) var isEnding = false
    private var hasMoreInput = false
    private var isLingering = false
    private var mustFlush = false
    private var isHoldingRead = false
    private var wasActive = true
    private var lastActivity = NIODeadline.now()
    /// The second in which this connection was last noted as a verifier's.
    private var notedSecond: Int64 = -1

    init(_ loop: EventLoopConnections, _ responses: PrerenderedDocuments, _ ordinary: HummingbirdBridge) {
        self.loop = loop
        self.responses = responses
        self.ordinary = ordinary
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        parsing = nil
        loop.remove(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else {
            hasMoreInput = true
            return
        }
        let bytes = unwrapInboundIn(data)
        if isBetweenRequests, let request = loop.requestBytes.request(bytes), let responses = responses.current(),
            request.entityTag == responses.entityTag
        {
            answer(request, from: responses)
        } else {
            parse(bytes, context)
        }
    }

    private func parse(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        do {
            let fastPath = try (parsing ?? startParsing(context)).fastPath
            _ = fastPath.takeOutcome()
            context.fireChannelRead(wrapInboundOut(bytes))
            let outcome = fastPath.takeOutcome()
            // The parser is at the beginning of a request again only where a head has just ended with the input.
            guard isBetweenRequests, bytes.readableBytesView.suffix(4).elementsEqual("\r\n\r\n".utf8) else {
                isBetweenRequests = false
                return
            }
            switch outcome {
            case .one(let request): loop.requestBytes.remember(bytes, as: request)
            case .several: break
            case .nothing, .other: isBetweenRequests = false
            }
        } catch {
            context.close(promise: nil)
        }
    }

    private func startParsing(_ context: ChannelHandlerContext) throws -> Parsing {
        let deadlineHandler = RequestDeadlineHandler(self)
        let fastPath = FastPath(responses, deadlineHandler, self)
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandler(
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: Self.limits)))
        try pipeline.addHandler(fastPath)
        let parsing = Parsing(fastPath: fastPath, deadlineHandler: deadlineHandler)
        self.parsing = parsing
        return parsing
    }

    /// Builds the rest of the connection, for a request that is not the fast path's.
    func becomeOrdinary() throws {
        guard !isOrdinary, let context, let parsing else { return }
        isOrdinary = true
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandler(HTTPResponseEncoder())
        try pipeline.addHandler(parsing.deadlineHandler)
        ordinary.take(context.channel)
    }

    /// Writes the answer to a request that was read whole.
    func answer(_ request: FastRequest, from responses: PrerenderedDocuments.Rendered) {
        guard let context else { return }
        wasActive = true
        mustFlush = true
        isEnding = request.closes
        self.responses.countAnswer()
        if request.document != .ping { noteVerifier(request.userAgent, responses.second, context) }
        context.write(wrapOutboundOut(responses.answer(request.document, closes: request.closes)), promise: nil)
    }

    /// At most once a second for each connection: a verifier that asks ten thousand times is one verifier.
    private func noteVerifier(_ userAgent: String, _ second: Int64, _ context: ChannelHandlerContext) {
        guard notedSecond != second, let address = IPAddress(context.remoteAddress) else { return }
        notedSecond = second
        responses.verifiers.note(address: address.rateLimitKey, userAgent: userAgent)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if mustFlush {
            mustFlush = false
            context.flush()
            if isEnding, !isLingering {
                // Input that nobody read would turn the close into a reset, which may overtake the answer.
                if hasMoreInput { linger() } else { context.close(promise: nil) }
            }
        }
        context.fireChannelReadComplete()
    }

    /// Something came after the last request that is answered.
    func noteMoreInput() { hasMoreInput = true }

    func noteActivity() { wasActive = true }

    /// Ends the connection after what was written, but goes on reading for a moment.
    func linger() {
        guard let context, !isLingering else { return }
        isEnding = true
        isLingering = true
        context.flush()
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: Self.lingering) {
            context.close(promise: nil)
        }
    }

    /// Looks at the deadlines.
    func tick(at now: NIODeadline) {
        if wasActive {
            wasActive = false
            lastActivity = now
        }
        let isLate = parsing?.deadlineHandler.isLate(at: now) ?? false
        let isWaiting = parsing?.deadlineHandler.isWaiting ?? false
        if isLate || (!isWaiting && now - lastActivity >= Self.idleDeadline) { context?.close(promise: nil) }
    }

    /// The server stops: what is being answered is answered, and then the connection ends.
    func quiesce() {
        guard let context else { return }
        if isOrdinary {
            context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        } else if !isLingering {
            context.close(promise: nil)
        }
    }

    func close() { context?.close(promise: nil) }

    /// A client that asks and asks and reads nothing is not read from either, until it has taken what it asked for.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { isHoldingRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isHoldingRead {
            isHoldingRead = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            if isLingering {
                context.close(promise: nil)
            } else if !isOrdinary {
                // Everything is answered; what the client has not read yet still goes out.
                context.close(mode: .output, promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
