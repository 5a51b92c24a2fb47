package import AuthCore
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One look at the JWK Set, or at the metadata, where the issuer says that it is, from outside and as a verifier looks: no
/// redirect is followed, and a certificate has to be valid.
///
/// This folder owns how the server's public address is asked. It must not know which keys are right, or judge an answer.
package struct KeySetProbe: Sendable {
    /// What was answered.
    package struct Answer: Equatable, Sendable {
        /// Of HTTP.
        package let status: Int
        /// By the clock of who answered, at the moment of this answer: `Date` and `Age` (RFC 9111 §5.1).
        package let moment: Timestamp?
        /// All of it.
        package let body: [UInt8]

        /// An answer with these parts.
        package init(status: Int, moment: Timestamp?, body: [UInt8]) {
            self.status = status
            self.moment = moment
            self.body = body
        }
    }

    /// Of an answer no more is read, in bytes.
    private static let longestBody = 64 * 1024

    /// What is looked at.
    package let url: String
    private let isEncrypted: Bool
    private let host: String
    private let port: Int
    private let head: HTTPRequestHead

    /// What it calls itself: it is no verifier.
    static let userAgent = "jwks-server doctor"

    /// Of the JWK Set.
    /// - Parameter issuer: as in the settings; nil for what is no URL.
    package init?(issuer: String) { self.init(url: IssuerIdentifier(text: issuer).keySetURI) }

    /// Of the metadata.
    /// - Parameter issuer: as in the settings; nil for what is no URL.
    package init?(metadataOf issuer: String) { self.init(url: IssuerIdentifier(text: issuer).metadataURI) }

    private init?(url: String) {
        self.url = url
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else { return nil }
        isEncrypted = parts.scheme == "https"
        // Of an IPv6 address without its brackets.
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? (isEncrypted ? 443 : 80)
        let name = self.host.contains(":") ? "[\(self.host)]" : host
        let fields: HTTPHeaders = [
            "Host": parts.port.map { "\(name):\($0)" } ?? name, "Accept": "application/json",
            "User-Agent": Self.userAgent, "Connection": "close",
        ]
        head = HTTPRequestHead(version: .http1_1, method: .GET, uri: parts.percentEncodedPath, headers: fields)
    }

    /// Asks once.
    /// - Parameters:
    ///   - limit: for everything together, the name's address included.
    ///   - authorities: a PEM file with the only ones that a certificate may be of; nil for the system's.
    package func ask(within limit: Duration, authorities: String?) async throws(KeySetProbeFailure) -> Answer {
        do {
            let tls = isEncrypted ? try Self.tls(authorities) : nil
            return try await ask(within: .nanoseconds(limit.nanoseconds), tls)
        } catch {
            throw KeySetProbeFailure(error)
        }
    }

    private static func tls(_ authorities: String?) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        if let authorities { configuration.trustRoots = .file(authorities) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw KeySetProbeFailure.noAuthorities
        }
    }

    private func ask(within limit: TimeAmount, _ tls: NIOSSLContext?) async throws -> Answer {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let answer = loop.makePromise(of: Answer.self)
        let alarm = loop.scheduleTask(in: limit) { answer.fail(KeySetProbeFailure.silent) }
        defer { alarm.cancel() }
        let connecting = ClientBootstrap(group: loop).connectTimeout(limit).channelInitializer { [host, head] channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                if let tls { try pipeline.addHandler(try Self.tlsHandler(tls, host)) }
                try pipeline.addHTTPClientHandlers()
                try pipeline.addHandler(NIOHTTPClientResponseAggregator(maxContentLength: Self.longestBody))
                try pipeline.addHandler(ProbeHandler(head, answer))
            }
        }.connect(host: host, port: port)
        connecting.whenFailure { answer.fail($0) }
        connecting.whenSuccess { channel in answer.futureResult.whenComplete { _ in channel.close(promise: nil) } }
        return try await answer.futureResult.get()
    }

    /// The name of a certificate is compared with the host's name, or with the address where that is one.
    private static func tlsHandler(_ context: NIOSSLContext, _ host: String) throws -> NIOSSLClientHandler {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }
}

/// Sends the one request of a connection, and hands over its answer.
private final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPClientResponseFull
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let answer: EventLoopPromise<KeySetProbe.Answer>

    init(_ head: HTTPRequestHead, _ answer: EventLoopPromise<KeySetProbe.Answer>) {
        self.head = head
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let response = unwrapInboundIn(data)
        let age = response.head.headers.first(name: "age").flatMap { Int($0) } ?? 0
        let date = response.head.headers.first(name: "date").flatMap { Timestamp(httpDate: $0) }
        answer.succeed(
            KeySetProbe.Answer(
                status: Int(response.head.status.code), moment: date.map { $0 + .seconds(age) },
                body: response.body.map { Array($0.readableBytesView) } ?? []))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(KeySetProbeFailure.noHTTP)
        context.fireChannelInactive()
    }
}

@available(*, unavailable)
extension ProbeHandler: Sendable {}
