import AuthServer
import Testing

@Suite("What the system says of the process") struct ProcessStatusTests {
    /// As proc(5) has it: the name in parentheses, then fields 3 to 25.
    private func stat(_ name: String) -> String {
        "123 (\(name)) S 1 123 123 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 9 0 1000 40960000 2500 18446744073709551615\n"
    }

    @Test("is read whatever the program is called", arguments: ["jwks-server", "a b", ") S 9 9", "", "\n"])
    func fields(name: String) throws {
        let status = try #require(ProcessStatus(stat: stat(name), ticks: 100, pageSize: 4_096))
        #expect(status.cpuSeconds == 3 && status.startUptime == 10)
        #expect(status.residentMemory == 10_240_000 && status.virtualMemory == 40_960_000)
    }

    @Test("is nothing where it cannot be read", arguments: ["", "1 (a) S 1 2 3", "1 a S", "1 (a)"])
    func nonsense(text: String) { #expect(ProcessStatus(stat: text, ticks: 100, pageSize: 4_096) == nil) }
}
