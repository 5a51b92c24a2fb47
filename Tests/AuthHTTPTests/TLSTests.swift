import AuthCore
import AuthHTTP
import AuthTestSupport
import NIOSSL
import Testing

@Suite("A port that speaks TLS", .timeLimit(.minutes(1)))
struct TLSTests {
    private static func certificate() throws -> CurrentCertificate {
        CurrentCertificate(try CertificatePair(TestCertificates.one, TestCertificates.oneKey))
    }

    private static let last = RawRequest.get("/nothing", ["Connection: close"])

    @Test(
        "gives the answers of one that does not, to the byte, on the fast path and off it",
        arguments: [TLSVersion.tlsv12, .tlsv13])
    func equality(version: TLSVersion) async throws {
        try await TestServer.with { plain in
            try await TestServer.with(.init(certificate: try Self.certificate())) { encrypted in
                let tag = try #require(plain.keyRing.current?.set.entityTag)
                #expect(encrypted.keyRing.current?.set.entityTag == tag)
                for request in FastRequest.all {
                    let bytes = request.bytes(tag) + (request.closes ? [] : Self.last)
                    let outside = try plain.connect()
                    try await outside.send(bytes)
                    let inside = try await TLSConnection.open(port: encrypted.port, version: version)
                    try await inside.send(bytes)
                    let (expected, answer) = (try await outside.rest(), await inside.rest())
                    #expect(maskingDates(answer) == maskingDates(expected), "\(request.testDescription)")
                    await inside.close()
                }
                let fast = Int64(FastRequest.all.count { $0.isFast })
                #expect(plain.fastAnswers == fast && encrypted.fastAnswers == fast)
            }
        }
    }

    @Test("answers in order what comes byte by byte, each in a record of its own")
    func records() async throws {
        try await TestServer.with(.init(certificate: try Self.certificate())) { server in
            let connection = try await TLSConnection.open(port: server.port)
            for target in ["/ping", "/.well-known/jwks.json", "/ping?x", "/ping", "/nothing"] {
                for byte in RawRequest.get(target) { try await connection.send([byte]) }
                #expect(try await connection.response().status == (target == "/nothing" ? 404 : 200))
            }
            try await connection.send(RawRequest.logIn("alice", "password of alice"))
            #expect(try await connection.response(to: "POST").status == 200)
            await connection.close()
        }
    }

    @Test("answers all that was asked before the client said close_notify", arguments: ["/ping", "/ping?x"])
    func halfClose(target: String) async throws {
        try await TestServer.with(.init(certificate: try Self.certificate())) { server in
            let connection = try await TLSConnection.open(port: server.port)
            try await connection.send((1...300).flatMap { _ in RawRequest.get(target) })
            try await connection.finishSending()
            var answers = await connection.rest()
            var count = 0
            while RawResponse(takingFrom: &answers, to: "GET") != nil { count += 1 }
            #expect(count == 300 && answers.isEmpty)
            await connection.close()
        }
    }

    @Test("gives new connections the new certificate, and leaves old ones what they have")
    func renewal() async throws {
        let certificate = try Self.certificate()
        try await TestServer.with(.init(certificate: certificate)) { server in
            let old = try await TLSConnection.open(port: server.port)
            #expect(old.serial.last == 0xA1)
            certificate.replace(with: try CertificatePair(TestCertificates.two, TestCertificates.twoKey))
            let new = try await TLSConnection.open(port: server.port)
            #expect(new.serial.last == 0xB2)
            for connection in [old, new] {
                try await connection.send(RawRequest.get("/ping"))
                #expect(try await connection.response().status == 200)
                await connection.close()
            }
        }
    }

    @Test("says to plain HTTP that it speaks TLS")
    func plainHTTP() async throws {
        try await TestServer.with(.init(certificate: try Self.certificate())) { server in
            let connection = try server.connect()
            try await connection.send(RawRequest.get("/ping") + RawRequest.get("/ping"))
            let answer = try await connection.response()
            #expect(answer.status == 400 && answer.errorCode == "invalid_request" && answer.text.contains("https"))
            #expect(try await connection.rest().isEmpty)
            #expect(server.fastAnswers == 0)
        }
    }

    @Test(
        "ends what is neither",
        arguments: [
            [0], [0xFF, 0xFF], Array("get /".utf8), [0x16, 3, 1, 0, 4, 0xFF, 0, 0, 0], [0x16, 9, 9, 9, 9, 9],
        ])
    func noise(bytes: [UInt8]) async throws {
        try await TestServer.with(.init(certificate: try Self.certificate())) { server in
            let connection = try server.connect()
            try await connection.send(bytes)
            // An alert of seven bytes at most.
            #expect(try await connection.rest().count <= 7)
        }
    }
}
