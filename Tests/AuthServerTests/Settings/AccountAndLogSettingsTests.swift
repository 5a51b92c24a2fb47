import AuthServer
import Logging
import Testing

@Suite("Settings of accounts") struct AccountSettingsTests {
    @Test(
        "open registration or close it",
        arguments: [
            ([:], true), (["JWKS_REGISTRATION": "open"], true),
            (["JWKS_REGISTRATION": "closed"], false),
        ])
    func registration(_ environment: [String: String], _ isOpen: Bool) throws {
        #expect(try settings(environment).accounts.registrationIsOpen == isOpen)
    }

    @Test(
        "let generated passwords be used or changed first",
        arguments: [
            ([:], false), (["JWKS_CHANGE_GENERATED_PASSWORDS": "false"], false),
            (["JWKS_CHANGE_GENERATED_PASSWORDS": "TRUE"], true),
        ])
    func generated(_ environment: [String: String], _ mustChange: Bool) throws {
        #expect(try settings(environment).accounts.generatedMustChange == mustChange)
    }

    @Test("refuse anything between") func ajar() {
        #expect(refusal(["JWKS_REGISTRATION": "ajar"]) == "JWKS_REGISTRATION is \"ajar\": choose one of open, closed")
    }
}

@Suite("Settings of the log") struct LogSettingsTests {
    @Test("have defaults") func defaults() throws {
        let logging = try settings().logging
        #expect(logging.level == .info && logging.format == .text)
    }

    @Test("take every level, in upper or lower case", arguments: Logger.Level.allCases)
    func level(_ level: Logger.Level) throws {
        #expect(try settings(["JWKS_LOG_LEVEL": level.rawValue]).logging.level == level)
        #expect(try settings(["JWKS_LOG_LEVEL": level.rawValue.uppercased()]).logging.level == level)
    }

    @Test("take JSON") func json() throws {
        #expect(try settings(["JWKS_LOG_FORMAT": "json"]).logging.format == .json)
    }

    @Test(
        "refuse others",
        arguments: [
            ("JWKS_LOG_LEVEL", "loud", "choose one of trace, debug, info, notice, warning, error, critical"),
            ("JWKS_LOG_FORMAT", "xml", "choose one of text, json"),
        ])
    func malformed(_ name: String, _ text: String, _ remedy: String) {
        #expect(refusal([name: text]) == "\(name) is \"\(text)\": \(remedy)")
    }
}
