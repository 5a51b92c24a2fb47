import AuthCore
import AuthHTTP
import AuthTestSupport
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// Heads of requests, by the decoder's reading of them. What the fast path answers is what the ordinary one answers, and was
/// asked for in so many bytes: GET or HEAD, one of our paths, no body.
struct HeadsTarget: FuzzTarget {
    let name = "heads"

    private struct World {
        let paths: BothPaths
        let entityTag: String
    }

    private static let world = Result {
        let material = try OriginalKeyFormat.open(SealedCorpus.original, id: KeyID(2), secret: Sample.masterKey)
        guard case .keyPair(let pair) = material else { throw OperatorError.refused("the corpus has no key") }
        let set = try JWKSet([(KeyID(2), material)])
        let ring = CurrentKeyRing()
        ring.publish(
            KeyRing(active: SigningKey(id: KeyID(2), pair: pair), expired: nil, set: set, setChangesAt: nil))
        let paths = BothPaths(issuer: "https://issuer.example/path", keyRing: ring, time: ManualTimeSource())
        return World(paths: paths, entityTag: set.entityTag)
    }

    private var tag: String { (try? Self.world.get().entityTag) ?? "" }

    var seeds: [[UInt8]] {
        let set = "GET /.well-known/jwks.json HTTP/1.1\r\nHost: a\r\n"
        return [
            "GET /ping HTTP/1.1\r\nHost: a\r\n", "HEAD /ping HTTP/1.1\r\nHost: a\r\n", "GET /ping HTTP/1.0\r\n", set,
            "HEAD /path/.well-known/jwks.json HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\n",
            set + "If-None-Match: \(tag)\r\n",
            set + "If-None-Match: \"a\", W/\(tag)\r\nIf-None-Match: *\r\n", set + "Connection: close\r\n",
            set + "Connection: Upgrade\r\nUpgrade: h2c\r\n", set + "Content-Length: 0\r\n",
            set + "Expect: 100-continue\r\n",
            set + "Transfer-Encoding: chunked\r\n",
            "GET /.well-known/openid-configuration/path HTTP/1.1\r\nHost: a:80\r\n",
            "POST /ping HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n", "GET /ping?a=b HTTP/1.1\r\nHost: a\r\n",
            "GET http://a/ping HTTP/1.1\r\nHost: a\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\n",
        ].map { Array("\($0)\r\n".utf8) }
    }

    var dictionary: [String] {
        [
            "GET ", "HEAD ", "POST ", "/ping", "/.well-known/jwks.json", "/path", "?", "#", "%2F", "//", "/../",
            " HTTP/1.1\r\n",
            " HTTP/1.0\r\n", "\r\n", "\n", "\r", "Host: a\r\n", "Host", ": ", "Connection: ", "close", "keep-alive",
            "Upgrade",
            "If-None-Match: ", tag, "W/", "*", ",", "Content-Length: 0\r\n", "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Expect: 100-continue\r\n", "X: y\r\n", " ", "\t", "\u{0}", "é", "http://a", "CONNECT ", "Cookie: a=b\r\n",
        ]
    }

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        let world: World
        do { world = try Self.world.get() } catch { return .finding("there is no corpus: \(error)") }
        guard let head = decode(input) else { return .refused("no head") }
        guard let fast = world.paths.fast(head) else {
            // For its own sake: nothing that the decoder lets through may stop it.
            let answer = try? await world.paths.ordinary(head)
            return .refused(answer.map { String(String(buffer: $0).prefix(12)) } ?? "no request")
        }
        if let wrong = unasked(input, world.paths.paths) { return .finding(wrong) }
        guard let ordinary = try? await world.paths.ordinary(head) else { return .finding("no request, and answered") }
        let (one, other) = (parts(fast), parts(ordinary))
        guard one.body == other.body else { return .finding("another body: \(one.body) for \(other.body)") }
        guard one.lines == other.lines else { return .finding("\(one.lines) for \(other.lines)") }
        return .accepted(
            "\(one.lines.count) \(String(String(buffer: fast).prefix(12))) \(min(one.body.utf8.count, 100))")
    }

    /// The head of the first request; nil where the decoder finds none.
    private func decode(_ input: [UInt8]) -> HTTPRequestHead? {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        do {
            try channel.pipeline.syncOperations.addHandler(
                ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
            try channel.writeInbound(ByteBuffer(bytes: input))
        } catch {}
        guard case .head(let head) = try? channel.readInbound(as: HTTPServerRequestPart.self) else { return nil }
        return head
    }

    /// Why these bytes do not ask for a document; read without the decoder.
    private func unasked(_ input: [UInt8], _ paths: [String]) -> String? {
        // RFC 9112 §2.2: empty lines before a request are passed over.
        let bytes = input.drop { $0 == 13 || $0 == 10 }
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map {
            String(decoding: $0.last == 13 ? $0.dropLast() : $0, as: UTF8.self)
        }
        // RFC 9112 §3: words may be further apart than they should be.
        let words = lines[0].utf8.split(separator: 32).map { String(Substring($0)) }
        guard words.count == 3, ["GET", "HEAD"].contains(words[0]), paths.contains(words[1]),
            ["HTTP/1.0", "HTTP/1.1"].contains(words[2])
        else { return "not asked for" }
        let names = lines.dropFirst().prefix { !$0.isEmpty }.map { $0.prefix { $0 != ":" }.lowercased() }
        let longer = ["content-length", "transfer-encoding", "expect"].first { names.contains($0) }
        return longer.map { "answered with a \($0)" }
    }

    private func parts(_ answer: ByteBuffer) -> (lines: [String], body: String) {
        let text = String(buffer: answer).components("\r\n\r\n")
        let lines = text.first.components("\r\n")
        return (([lines.first] + lines.rest.split(separator: "\r\n").map { lowercasingName($0) }.sorted()), text.rest)
    }

    private func lowercasingName(_ line: Substring) -> String {
        let name = line.prefix { $0 != ":" }
        return name.lowercased() + line.dropFirst(name.count)
    }
}

extension String {
    /// What stands before the first `separator`, and what behind it.
    fileprivate func components(_ separator: String) -> (first: String, rest: String) {
        guard let range = firstRange(of: separator) else { return (self, "") }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}
