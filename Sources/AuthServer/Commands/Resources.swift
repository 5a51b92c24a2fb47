import ArgumentParser

struct Resources: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manage resources: for whom access tokens are meant.",
        subcommands: [ResourcesAdd.self, ResourcesList.self, ResourcesRemove.self])
}
