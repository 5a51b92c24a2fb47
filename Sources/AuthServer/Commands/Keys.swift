import ArgumentParser

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the signing keys, rotate and export them; with the server running or stopped.",
        subcommands: [KeysList.self, KeysRotate.self, KeysRevoke.self, KeysExport.self])
}
