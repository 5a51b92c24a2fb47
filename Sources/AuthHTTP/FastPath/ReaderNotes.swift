import AuthCore

/// Tells a document who reads it on one connection: each reader once a second, for one that asks ten thousand times is
/// one reader. Several may share the connection of a proxy.
struct ReaderNotes {
    private var last: (second: Int64, request: FastRequest)?

    /// - Parameters:
    ///   - document: the one that was asked for; looked at where the reader is new.
    ///   - peer: the socket's other end.
    mutating func note(
        _ request: FastRequest, of document: @autoclosure () -> Document, in second: Int64,
        peer: @autoclosure () -> IPAddress?, _ trustedProxies: TrustedProxies
    ) {
        if let last, last.second == second, last.request.isAlike(request) { return }
        last = (second, request)
        guard let wasRead = document().wasRead, let peer = peer() else { return }
        let address = trustedProxies.client(peer: peer, forwardedFor: request.forwardedFor)
        wasRead(Document.Reader(address: address, userAgent: request.userAgent))
    }
}

extension FastRequest {
    /// Whether `other` is the same reader asking for the same document.
    fileprivate func isAlike(_ other: FastRequest) -> Bool {
        self === other
            || place == other.place && userAgent.utf8.elementsEqual(other.userAgent.utf8)
                && forwardedFor.elementsEqual(other.forwardedFor) { $0.utf8.elementsEqual($1.utf8) }
    }
}
