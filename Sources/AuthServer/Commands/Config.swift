import ArgumentParser

struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the settings, without starting anything.",
        subcommands: [ConfigCheck.self, ConfigPrint.self])
}
