import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// With a body whose first reader tells the client to send it: a request that is refused for its head gets its answer
    /// and no `100 Continue` (RFC 9110 §10.1.1). The same request where the client waits for nothing.
    func invitingBody(over channel: any Channel) -> Request {
        guard headers[.expect] != nil else { return self }
        var request = self
        request.body = RequestBody(asyncSequence: InvitedBody(body: body, channel: channel))
        return request
    }

    /// Whether it expects nothing, or only what we know.
    var expectsOnlyContinue: Bool {
        headers[values: .expect].allSatisfy { $0.utf8.count == 12 && $0.lowercased() == "100-continue" }
    }
}

/// A body that is sent when it is asked for.
private struct InvitedBody: AsyncSequence, Sendable {
    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var channel: (any Channel)?
        fileprivate var parts: RequestBody.AsyncIterator

        mutating func next() async throws -> ByteBuffer? {
            if let channel {
                self.channel = nil
                try await channel.writeAndFlush(RoutesOutput.invitation)
            }
            return try await parts.next()
        }
    }

    let body: RequestBody
    let channel: any Channel

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(channel: channel, parts: body.makeAsyncIterator()) }
}
