import AuthServer
import Testing

@Suite("Settings of metrics") struct MetricsSettingsTests {
    @Test("are off unless a port is set") func off() throws { #expect(try settings().metrics.address == nil) }

    @Test("are on at a port of this machine alone, or at another address") func on() throws {
        let plain = try #require(try settings(["JWKS_METRICS_PORT": "9464"]).metrics.address)
        #expect(plain.host == "127.0.0.1" && plain.port == 9_464)
        let other = try settings(["JWKS_METRICS_PORT": "9464", "JWKS_METRICS_HOST": "10.0.0.1"]).metrics.address
        #expect(other?.host == "10.0.0.1")
    }

    @Test(
        "refuse what is no port of their own",
        arguments: [
            (
                ["JWKS_METRICS_HOST": "127.0.0.1"],
                "JWKS_METRICS_HOST is set and JWKS_METRICS_PORT is not: metrics need a port, or set neither"
            ),
            (
                ["JWKS_METRICS_PORT": "8080"],
                "JWKS_METRICS_PORT and JWKS_PORT are both 8080: metrics need a port of their own"
            ),
            (
                ["JWKS_METRICS_PORT": "9464", "JWKS_PORT": "9464"],
                "JWKS_METRICS_PORT and JWKS_PORT are both 9464: metrics need a port of their own"
            ),
            (["JWKS_METRICS_PORT": "0"], "JWKS_METRICS_PORT is \"0\": give a whole number from 1 to 65535"),
            (["JWKS_METRICS_PORT": ""], "JWKS_METRICS_PORT is \"\": give a whole number from 1 to 65535"),
            (
                ["JWKS_METRICS_PORT": "9464", "JWKS_METRICS_HOST": ""],
                "JWKS_METRICS_HOST is \"\": give it a value or leave it out"
            ),
        ])
    func refused(_ environment: [String: String], _ line: String) { #expect(refusal(environment) == line) }
}
