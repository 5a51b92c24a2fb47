import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import JWKSVerifier
import JWKSVerifierAsyncHTTPClient
import NIOCore
import Synchronization
import Testing

/// Over real connections on this machine.
@Suite("AsyncHTTPClientTransport") struct AsyncHTTPClientTransportTests {
    private static let issuer = TestIssuer.es256()

    private final class Seen: Sendable {
        let tags = Mutex<[String?]>([])
    }

    private func router(_ seen: Seen) -> Router<BasicRequestContext> {
        let router = Router()
        let set = TestIssuer.set([Self.issuer])
        router.get("jwks.json") { request, _ in
            let tag = request.headers[.ifNoneMatch]
            seen.tags.withLock { $0.append(tag) }
            let headers: HTTPFields = [.eTag: "\"7\"", .cacheControl: "max-age=1"]
            guard tag == nil else { return Response(status: .notModified, headers: headers) }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: set)))
        }
        router.get("elsewhere") { _, _ in Response(status: .found, headers: [.location: "/jwks.json"]) }
        router.get("long") { _, _ in
            Response(
                status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: set + [UInt8](repeating: 0x20, count: 70_000))))
        }
        router.get("slow") { _, _ -> Response in
            try await Task.sleep(for: .seconds(2))
            return Response(status: .ok)
        }
        return router
    }

    private func verifier(_ port: Int?, _ path: String) throws -> JWTVerifier {
        var options = VerifierOptions()
        options.lifetimes = .milliseconds(1) ... .seconds(1)
        options.deadline = .seconds(path == "/slow" ? 1 : 10)
        return try JWTVerifier(
            issuer: TestIssuer.url, audiences: ["api"],
            keySet: URL(string: "http://127.0.0.1:\(#require(port))\(path)"), options: options)
    }

    @Test("V13: fetches the set, and asks for it again with its tag") func fetches() async throws {
        let seen = Seen()
        try await Application(router: router(seen), configuration: .init(address: .hostname("127.0.0.1", port: 0)))
            .test(.live) { client in
                let verifier = try verifier(client.port, "/jwks.json")
                let deadline = ContinuousClock.now + .seconds(20)
                repeat {
                    #expect(try await verifier.reason(Self.issuer.token(at: Date())) == nil)
                } while seen.tags.withLock { $0.count < 2 } && ContinuousClock.now < deadline
            }
        #expect(seen.tags.withLock { Array($0.prefix(2)) } == [nil, "\"7\""])
    }

    @Test("V10: takes no redirect, nothing long, nothing slow", arguments: ["/elsewhere", "/long", "/slow", "/none"])
    func refuses(_ path: String) async throws {
        let seen = Seen()
        try await Application(router: router(seen), configuration: .init(address: .hostname("127.0.0.1", port: 0)))
            .test(.live) { client in
                let verifier = try verifier(client.port, path)
                #expect(try await verifier.status(Self.issuer.token(at: Date())) == 503)
            }
        // A redirect that was followed would have been seen.
        #expect(seen.tags.withLock { $0.isEmpty })
    }

    @Test("nobody there") func nobody() async throws {
        #expect(try await verifier(1, "/jwks.json").status(Self.issuer.token(at: Date())) == 503)
    }
}
