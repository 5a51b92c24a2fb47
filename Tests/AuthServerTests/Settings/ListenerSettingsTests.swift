import AuthServer
import Testing

@Suite("Settings of the listener") struct ListenerSettingsTests {
    @Test("have defaults") func defaults() throws {
        let listener = try settings().listener
        #expect(listener.host == "127.0.0.1" && listener.port == 8080)
    }

    @Test(
        "are what was set",
        arguments: [
            (["JWKS_HOST": "::1"], "::1", 8080), (["JWKS_PORT": "0"], "127.0.0.1", 0),
            (["JWKS_HOST": "localhost", "JWKS_PORT": "65535"], "localhost", 65_535),
        ])
    func values(_ environment: [String: String], _ name: String, _ port: Int) throws {
        let listener = try settings(environment).listener
        #expect(listener.host == name && listener.port == port)
    }

    @Test("refuse a port that is none", arguments: ["http", "-1", "65536", "80 80", "", " 80", "0x50"])
    func port(_ text: String) {
        #expect(refusal(["JWKS_PORT": text]) == "JWKS_PORT is \"\(text)\": give a whole number from 0 to 65535")
    }

    @Test("refuse no host") func noHost() {
        #expect(refusal(["JWKS_HOST": ""]) == "JWKS_HOST is \"\": give it a value or leave it out")
    }

    @Test("leave the limits of connections to the machine, or name them") func connections() throws {
        let nothing = try settings().listener
        #expect(nothing.connections == nil && nothing.connectionsPerAddress == nil)
        let given = try settings(["JWKS_CONNECTIONS": "2000", "JWKS_CONNECTIONS_PER_ADDRESS": "0"]).listener
        #expect(given.connections == 2_000 && given.connectionsPerAddress == 0)
    }

    @Test("refuse limits that are none", arguments: ["0", "-1", "many", ""]) func noConnections(_ text: String) {
        #expect(
            refusal(["JWKS_CONNECTIONS": text])
                == "JWKS_CONNECTIONS is \"\(text)\": give a whole number from 1 to 1000000")
        guard text != "0" else { return }
        #expect(
            refusal(["JWKS_CONNECTIONS_PER_ADDRESS": text])
                == "JWKS_CONNECTIONS_PER_ADDRESS is \"\(text)\": give a whole number from 0 to 1000000")
    }
}
