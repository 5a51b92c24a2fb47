import AuthServer
import Testing

@Suite("UnknownCommand") struct UnknownCommandTests {
    @Test(
        "is told with the nearest one and all that there are",
        arguments: [
            (
                ["srve"],
                "srve is not a command: did you mean serve? the commands are serve, users, sessions, clients, resources,"
                    + " keys, master-key, migrate, backup, restore, doctor, audit, config"
            ),
            (
                ["keys", "lst", "--json"],
                "keys lst is not a command: did you mean keys list? the commands are list, rotate, revoke, export"
            ),
            (
                ["master-key", "change"],
                "master-key change is not a command: did you mean master-key rotate? the commands are rotate"
            ),
            (
                ["users", "\u{1B}[list"],
                #"users \u001b[list is not a command: did you mean users list? the commands are create, list, show, update, disable, enable, reset-password, sign-out-everywhere, delete"#
            ),
        ] as [([String], String)])
    func told(_ arguments: [String], _ line: String) { #expect(UnknownCommand(in: arguments)?.line == line) }

    @Test(
        "is none of these",
        arguments: [
            [], ["--port", "1"], ["serve"], ["serve", "extra"], ["keys"], ["keys", "list", "extra"],
            ["keys", "--help"],
            ["help"], ["help", "keys"], ["--version"], ["master-key", "rotate"], ["users", "create"],
            ["clients", "create"],
        ])
    func known(_ arguments: [String]) { #expect(UnknownCommand(in: arguments) == nil) }
}
