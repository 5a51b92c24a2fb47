import AuthCore
import AuthHTTP
import AuthTestSupport
import Foundation
import Synchronization
import Testing

@Suite("What the server asks others", .timeLimit(.minutes(1)))
struct GuardedHTTPClientTests {
    private static let loopback = OutgoingAddresses(allowing: AddressRanges("127.0.0.0/8 ::1") ?? .none)

    private static func client(
        _ allowed: OutgoingAddresses = loopback, within limit: Duration = .seconds(20), authorities: String? = nil,
        _ addresses: [String: [String]] = [:]
    ) -> GuardedHTTPClient {
        GuardedHTTPClient(allowing: allowed, within: limit, authorities: authorities) { host in
            (addresses[host] ?? []).compactMap { IPAddress($0) }
        }
    }

    private static func words(_ answers: [Result<OutgoingAnswer, OutgoingFailure>]) -> [String] {
        answers.map { answer in
            switch answer {
            case .success(let answer): "\(answer.status)"
            case .failure(let failure): failure.rawValue
            }
        }
    }

    @Test("goes to the address that was checked, by whatever name, and follows nobody") func answers() async throws {
        try await TestServer.with(.init(issuer: "http://127.0.0.1:1")) { server in
            let client = Self.client(Self.loopback, ["app.example": ["::2", "127.0.0.1"]])
            let answers = await client.ask(
                [
                    "http://127.0.0.1:\(server.port)/nothing", "http://app.example:\(server.port)/token",
                    // It answers 303.
                    "http://app.example:\(server.port)/logout",
                ].map { OutgoingRequest(url: $0, form: "x=1") })
            #expect(Self.words(answers) == ["404", "400", "303"])
        }
    }

    @Test("asks no address that is not allowed, however it is written") func refused() async throws {
        try await TestServer.with { server in
            let client = Self.client(
                OutgoingAddresses(), ["evil.example": ["127.0.0.1", "10.0.0.1"], "none.example": []])
            let hosts = [
                "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "evil.example", "none.example",
                "169.254.169.254",
            ]
            let answers = await client.ask(
                hosts.map { OutgoingRequest(url: "http://\($0):\(server.port)/", form: "") }
                    + ["ftp://a.example/", "http:///x", "nothing"].map { OutgoingRequest(url: $0, form: "") })
            let not = "address_not_allowed"
            #expect(
                Self.words(answers) == [not, not, not, not, not, "no_address", not, "bad_url", "bad_url", "bad_url"])
        }
    }

    @Test("the system's own names lead nowhere that is not allowed", arguments: ["localhost", "2130706433", "0x7f.1"])
    func names(_ host: String) async {
        let client = GuardedHTTPClient(allowing: OutgoingAddresses())
        let answers = await client.ask([OutgoingRequest(url: "http://\(host):1/", form: "")])
        #expect(["address_not_allowed", "no_address"].contains(Self.words(answers)[0]), "\(answers)")
    }

    @Test("a certificate has to be of the name, though an address is dialled") func certificates() async throws {
        let certificate = CurrentCertificate(try CertificatePair(TestCertificates.one, TestCertificates.oneKey))
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pem")
        try Data(TestCertificates.one.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await TestServer.with(.init(certificate: certificate)) { server in
            let names = ["localhost": ["127.0.0.1"], "other.example": ["127.0.0.1"]]
            for (authorities, expected) in [(file.path, ["404", "tls"]), (nil, ["tls", "tls"])] {
                let answers = await Self.client(Self.loopback, authorities: authorities, names).ask(
                    ["localhost", "other.example"].map {
                        OutgoingRequest(url: "https://\($0):\(server.port)/nothing", form: "")
                    })
                #expect(Self.words(answers) == expected)
            }
        }
    }

    @Test("what does not answer fails, and holds up nobody else") func failures() async throws {
        let mute = try RawListener()
        try await TestServer.with { server in
            let answers = await Self.client(within: .milliseconds(500)).ask(
                [
                    "http://127.0.0.1:1/", "http://127.0.0.1:\(mute.port)/", "https://127.0.0.1:\(server.port)/",
                    "http://127.0.0.1:\(server.port)/nothing",
                ].map { OutgoingRequest(url: $0, form: "") })
            #expect(Self.words(answers) == ["unreachable", "timeout", "tls", "404"])
        }
    }

    @Test("a name that takes too long is not waited for") func slowName() async {
        let isOver = Mutex(false)
        let client = GuardedHTTPClient(allowing: Self.loopback, within: .milliseconds(100)) { _ in
            while !isOver.withLock({ $0 }) { usleep(1_000) }
            return []
        }
        let answers = await client.ask([OutgoingRequest(url: "http://slow.example/", form: "")])
        isOver.withLock { $0 = true }
        #expect(Self.words(answers) == ["timeout"])
    }
}

/// A port that takes connections and says nothing.
private struct RawListener: ~Copyable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listens = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(made, address, length) == 0 && listen(made, 8) == 0 && getsockname(made, address, &length) == 0
            }
        }
        try #require(made >= 0 && listens)
        descriptor = made
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
