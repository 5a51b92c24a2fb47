import ArgumentParser

struct Clients: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manage OAuth clients: who may ask for tokens.",
        subcommands: [
            ClientsCreate.self, ClientsList.self, ClientsShow.self, ClientsCheck.self, ClientsUpdate.self,
            ClientsRotateSecret.self, ClientsDisable.self, ClientsEnable.self, ClientsDelete.self,
        ])
}
