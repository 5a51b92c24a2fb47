import AuthCore
import NIOCore
import NIOHTTP1

/// A request that is answered from ``PrerenderedDocuments``.
struct FastRequest {
    let document: PrerenderedDocuments.Document
    /// Whether the connection ends with the answer.
    let closes: Bool
    /// What `If-None-Match` was compared with: after a change of the keys the request means something else.
    let entityTag: String
    let userAgent: String
}

/// Recognises `GET /ping` and `GET`/`HEAD /.well-known/jwks.json`, which are answered on the event loop from bytes made
/// beforehand.
///
/// It takes a request only if it would be answered at once anyway: no body, and no earlier request on the connection
/// that still waits for its answer. Everything else passes on to the ordinary routes, which answer the same bytes.
/// Why: an ordinary request costs two thread hops and some sixty allocations, this one costs a lookup and a write.
final class FastPath: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// What became of the requests in the bytes of one read.
    enum Outcome {
        case nothing
        /// One request, begun and answered here.
        case one(FastRequest)
        /// Several, all begun and answered here.
        case several
        /// Something else.
        case other
    }

    private let responses: PrerenderedDocuments
    private let deadlineHandler: RequestDeadlineHandler
    private let connection: ConnectionHandler
    /// The request whose end has not been read yet.
    private var pending: (request: FastRequest, responses: PrerenderedDocuments.Rendered)?
    private var outcome = Outcome.nothing

    init(_ responses: PrerenderedDocuments, _ deadlineHandler: RequestDeadlineHandler, _ connection: ConnectionHandler)
    {
        self.responses = responses
        self.deadlineHandler = deadlineHandler
        self.connection = connection
    }

    /// What was made of the bytes since the last call.
    func takeOutcome() -> Outcome {
        defer { outcome = pending == nil ? .nothing : .other }
        return pending == nil ? outcome : .other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !connection.isEnding else {
            connection.noteMoreInput()
            outcome = .other
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            pending = recognise(head)
            guard pending == nil else { return }
            outcome = .other
            passOn(context) { $0.fireChannelRead(data) }
        case .body: context.fireChannelRead(data)
        case .end:
            guard let (request, responses) = pending else {
                context.fireChannelRead(data)
                return
            }
            pending = nil
            switch outcome {
            case .nothing: outcome = .one(request)
            case .one: outcome = .several
            case .several, .other: break
            }
            connection.answer(request, from: responses)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        outcome = .other
        guard !connection.isEnding else {
            connection.noteMoreInput()
            return
        }
        // A connection that broke needs nobody to explain anything.
        if error is IOError { context.fireErrorCaught(error) } else { passOn(context) { $0.fireErrorCaught(error) } }
    }

    private func passOn(_ context: ChannelHandlerContext, _ event: (ChannelHandlerContext) -> Void) {
        do {
            try connection.becomeOrdinary()
            event(context)
        } catch {
            context.close(promise: nil)
        }
    }

    private func recognise(_ head: HTTPRequestHead) -> (FastRequest, PrerenderedDocuments.Rendered)? {
        guard deadlineHandler.isIdle, head.uri == "/ping" || head.uri == "/.well-known/jwks.json", !hasBody(head),
            let responses = responses.current()
        else { return nil }
        let isPing = head.uri == "/ping"
        let document: PrerenderedDocuments.Document
        switch head.method {
        case .GET where isPing: document = .ping
        case .GET where isKnown(responses.entityTag, head): document = .setNotModified
        case .GET: document = .set
        case .HEAD where !isPing && !head.headers.contains(name: "if-none-match"): document = .setHead
        default: return nil
        }
        let request = FastRequest(
            document: document, closes: !head.isKeepAlive, entityTag: responses.entityTag,
            userAgent: head.headers.first(name: "user-agent") ?? "")
        return (request, responses)
    }

    private func hasBody(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "content-length") || head.headers.contains(name: "transfer-encoding")
    }

    private func isKnown(_ entityTag: String, _ head: HTTPRequestHead) -> Bool {
        guard let first = head.headers.first(name: "if-none-match") else { return false }
        // What nearly every verifier sends; lists, weak tags and several lines take the longer way.
        if first == entityTag { return true }
        return JWKSetResponse.matches(head.headers["if-none-match"].joined(separator: ","), entityTag)
    }
}

@available(*, unavailable)
extension FastPath: Sendable {}
