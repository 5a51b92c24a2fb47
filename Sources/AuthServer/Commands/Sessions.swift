import ArgumentParser

struct Sessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Look at the browsers that are signed in, end it, and see who is told; with the server running or stopped.",
        subcommands: [SessionsList.self, SessionsEnd.self, SessionsLogouts.self])
}
