import ArgumentParser

struct Sessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List sessions, end them; see who could not be told.",
        subcommands: [SessionsList.self, SessionsEnd.self, SessionsLogouts.self])
}
