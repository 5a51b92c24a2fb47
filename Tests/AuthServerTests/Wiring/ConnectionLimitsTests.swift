import AuthHTTP
import AuthServer
import Testing

@Suite("Limits of connections") struct ConnectionLimitsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var wanted: Int?
        var perAddress: Int?
        var isEncrypted = false
        var files = 1_024
        var memoryMiB = 8_192
        let limit: Int
        let share: Int?

        var testDescription: String { "\(wanted.map(String.init) ?? "-") with \(files) files, \(memoryMiB) MiB" }
    }

    @Test(
        "follow from the settings, the limit of open files and the memory",
        arguments: [
            // Nothing set: most files are for connections, and an address gets a quarter of them, or 1,024.
            Case(limit: 960, share: 240), Case(files: 524_288, limit: 65_536, share: 1_024),
            Case(files: 4, limit: 2, share: 1), Case(wanted: 100, limit: 100, share: 25),
            Case(wanted: 1, limit: 1, share: 1), Case(perAddress: 10, limit: 960, share: 10),
            Case(perAddress: 0, limit: 960, share: nil), Case(wanted: 100, perAddress: 500, limit: 100, share: 500),
            // No more than files allow, whatever is wanted.
            Case(wanted: 5_000, limit: 960, share: 240),
            // A quarter of the memory, unless more is wanted.
            Case(files: 524_288, memoryMiB: 64, limit: 4_096, share: 1_024),
            Case(isEncrypted: true, files: 524_288, memoryMiB: 512, limit: 4_096, share: 1_024),
            Case(isEncrypted: true, files: 524_288, limit: 65_536, share: 1_024),
            Case(wanted: 9_000, isEncrypted: true, files: 524_288, memoryMiB: 512, limit: 9_000, share: 1_024),
            Case(files: 1_024, memoryMiB: 0, limit: 1, share: 1),
        ])
    func limits(_ one: Case) {
        let host = HostResources(cores: 1, memoryKiB: one.memoryMiB * 1_024)
        let limit = host.connectionLimit(
            one.wanted, perAddress: one.perAddress, isEncrypted: one.isEncrypted, files: one.files)
        #expect(limit.limit == one.limit && limit.perAddress == one.share)
    }
}
