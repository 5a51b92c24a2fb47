package import AuthCore

/// What `config print` answers.
package struct ConfigPrintReport: CommandReport {
    private let listing: [SettingListing]

    /// - Parameter listing: the settings, in the order in which they are shown.
    package init(_ listing: [SettingListing]) { self.listing = listing }

    /// A table. What was set may hold anything: a control character is shown as `\u001b`.
    package var lines: [String] {
        alignedLines(
            [["SETTING", "VALUE", "SOURCE"]]
                + listing.map { setting in
                    [setting.name, setting.value, setting.source].map { text in
                        text.isEmpty ? "-" : text.escapingControlCharacters()
                    }
                })
    }

    /// `{"settings":[{"name":"…","value":"…","source":"…"}]}`.
    package var json: [(name: String, value: JSONValue)] {
        let settings = listing.map { setting in
            JSONValue.object([
                ("name", .string(setting.name)), ("value", .string(setting.value)), ("source", .string(setting.source)),
            ])
        }
        return [("settings", .array(settings))]
    }
}
