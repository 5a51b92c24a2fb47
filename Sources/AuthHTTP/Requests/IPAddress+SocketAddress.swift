package import AuthCore
import Glibc
package import NIOCore

extension IPAddress {
    /// The address of a connection's other end; nil for a socket that has none.
    package init?(_ peer: SocketAddress?) {
        guard let peer else { return nil }
        // Read where Linux's sockaddr_in and sockaddr_in6 have it: their members belong to a module of NIO's own.
        guard let address = peer.withSockAddr({ start, _ in IPAddress(socketAddress: UnsafeRawPointer(start)) }) else {
            return nil
        }
        self = address
    }

    /// Read where Linux's sockaddr_in and sockaddr_in6 have it: NIO's members belong to a module of its own.
    init?(socketAddress bytes: UnsafeRawPointer) {
        switch Int32(bytes.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET: self.init(ipv4: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        case AF_INET6:
            self.init(
                high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
        default: return nil
        }
    }
}
