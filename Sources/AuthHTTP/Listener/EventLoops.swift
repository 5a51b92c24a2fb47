import NIOCore
import NIOPosix

/// The threads that serve connections.
package enum EventLoops {
    /// How many there are to be: as many as cores, and no more, since each wakes the others on one core. To be said once in a
    /// process, before there is any.
    package static func limit(to count: Int) { NIOSingletons.groupLoopCountSuggestion = count }

    /// Returns when each has had its turn.
    package static func answer() async {
        for eventLoop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
            // Fails where it has been shut down, which no loop of ours is while the process lives.
            try? await eventLoop.submit {}.get()
        }
    }
}
