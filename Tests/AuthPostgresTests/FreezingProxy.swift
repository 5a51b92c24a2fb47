import Foundation
import Glibc
import Synchronization

/// A port that leads to another one, until it is frozen: then connections stay open and nobody says a word.
final class FreezingProxy: Sendable {
    let port: UInt16
    private let target: UInt16
    private let listener: Int32
    private let isFrozen = Mutex(false)

    init(to target: UInt16) throws {
        self.target = target
        (listener, port) = try listeningSocket()
        let thread = Thread { self.serve() }
        thread.start()
    }

    func freeze() { isFrozen.withLock { $0 = true } }
    func thaw() { isFrozen.withLock { $0 = false } }

    private func serve() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = loopback(target)
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isOpen = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(server, $0, size) == 0 }
            }
            guard isOpen else { continue }
            for (from, to) in [(client, server), (server, client)] {
                Thread { self.pump(from, to) }.start()
            }
        }
    }

    private func pump(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            while isFrozen.withLock({ $0 }) { usleep(2_000) }
            guard count > 0, send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(to, Int32(SHUT_RDWR))
        shutdown(from, Int32(SHUT_RDWR))
    }
}

func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

/// A socket that listens on a port that the system chose.
func listeningSocket() throws -> (socket: Int32, port: UInt16) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopback(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            bind(listener, pointer, size) == 0 && listen(listener, 64) == 0
                && getsockname(listener, pointer, &size) == 0
        }
    }
    guard isOpen else { throw SQLFailure(description: "there is no port") }
    return (listener, UInt16(bigEndian: address.sin_port))
}
