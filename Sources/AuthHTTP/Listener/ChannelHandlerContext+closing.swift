import NIOCore

extension ChannelHandlerContext {
    /// Closes behind all that was written. NIO ends the whole connection at once where the client has closed its side, and
    /// would drop what that has not taken yet.
    func closeBehindOutput(_ mode: CloseMode, promise: EventLoopPromise<Void>?) {
        let pending = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        guard mode != .input, pending > 0 else {
            close(mode: mode, promise: promise)
            return
        }
        let sent = eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolatedUnsafeUnchecked().whenComplete { _ in
            self.close(mode: mode, promise: promise)
        }
        writeAndFlush(NIOAny(ByteBuffer()), promise: sent)
    }
}
