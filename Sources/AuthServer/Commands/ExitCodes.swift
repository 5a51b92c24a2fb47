import ArgumentParser
import AuthCore
import AuthHTTP
import AuthPostgres

/// What a command that failed says and how it ends: the one table from errors to lines and exit codes. Wrong usage is
/// ArgumentParser's: 64.
package struct CommandFailure: Equatable, Sendable {
    /// One line for stderr, without the program's name and without a control character.
    package let line: String
    /// 78 for a wrong configuration (EX_CONFIG of sysexits.h), 1 otherwise.
    package let exitCode: Int32

    /// Looks `error` up. Of one that nobody foresaw only the type is told: its text may hold anything.
    package init(_ error: any Error) {
        let (text, code): (String, Int32) =
            switch error {
            case let error as SettingsError: (error.description, 78)
            case let error as MissingLibrary: (error.description, 78)
            case OperatorError.wrongMasterKey:
                (
                    "NOT_MY_KEY does not open this database: give the secret that it was made with, or name another"
                        + " database", 78
                )
            case OperatorError.masterKeyChanged: ("the master key was changed: restart with the new NOT_MY_KEY", 1)
            case let error as OperatorError: (error.description, 1)
            case let error as ListenError: (error.remedy(host: "JWKS_HOST", port: "JWKS_PORT"), error.exitCode)
            case let error as MetricsListener.Failure:
                (error.reason.remedy(host: "JWKS_METRICS_HOST", port: "JWKS_METRICS_PORT"), error.reason.exitCode)
            case let error as AuthError: (error.description, 1)
            default: ("unexpected failure: \(type(of: error))", 1)
            }
        line = text.split(whereSeparator: \.isNewline).joined(separator: " ").escapingControlCharacters()
        exitCode = code
    }
}

/// Runs a command; whatever it throws becomes one line on stderr and an exit code.
func withExitCode(_ command: () async throws -> Void) async throws {
    do {
        try await command()
    } catch let code as ExitCode {
        throw code
    } catch {
        let failure = CommandFailure(error)
        await CommandOutput.report("jwks-server: \(failure.line)")
        throw ExitCode(failure.exitCode)
    }
}

extension ListenError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .portInUse: 1
        case .notAllowed, .unknownHost, .other: 78
        }
    }

    /// - Parameters:
    ///   - hostSetting: that the address comes from.
    ///   - portSetting: that the port comes from.
    fileprivate func remedy(host hostSetting: String, port portSetting: String) -> String {
        switch self {
        case .portInUse(let host, let port): "port \(port) on \(host) is in use: choose another with \(portSetting)"
        case .notAllowed(let port): "port \(port) needs privileges: choose one above 1023 with \(portSetting)"
        case .unknownHost(let host): "\(hostSetting) is \"\(host)\": give an address of this machine"
        case .other(let host, let port, let reason):
            "cannot listen on \(host):\(port) (\(hostSetting), \(portSetting)): \(reason)"
        }
    }
}
