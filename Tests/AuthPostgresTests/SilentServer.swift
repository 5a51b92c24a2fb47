import Glibc

/// A port at which somebody listens who never says a word.
final class SilentServer: Sendable {
    let port: UInt16
    private let listener: Int32

    init() throws { (listener, port) = try listeningSocket() }

    deinit { close(listener) }
}
