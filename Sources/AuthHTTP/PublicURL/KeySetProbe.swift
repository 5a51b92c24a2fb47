import AsyncHTTPClient
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

    /// What it calls itself: it is no verifier.
    static let userAgent = "jwks-server doctor"

    /// Of the JWK Set.
    /// - Parameter issuer: as in the settings; nil for what is no URL.
    package init?(issuer: String) { self.init(url: IssuerIdentifier(text: issuer).keySetURI) }

    /// Of the metadata.
    /// - Parameter issuer: as in the settings; nil for what is no URL.
    package init?(metadataOf issuer: String) { self.init(url: IssuerIdentifier(text: issuer).metadataURI) }

    private init?(url: String) {
        guard let host = URLComponents(string: url)?.host, !host.isEmpty else { return nil }
        self.url = url
    }

    /// Asks once.
    /// - Parameters:
    ///   - limit: for everything together, the name's address included.
    ///   - authorities: a PEM file with the only ones that a certificate may be of; nil for the system's.
    package func ask(within limit: Duration, authorities: String?) async throws(KeySetProbeFailure) -> Answer {
        do {
            let configuration = HTTPClient.Configuration.straight(within: limit, authorities: authorities)
            if url.hasPrefix("https:") { try Self.check(configuration.tlsConfiguration) }
            return try await HTTPClient.withHTTPClient(
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration
            ) { client in try await ask(client, within: limit) }
        } catch {
            throw KeySetProbeFailure(error)
        }
    }

    /// The client would say that it cannot connect.
    private static func check(_ tls: TLSConfiguration?) throws {
        do {
            _ = try NIOSSLContext(configuration: tls ?? .makeClientConfiguration())
        } catch {
            throw KeySetProbeFailure.noAuthorities
        }
    }

    private func ask(_ client: HTTPClient, within limit: Duration) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await answer(client) }
            // The client's own limits end with the head of an answer.
            group.addTask {
                try await Task.sleep(for: limit)
                throw KeySetProbeFailure.silent
            }
            guard let first = try await group.next() else { throw KeySetProbeFailure.silent }
            return first
        }
    }

    private func answer(_ client: HTTPClient) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.headers = ["Accept": "application/json", "User-Agent": Self.userAgent, "Connection": "close"]
        let response = try await client.execute(request, deadline: .distantFuture)
        let age = response.headers.first(name: "age").flatMap { Int($0) } ?? 0
        let date = response.headers.first(name: "date").flatMap { Timestamp(httpDate: $0) }
        let body = try await response.body.collect(upTo: Self.longestBody)
        return Answer(
            status: Int(response.status.code), moment: date.map { $0 + .seconds(age) },
            body: Array(body.readableBytesView))
    }
}
