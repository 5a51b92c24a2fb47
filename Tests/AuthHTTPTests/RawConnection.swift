import Dispatch
import Glibc
import NIOCore
import Synchronization

/// A TCP connection that sends exactly the bytes it is given and shows exactly those that come back.
///
/// The calls that wait do so on a thread of their own: the server under test needs the cooperative pool.
final class RawConnection: Sendable {
    struct Failure: Error {
        let call: String
        let errnoCode: Int32
    }

    /// Ends a test that would hang; far beyond what any answer takes.
    private static let timeout = timeval(tv_sec: 30, tv_usec: 0)

    private let handle: Int32
    // One for each direction: a server may want to be read from before it reads on.
    private let sending = DispatchQueue(label: "sending")
    private let receiving = DispatchQueue(label: "receiving")
    private let unread = Mutex<[UInt8]>([])

    private init(handle: Int32) { self.handle = handle }

    deinit { Glibc.close(handle) }

    static func open(port: Int) throws -> RawConnection {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw Failure(call: "socket", errnoCode: errno) }
        let connection = RawConnection(handle: handle)
        var timeout = timeout
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let status = address.withSockAddr { address, size in connect(handle, address, socklen_t(size)) }
        guard status == 0 else { throw Failure(call: "connect", errnoCode: errno) }
        return connection
    }

    /// Sends `bytes`. A server that has answered and closed before it read them all is no failure.
    func send(_ bytes: [UInt8]) async throws {
        try await on(sending) { [handle] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count < 0, errno == EPIPE || errno == ECONNRESET { return }
                guard count > 0 else { throw Failure(call: "send", errnoCode: errno) }
                sent += count
            }
        }
    }

    /// Sends `bytes` again and again and reads nothing.
    /// - Returns: how many bytes went before the other side took no more for a second, or `limit`.
    func flood(_ bytes: [UInt8], limit: Int) async throws -> Int {
        try await on(sending) { [handle] in
            var aSecond = timeval(tv_sec: 1, tv_usec: 0)
            setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &aSecond, socklen_t(MemoryLayout<timeval>.size))
            var sent = 0
            while sent < limit {
                let rest = bytes[(sent % bytes.count)...]
                let count = rest.withUnsafeBytes {
                    Glibc.send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { break }
                sent += count
            }
            return sent
        }
    }

    /// The next response, exactly as long as its own fields say.
    /// - Parameter method: of the request: a HEAD is answered without a body, whatever Content-Length says.
    func response(to method: String = "GET") async throws -> RawResponse {
        try await on(receiving) { [self] in
            while true {
                let response = unread.withLock { RawResponse(takingFrom: &$0, to: method) }
                if let response { return response }
                guard try receive() else { throw Failure(call: "response", errnoCode: 0) }
            }
        }
    }

    /// Everything until the server closes the connection.
    func rest() async throws -> [UInt8] {
        try await on(receiving) { [self] in
            while try receive() {}
            return unread.withLock { bytes in
                defer { bytes = [] }
                return bytes
            }
        }
    }

    /// Says that nothing more will be sent, and goes on reading.
    func finishSending() { shutdown(handle, Int32(SHUT_WR)) }

    /// Goes without a word, as a client whose process dies.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(handle, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        // Closing belongs to deinit: the number must not be given to another file before. This disconnects.
        var nowhere = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        connect(handle, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// Waits for more bytes; false when there will be none.
    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(handle, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure(call: "recv", errnoCode: errno) }
        unread.withLock { $0 += buffer.prefix(count) }
        return count > 0
    }

    private func on<Result: Sendable>(
        _ queue: DispatchQueue, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
