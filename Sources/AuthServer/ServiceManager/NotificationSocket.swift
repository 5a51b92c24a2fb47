import Glibc

/// Where notifications go: a datagram socket, in the file system (`/…`) or in the abstract name space (`@…`).
struct NotificationSocket: Sendable {
    /// A `sockaddr_un`, as long as its path is.
    private let address: [UInt8]

    /// - Parameter name: as `NOTIFY_SOCKET` has it; nil for what is not one, as sd_notify(3) does.
    init?(_ name: String) {
        var path = Array(name.utf8)
        let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        guard path.count > 1, path.count < longest, !path.contains(0) else { return nil }
        switch path[0] {
        case UInt8(ascii: "/"): path.append(0)
        case UInt8(ascii: "@"): path[0] = 0
        default: return nil
        }
        address = withUnsafeBytes(of: sa_family_t(AF_UNIX)) { Array($0) } + path
    }

    /// Sends one datagram, without waiting.
    /// - Returns: 0, or why it could not be sent, of `errno`.
    func send(_ text: String) -> Int32 {
        let handle = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return errno }
        defer { close(handle) }
        let bytes = Array(text.utf8)
        let sent = address.withUnsafeBytes { address in
            sendto(
                handle, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL),
                address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
        }
        return sent == bytes.count ? 0 : errno
    }
}
