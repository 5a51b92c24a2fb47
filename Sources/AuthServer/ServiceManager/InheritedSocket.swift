import Glibc
import NIOCore

/// A socket that listens already when the process starts, and goes on when it ends: who connects between two servers
/// waits for the second.
package struct InheritedSocket: Equatable, Sendable {
    /// sd_listen_fds(3): the first one that is handed over.
    private static let first: Int32 = 3

    /// The descriptor.
    package let descriptor: Int32
    /// The address it listens on, in numbers.
    package let host: String
    /// The port it listens on.
    package let port: Int

    /// - Returns: nil where none was handed over to this process.
    /// - Throws: ``SettingsError`` where it is not one TCP socket that listens.
    init?(environment: [String: String], processID: Int32) throws {
        guard environment["LISTEN_PID"] == "\(processID)", let count = environment["LISTEN_FDS"], count != "0" else {
            return nil
        }
        guard count == "1" else {
            throw SettingsError(
                "LISTEN_FDS is \(count): hand over one socket, with one ListenStream= in the socket unit")
        }
        guard Self.listens(Self.first), let address = Self.address(of: Self.first), let host = address.ipAddress,
            let port = address.port
        else {
            throw SettingsError(
                "LISTEN_FDS hands over what is no listening TCP socket: give the socket unit ListenStream= with an"
                    + " address and a port, and Accept=no")
        }
        _ = fcntl(Self.first, F_SETFD, FD_CLOEXEC)
        descriptor = Self.first
        self.host = host
        self.port = port
    }

    private static func listens(_ descriptor: Int32) -> Bool {
        var (value, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value == 1
    }

    private static func address(of descriptor: Int32) -> SocketAddress? {
        var (storage, size) = (sockaddr_storage(), socklen_t(MemoryLayout<sockaddr_storage>.size))
        let status = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard status == 0 else { return nil }
        return withUnsafeBytes(of: storage) { bytes in
            switch Int32(storage.ss_family) {
            case AF_INET: SocketAddress(bytes.load(as: sockaddr_in.self))
            case AF_INET6: SocketAddress(bytes.load(as: sockaddr_in6.self))
            default: nil
            }
        }
    }
}
