import ArgumentParser

struct Users: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manage accounts; with the server running or stopped.",
        subcommands: [
            UsersCreate.self, UsersList.self, UsersShow.self, UsersUpdate.self, UsersDisable.self,
            UsersEnable.self, UsersResetPassword.self, UsersSignOutEverywhere.self, UsersDelete.self,
        ])
}
