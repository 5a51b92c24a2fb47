import AuthHTTP
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// Chunked bodies. Wherever the decoder takes one whole, the sum that is announced is the body that came; where the bytes
/// are cut makes no difference; and no more of a body passes than the limit.
struct ChunksTarget: FuzzTarget {
    let name = "chunks"
    /// Below the limit of framing, which depends on the cuts.
    let longest = limit * 8 - 1

    private static let limit = 64
    private static let head = "POST /auth HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    let seeds = [
        "4\r\nbody\r\n0\r\n\r\n", "1\r\na\r\n2\r\nbc\r\n0\r\nX: y\r\n\r\n", "A;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
        "40\r\n\(String(repeating: "x", count: 64))\r\n0\r\n\r\n",
        "41\r\n\(String(repeating: "x", count: 65))\r\n0\r\n\r\n",
        "00020\r\n\(String(repeating: "y", count: 32))\r\n20\r\n\(String(repeating: "z", count: 32))\r\n0000\r\n\r\n",
        "ffffffffffffffff\r\n", "0\r\n\r\n", "1 \r\na\r\n0\r\n\r\n", "2\r\n\r\n\r\n0\r\n\r\n",
    ].map { Array($0.utf8) }
    let dictionary = [
        "\r\n", "0\r\n\r\n", "1\r\na\r\n", "3f", "40", "41", "8", "ffff", "FFFFFFFFFFFFFFFF", "10000000000000000", ";",
        ";a=b", ";\"\r\n\"",
        " ", "\t", "0x", "-1", "+1", "\n", "\r", "0000", "X: 41\r\n", "g",
    ]

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        let decoded = decode(input)
        var whole = ChunkSizes(limit: Self.limit)
        let isRefused = whole.exceedsLimit(after: input)
        for size in [1, 2, 5] {
            var parts = ChunkSizes(limit: Self.limit)
            let isRefusedInParts = stride(from: 0, to: input.count, by: size).contains { start in
                parts.exceedsLimit(after: input[start..<min(input.count, start + size)])
            }
            guard isRefusedInParts == isRefused else { return .finding("cut to \(size), \(isRefusedInParts)") }
        }
        guard decoded.body <= Self.limit || isRefused else { return .finding("\(decoded.body) bytes of a body passed") }
        guard decoded.isWhole else { return .refused("\(isRefused), \(min(decoded.body, 3))") }
        // What comes behind the body is not its own; but the reader has stopped at its end.
        guard isRefused == (decoded.body > Self.limit) else {
            return .finding("\(isRefused) for \(decoded.body) bytes")
        }
        return .accepted("\(isRefused)")
    }

    private func decode(_ body: [UInt8]) -> (body: Int, isWhole: Bool) {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var (count, isWhole) = (0, false)
        do {
            try channel.pipeline.syncOperations.addHandler(
                ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
            try channel.writeInbound(ByteBuffer(bytes: Array(Self.head.utf8) + body))
        } catch {}
        while !isWhole, let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head: break
            case .body(let bytes): count += bytes.readableBytes
            case .end: isWhole = true
            }
        }
        return (count, isWhole)
    }
}
