import HTTPTypes
import Hummingbird
import NIOCore

extension ResponseBody {
    /// All of it: no answer of ours is more than fits into memory.
    var whole: ByteBuffer {
        get async throws {
            let bytes = BodyBytes()
            try await write(bytes)
            return bytes.bytes
        }
    }
}

/// Holds what is written to it.
private final class BodyBytes: ResponseBodyWriter {
    private(set) var bytes = ByteBuffer()

    func write(_ buffer: ByteBuffer) {
        if bytes.readableBytes == 0 { bytes = buffer } else { bytes.writeImmutableBuffer(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}
