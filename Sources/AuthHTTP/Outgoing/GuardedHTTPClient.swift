import AsyncHTTPClient
package import AuthCore
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks others, and is led nowhere: a name is resolved here, its address is checked, and that address is the one that is
/// dialled; no redirect is followed, no proxy of the environment is used, and nothing of a body is read.
///
/// This folder owns how the server asks others over HTTP. It must not know what for.
package struct GuardedHTTPClient: OutgoingHTTP {
    /// The addresses of a host's name. May block.
    package typealias Resolver = @Sendable (_ host: String) -> [IPAddress]

    private let allowed: OutgoingAddresses
    private let limit: Duration
    private let authorities: String?
    private let resolve: Resolver

    /// - Parameters:
    ///   - allowed: the addresses that are asked.
    ///   - limit: for a request, beside as much for its name.
    ///   - authorities: a PEM file with the only ones that a certificate may be of; nil for the system's.
    package init(
        allowing allowed: OutgoingAddresses, within limit: Duration = .seconds(5), authorities: String? = nil,
        resolve: @escaping Resolver = SystemResolver.addresses
    ) {
        self.allowed = allowed
        self.limit = limit
        self.authorities = authorities
        self.resolve = resolve
    }

    /// See ``OutgoingHTTP``. The client lives for these requests alone: a server that tells nobody anything keeps none.
    package func ask(_ requests: [OutgoingRequest]) async -> [Result<OutgoingAnswer, OutgoingFailure>] {
        let hosts = requests.map { Self.host(of: $0.url) }
        let addresses = await addresses(of: Set(hosts.compactMap { $0 }))
        var configuration = HTTPClient.Configuration.straight(within: limit, authorities: authorities)
        configuration.dnsOverride = addresses.compactMapValues { try? $0.get().description }
        let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        let answers = await withTaskGroup(of: (Int, Result<OutgoingAnswer, OutgoingFailure>).self) { group in
            for (index, (request, host)) in zip(requests, hosts).enumerated() {
                guard let host, let address = addresses[host] else {
                    group.addTask { (index, .failure(.badURL)) }
                    continue
                }
                group.addTask {
                    if case .failure(let failure) = address { return (index, .failure(failure)) }
                    return (index, await ask(request, client))
                }
            }
            return await group.reduce(into: [Int: Result<OutgoingAnswer, OutgoingFailure>]()) { $0[$1.0] = $1.1 }
        }
        try? await client.shutdown()
        return requests.indices.map { answers[$0] ?? .failure(.noHTTP) }
    }

    private var timeAmount: TimeAmount { .nanoseconds(limit.nanoseconds) }

    private func ask(
        _ form: OutgoingRequest, _ client: HTTPClient
    ) async -> Result<OutgoingAnswer, OutgoingFailure> {
        var request = HTTPClientRequest(url: form.url)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*", "User-Agent": "jwks-server",
        ]
        request.body = .bytes(ByteBuffer(string: form.form))
        do {
            // The status is all that is wanted: a body that is not read is not sent.
            let response = try await client.execute(request, timeout: timeAmount)
            return .success(OutgoingAnswer(status: Int(response.status.code)))
        } catch {
            return .failure(OutgoingFailure(error))
        }
    }

    /// As ``AsyncHTTPClient`` takes it from the same text, so that what is checked is what is asked.
    private static func host(of text: String) -> String? {
        guard let url = URL(string: text), ["https", "http"].contains(url.scheme), let host = url.host, !host.isEmpty
        else { return nil }
        return host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    }

    /// The one address of each host that is dialled.
    private func addresses(of hosts: Set<String>) async -> [String: Result<IPAddress, OutgoingFailure>] {
        await withTaskGroup(of: (String, Result<IPAddress, OutgoingFailure>).self) { group in
            for host in hosts { group.addTask { (host, await address(of: host)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func address(of host: String) async -> Result<IPAddress, OutgoingFailure> {
        // As it stands there where it is one: nothing is dialled but what was checked.
        if let literal = (try? SocketAddress(ipAddress: host, port: 0)).flatMap({ IPAddress($0) }) {
            return allowed.allows(literal) ? .success(literal) : .failure(.addressNotAllowed)
        }
        guard let found = await resolved(host) else { return .failure(.timeout) }
        guard !found.isEmpty else { return .failure(.noAddress) }
        guard let first = found.first(where: allowed.allows) else { return .failure(.addressNotAllowed) }
        return .success(first)
    }

    /// nil where it takes too long: the thread that waits for it does so by itself.
    private func resolved(_ host: String) async -> [IPAddress]? {
        let answer = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: [IPAddress]?.self)
        let alarm = answer.futureResult.eventLoop.scheduleTask(in: timeAmount) { answer.succeed(nil) }
        NIOThreadPool.singleton.submit { [resolve] state in
            answer.succeed(state == .active ? resolve(host) : nil)
        }
        defer { alarm.cancel() }
        return (try? await answer.futureResult.get()) ?? nil
    }
}

extension OutgoingFailure {
    private static let unusable: [HTTPClientError] = [.invalidURL, .emptyHost, .emptyScheme]

    /// What `error` of a request means.
    init(_ error: any Error) {
        switch error {
        case let error as HTTPClientError where error.isTimeout: self = .timeout
        case let error as HTTPClientError where Self.unusable.contains(error): self = .badURL
        case let error as HTTPClientError where error == .tlsHandshakeTimeout: self = .tls
        case ChannelError.connectTimeout: self = .timeout
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .tls
        case is NIOConnectionError, is IOError: self = .unreachable
        default: self = .noHTTP
        }
    }
}
