import AuthServer
import Testing

@Suite("The service manager") struct ServiceManagerTests {
    @Test(
        "is told half as often as it waits, where it waits for this process",
        arguments: [
            ([:], nil),
            (["WATCHDOG_USEC": "30000000"], .seconds(15)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"], .seconds(15)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"], nil),
            (["WATCHDOG_USEC": "3"], .microseconds(1)),
            (["WATCHDOG_USEC": "1"], nil),
            (["WATCHDOG_USEC": "0"], nil),
            (["WATCHDOG_USEC": "-30000000"], nil),
            (["WATCHDOG_USEC": "soon"], nil),
        ] as [([String: String], Duration?)])
    func watchdog(environment: [String: String], interval: Duration?) throws {
        #expect(try ServiceManager(environment: environment, processID: 42).watchdogInterval == interval)
    }

    @Test(
        "hands nothing over that is for another process",
        arguments: [
            [:],
            ["LISTEN_FDS": "2"],
            ["LISTEN_PID": "43", "LISTEN_FDS": "2"],
            ["LISTEN_PID": "42", "LISTEN_FDS": "0"],
        ] as [[String: String]])
    func nothingInherited(environment: [String: String]) throws {
        #expect(try ServiceManager(environment: environment, processID: 42).inheritedSocket == nil)
    }

    @Test("is told what is wrong with several sockets", arguments: ["2", "many", "-1"])
    func severalSockets(count: String) {
        #expect {
            try ServiceManager(environment: ["LISTEN_PID": "42", "LISTEN_FDS": count], processID: 42)
        } throws: { "\($0)".contains("LISTEN_FDS is \(count)") }
    }

    @Test(
        "is not told anything where its socket is none, and nobody is told that it was",
        arguments: ["", "/", "@", "relative", "vsock:2:1234", "/" + String(repeating: "x", count: 200)])
    func noSocket(name: String) async throws {
        let manager = try ServiceManager(environment: ["NOTIFY_SOCKET": name], processID: 42)
        #expect(await manager.isListening(host: "127.0.0.1", port: 8_080))
    }

    @Test("that is gone is known to be", arguments: ["/nowhere/at/all", "@nobody-has-this-name"])
    func goneSocket(name: String) async throws {
        let manager = try ServiceManager(environment: ["NOTIFY_SOCKET": name], processID: 42)
        #expect(await !manager.isListening(host: "127.0.0.1", port: 8_080))
    }
}
