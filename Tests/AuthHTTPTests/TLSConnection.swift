import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// As ``RawConnection``, inside TLS.
final class TLSConnection: Sendable {
    struct Ended: Error {}

    private let channel: any Channel
    private let parts: AsyncStream<[UInt8]>
    private let unread = Mutex<[UInt8]>([])
    /// Of the certificate that the server showed.
    let serial: [UInt8]

    private init(_ channel: any Channel, _ parts: AsyncStream<[UInt8]>, serial: [UInt8]) {
        self.channel = channel
        self.parts = parts
        self.serial = serial
    }

    /// - Parameter version: the only one that is offered.
    static func open(port: Int, version: TLSVersion = .tlsv13) async throws -> TLSConnection {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = version
        configuration.maximumTLSVersion = version
        // Who it is that answers is a matter of the end-to-end tests.
        configuration.certificateVerification = .none
        let context = try NIOSSLContext(configuration: configuration)
        let (parts, part) = AsyncStream<[UInt8]>.makeStream()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        [try NIOSSLClientHandler(context: context, serverHostname: nil), Receiver(part)])
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        // The first write waits for the handshake.
        try await channel.writeAndFlush(ByteBuffer())
        let certificate = try await channel.nioSSL_peerCertificate().get()
        return TLSConnection(channel, parts, serial: certificate?.serialNumber ?? [])
    }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Says close_notify, and goes on reading.
    func finishSending() async throws { try await channel.close(mode: .output).get() }

    /// The next response, exactly as long as its own fields say.
    func response(to method: String = "GET") async throws -> RawResponse {
        while true {
            if let response = unread.withLock({ RawResponse(takingFrom: &$0, to: method) }) { return response }
            guard await receive() else { throw Ended() }
        }
    }

    /// Everything until the server ends the connection.
    func rest() async -> [UInt8] {
        while await receive() {}
        return unread.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
    }

    func close() async { try? await channel.close() }

    private func receive() async -> Bool {
        guard let part = await parts.first(where: { _ in true }) else { return false }
        unread.withLock { $0 += part }
        return true
    }

    private final class Receiver: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        private let part: AsyncStream<[UInt8]>.Continuation

        init(_ part: AsyncStream<[UInt8]>.Continuation) { self.part = part }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            part.yield(Array(unwrapInboundIn(data).readableBytesView))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed? = event as? ChannelEvent { part.finish() }
        }

        func channelInactive(context: ChannelHandlerContext) { part.finish() }
    }
}
