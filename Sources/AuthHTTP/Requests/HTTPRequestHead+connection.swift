import NIOHTTP1

/// What a head means for its connection, whatever it asks for: the same on the fast path and before the ordinary routes.
extension HTTPRequestHead {
    /// Whether its `Host` is as RFC 9112 §3.2 wants it: one for HTTP/1.1, none or one before, a `uri-host` with or without
    /// a port. An empty one is well-formed (RFC 3986 §3.2.2) and taken: nothing here depends on its value.
    var hasProperHost: Bool {
        let hosts = headers["host"]
        guard let host = hosts.first else { return version == .http1_0 }
        return hosts.count == 1 && Self.isHost(host.utf8[...])
    }

    /// Whether the connection may live on after the answer. Not so
    /// - after a request to speak another protocol: we answer in this one, and the decoder reads nothing behind it,
    ///   because it would be the other protocol;
    /// - after a body that nobody would read to its end;
    /// - after `Expect`: a client that got its answer early sends the body or does not (RFC 9110 §10.1.1), and what comes
    ///   next could be either.
    var keepsConnection: Bool {
        isKeepAlive && method != .CONNECT && !headers.contains(name: "upgrade") && !announcesTooMuch
            && !awaitsInvitation
    }

    var hasBody: Bool { headers.contains(name: "content-length") || headers.contains(name: "transfer-encoding") }

    /// Whether the client may wait for an interim answer before it sends the body. HTTP/1.0 knows none.
    var awaitsInvitation: Bool { version != .http1_0 && hasBody && headers.contains(name: "expect") }

    /// The decoder has checked that it is a number; one that no integer holds is too much as well.
    private var announcesTooMuch: Bool {
        guard let length = headers.first(name: "content-length") else { return false }
        return (Int(length) ?? .max) > RequestSize(of: uri).body
    }

    /// `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2).
    private static func isHost(_ host: Substring.UTF8View) -> Bool {
        var rest = host
        // The decoder leaves the white space behind a value.
        while let last = rest.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { rest.removeLast() }
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let literal = rest[rest.index(after: rest.startIndex)..<end]
            guard !literal.isEmpty, literal.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: ":") }) else {
                return false
            }
            rest = rest[rest.index(after: end)...]
        } else {
            rest = rest.drop(while: isNameByte)
        }
        guard let colon = rest.first else { return true }
        return colon == UInt8(ascii: ":")
            && rest.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Unreserved, sub-delimiters and the sign of an escape (RFC 3986 §2).
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        // `-._~`, `!$&'()*+,;=` and `%`.
        case 0x21, 0x24...0x2E, 0x3B, 0x3D, 0x5F, 0x7E: true
        default: false
        }
    }
}
