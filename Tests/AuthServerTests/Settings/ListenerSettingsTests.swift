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
}
