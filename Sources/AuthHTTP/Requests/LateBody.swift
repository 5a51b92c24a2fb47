import NIOCore
import Synchronization

/// A body that its reader has in one piece, when all of it has come.
final class LateBody: AsyncSequence, Sendable {
    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var body: LateBody?

        mutating func next() async throws -> ByteBuffer? {
            guard let body else { return nil }
            self.body = nil
            body.isRead.store(true, ordering: .relaxed)
            return try await body.promise.futureResult.get()
        }
    }

    private let promise: EventLoopPromise<ByteBuffer>
    private let isRead = Atomic(false)

    init(on eventLoop: any EventLoop) { promise = eventLoop.makePromise() }

    /// Whether somebody waited for it.
    var wasRead: Bool { isRead.load(ordering: .relaxed) }

    func give(_ bytes: ByteBuffer) { promise.succeed(bytes) }

    /// Says why it will not come; means nothing once it has.
    func fail(_ error: any Error) { promise.fail(error) }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }
}
