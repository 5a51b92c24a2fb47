import AuthCore

/// Tells a document who reads it on one connection: each reader once a second, for one that asks ten thousand times is
/// one reader. Several may share the connection of a proxy.
struct ReaderNotes {
    private var second: Int64 = -1
    private var forwardedFor: [String] = []
    private var userAgent = ""

    mutating func note(
        _ request: FastRequest, of document: Document, in second: Int64, peer: @autoclosure () -> IPAddress?,
        _ trustedProxies: TrustedProxies
    ) {
        guard let wasRead = document.wasRead,
            second != self.second || request.userAgent != userAgent || request.forwardedFor != forwardedFor,
            let peer = peer()
        else { return }
        self.second = second
        forwardedFor = request.forwardedFor
        userAgent = request.userAgent
        let address = trustedProxies.client(peer: peer, forwardedFor: request.forwardedFor)
        wasRead(Document.Reader(address: address, userAgent: request.userAgent))
    }
}
