import NIOCore
import NIOPosix

/// The threads that serve connections.
package enum EventLoops {
    /// Returns when each has had its turn.
    package static func answer() async {
        for eventLoop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
            // Fails where it has been shut down, which no loop of ours is while the process lives.
            try? await eventLoop.submit {}.get()
        }
    }
}
