import AuthCore
import AuthHTTP
import AuthServer
import Testing

@Suite("CommandFailure") struct CommandFailureTests {
    private struct Surprise: Error, CustomStringConvertible {
        let description = "hunter2"
    }

    @Test(
        "has a line and an exit code for every error",
        arguments: [
            (
                OperatorError.wrongMasterKey,
                "NOT_MY_KEY does not open this database: give the secret that it was made with, or name another database",
                78
            ),
            (OperatorError.refused("the disk is full"), "the disk is full", 1),
            (OperatorError.refused("one\ntwo\r\nthree"), "one two three", 1),
            (OperatorError.refused("\u{1B}[31m\u{7}\u{9B}\u{202E}é"), #"\u001b[31m\u0007\u009b\u202eé"#, 1),
            (OperatorError.masterKeyChanged, "the master key was changed: restart with the new NOT_MY_KEY", 1),
            (
                OperatorError.keyUnreadable(KeyID(7), .forged),
                "key 7 cannot be opened: it was altered or belongs to another row; restore the database from a backup,"
                    + " or delete the key's row: a new key takes its place", 1
            ),
            (OperatorError.damaged("keys.exp of kid 7 is text"), "keys.exp of kid 7 is text", 1),
            (AuthError.usernameTaken, "this username is taken", 1),
            (
                AuthError.invalidRequest("there is no password on standard input"),
                "there is no password on standard input", 1
            ),
            (AuthError.unavailable("timeout"), "the database did not answer: timeout", 1),
            (
                ListenError.portInUse(host: "::1", port: 80), "port 80 on ::1 is in use: choose another with JWKS_PORT",
                1
            ),
            (ListenError.notAllowed(port: 80), "port 80 needs privileges: choose one above 1023 with JWKS_PORT", 78),
            (ListenError.unknownHost("a"), "JWKS_HOST is \"a\": give an address of this machine", 78),
            (
                ListenError.other(host: "a", port: 1, reason: "no"),
                "cannot listen on a:1 (JWKS_HOST, JWKS_PORT): no", 78
            ),
            (Surprise(), "unexpected failure: Surprise", 1),
        ] as [(any Error, String, Int32)])
    func table(_ error: any Error, _ line: String, _ code: Int32) {
        let failure = CommandFailure(error)
        #expect(failure.line == line && failure.exitCode == code)
    }

    @Test("calls a wrong setting a wrong configuration") func setting() {
        #expect {
            _ = try settings(["JWKS_PORT": "http"])
        } throws: { error in
            let failure = CommandFailure(error)
            return failure.exitCode == 78
                && failure.line == "JWKS_PORT is \"http\": give a whole number from 0 to 65535"
        }
    }
}
