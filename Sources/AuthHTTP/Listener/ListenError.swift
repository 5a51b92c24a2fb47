import Glibc
import NIOCore
import NIOPosix

/// Why the server cannot listen.
package enum ListenError: Error, Equatable {
    case portInUse(host: String, port: Int)
    case notAllowed(port: Int)
    case unknownHost(String)
    case other(host: String, port: Int, reason: String)

    /// Names an error of a bind; nil when it is none.
    init?(_ error: any Error, host: String, port: Int) {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE: self = .portInUse(host: host, port: port)
        case let error as IOError where error.errnoCode == EACCES: self = .notAllowed(port: port)
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL: self = .unknownHost(host)
        case let error as IOError:
            self = .other(host: host, port: port, reason: String(cString: strerror(error.errnoCode)))
        case is SocketAddressError, is NIOConnectionError: self = .unknownHost(host)
        default: return nil
        }
    }

    /// Binds without listening, and lets go: a start that cannot listen is to be known before a file is touched or a key
    /// is made, and a client that is too early must be refused, not left with a socket that nobody serves.
    package static func check(host: String, port: Int) throws {
        guard port != 0 else { return }
        guard let address = try? SocketAddress.makeAddressResolvingHost(host, port: port) else {
            throw ListenError.unknownHost(host)
        }
        let handle = socket(address.protocol == .inet6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var reuse: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        let status = address.withSockAddr { pointer, size in bind(handle, pointer, socklen_t(size)) }
        guard status != 0 else { return }
        let error = IOError(errnoCode: errno, reason: "bind")
        throw ListenError(error, host: host, port: port) ?? error
    }
}
