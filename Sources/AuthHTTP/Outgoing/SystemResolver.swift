package import AuthCore
import Glibc
import NIOCore

/// The system's own names: `/etc/hosts`, DNS and whatever else it is set up with.
package enum SystemResolver {
    /// The addresses of a host's name, in the order in which the system would try them. Blocks.
    package static func addresses(of host: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &first) == 0, let first else { return [] }
        defer { freeaddrinfo(first) }
        return sequence(first: first) { $0.pointee.ai_next }.compactMap { entry in
            guard let address = entry.pointee.ai_addr else { return nil }
            return IPAddress(socketAddress: UnsafeRawPointer(address))
        }
    }
}
