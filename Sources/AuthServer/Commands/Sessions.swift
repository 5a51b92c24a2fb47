import ArgumentParser

struct Sessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the browsers that are signed in; with the server running or stopped.",
        subcommands: [SessionsList.self])
}
