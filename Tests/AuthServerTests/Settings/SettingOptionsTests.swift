import ArgumentParser
import AuthServer
import Foundation
import Testing

@Suite("The settings as options") struct SettingOptionsTests {
    @Test("are one for each setting, which is its variable in lower case", arguments: Settings.definitions.map(\.name))
    func each(_ name: String) throws {
        let option = "--" + name.dropFirst(5).lowercased().replacing("_", with: "-")
        #expect(try SettingOptions.parse([option, "some value"]).given == [name: "some value"])
    }

    @Test("are none that was not given") func none() throws { #expect(try SettingOptions.parse([]).given == [:]) }

    @Test("are not there for secrets", arguments: ["--not-my-key", "--key-encryption-key", "--database-file"])
    func secrets(_ option: String) {
        #expect(throws: (any Error).self) { _ = try SettingOptions.parse([option, "secret"]) }
    }

    @Test("say in their help which variable they are") func help() {
        let help = SettingOptions.helpMessage(columns: 1_000)
        for definition in Settings.definitions {
            #expect(help.contains("\(definition.help) (\(definition.name))."))
        }
    }

    @Test("stand in the manual, each with its variable") func manual() throws {
        let manual = URL(filePath: #filePath).appending(path: "../../../../docs/operations.md").standardized
        let text = try String(contentsOf: manual, encoding: .utf8)
        for definition in Settings.definitions { #expect(text.contains("`\(definition.name)`")) }
    }
}
