import AuthHTTP
import Testing

@Suite("A server that cannot listen", .timeLimit(.minutes(1)))
struct ListenErrorTests {
    @Test("says so before it starts, where the port is in use")
    func portInUse() async throws {
        try await TestServer.with { server in
            #expect(throws: ListenError.portInUse(host: "127.0.0.1", port: server.port)) {
                try ListenError.check(host: "127.0.0.1", port: server.port)
            }
            let isAlive = try await server.isAlive()
            #expect(isAlive)
        }
    }

    @Test("says so when it starts, where the port was taken in the meantime")
    func portTaken() async throws {
        try await TestServer.with { server in
            let port = server.port
            await #expect(throws: ListenError.portInUse(host: "127.0.0.1", port: port)) {
                try await TestServer.with(.init(port: port)) { _ in Issue.record("two servers listen on one port") }
            }
            let isAlive = try await server.isAlive()
            #expect(isAlive)
        }
    }

    // 192.0.2.0/24 is for documentation (RFC 5737): no machine has an address of it.
    @Test("says so, where the address is not one of this machine")
    func unknownHost() {
        #expect(throws: ListenError.unknownHost("192.0.2.1")) { try ListenError.check(host: "192.0.2.1", port: 8_080) }
    }

    @Test("has nothing to say where the system chooses the port, and leaves no trace where it is free")
    func free() async throws {
        try ListenError.check(host: "127.0.0.1", port: 0)
        // The port of a server that has just stopped is free, whatever its last connections are doing.
        let port = Port()
        try await TestServer.with { server in
            _ = try await server.isAlive()
            await port.set(server.port)
        }
        let freed = await port.number
        try ListenError.check(host: "127.0.0.1", port: freed)
        try ListenError.check(host: "127.0.0.1", port: freed)
        try await TestServer.with(.init(port: freed)) { server in #expect(server.port == freed) }
    }

    /// Carries a number out of a closure.
    private actor Port {
        private(set) var number = 0

        func set(_ number: Int) { self.number = number }
    }
}
