// JWKSVerifierAsyncHTTPClient owns the way of a JWK Set over AsyncHTTPClient. It must not decide anything about it.

public import AsyncHTTPClient
public import Foundation
public import JWKSVerifier
public import Logging
import NIOCore
import NIOHTTP1

extension JWTVerifier {
    /// As ``JWTVerifier/init(issuer:audiences:keySet:options:logger:clock:transport:)``, over AsyncHTTPClient.
    /// - Parameter client: nil for one that all verifiers of the process share. One of your own has to have
    ///   `redirectConfiguration = .disallow`: a set that came by a redirect is refused.
    public convenience init(
        issuer: String, audiences: Set<String>, keySet: URL? = nil, options: VerifierOptions = VerifierOptions(),
        logger: Logger = Logger(label: "jwks-verifier"), client: HTTPClient? = nil
    ) throws(VerifierConfigurationError) {
        let client = client ?? AsyncHTTPClientTransport.shared
        try self.init(
            issuer: issuer, audiences: audiences, keySet: keySet, options: options, logger: logger,
            transport: { try await AsyncHTTPClientTransport.answer($0, from: client) })
    }
}

enum AsyncHTTPClientTransport {
    /// Follows no redirect and keeps no connection for long. It lives as long as the process, as `HTTPClient.shared` does.
    static let shared: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.idleTimeout = .seconds(10)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// The set came from elsewhere than where it was asked for.
    struct Redirected: Error, CustomStringConvertible {
        let description = "the HTTP client followed a redirect: give it redirectConfiguration = .disallow"
    }

    static func answer(_ request: KeySetRequest, from client: HTTPClient) async throws -> KeySetResponse {
        var message = HTTPClientRequest(url: request.url.absoluteString)
        message.headers.add(name: "Accept", value: "application/jwk-set+json, application/json")
        if let entityTag = request.entityTag { message.headers.add(name: "If-None-Match", value: entityTag) }
        let wait = TimeAmount.milliseconds(Int64(request.timeout / .milliseconds(1)))
        let response = try await client.execute(message, timeout: wait)
        guard response.history.count <= 1 else { throw Redirected() }
        let body = response.status.code == 200 ? try await response.body.collect(upTo: request.mostBytes) : ByteBuffer()
        return KeySetResponse(
            status: Int(response.status.code), cacheControl: field("Cache-Control", of: response),
            age: field("Age", of: response), entityTag: response.headers.first(name: "ETag"),
            body: Array(body.readableBytesView))
    }

    private static func field(_ name: String, of response: HTTPClientResponse) -> String? {
        let values = response.headers[name]
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}
