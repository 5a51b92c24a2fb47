package import AuthCore
import Glibc
package import NIOCore

extension IPAddress {
    /// The address of a connection's other end; nil for a socket that has none.
    package init?(_ peer: SocketAddress?) {
        guard let peer else { return nil }
        // Read where Linux's sockaddr_in and sockaddr_in6 have it: their members belong to a module of NIO's own.
        let address = peer.withSockAddr { start, _ -> IPAddress? in
            let bytes = UnsafeRawPointer(start)
            return switch Int32(start.pointee.sa_family) {
            case AF_INET: IPAddress(ipv4: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
            case AF_INET6:
                IPAddress(
                    high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
            default: nil
            }
        }
        guard let address else { return nil }
        self = address
    }
}
