import ArgumentParser
import AuthCore
import AuthHTTP
import Foundation

/// Runs a command; whatever it throws becomes one line on stderr and an exit code: 78 for a wrong configuration
/// (EX_CONFIG of sysexits.h), 1 otherwise. Wrong usage is ArgumentParser's: 64.
func reportingFailure<Result>(_ command: () async throws -> Result) async throws -> Result {
    do {
        return try await command()
    } catch let error as SettingsError {
        throw report(error.description, code: 78)
    } catch AuthError.wrongMasterKey {
        throw report(AuthError.wrongMasterKey.description, code: 78)
    } catch let error as ListenError {
        throw report(error.remedy, code: error.isConfiguration ? 78 : 1)
    } catch let error as AuthError {
        throw report(error.description, code: 1)
    } catch let code as ExitCode {
        throw code
    } catch {
        throw report("unexpected failure: \(type(of: error))", code: 1)
    }
}

private func report(_ line: String, code: Int32) -> ExitCode {
    let oneLine = line.split(whereSeparator: \.isNewline).joined(separator: " ")
    FileHandle.standardError.write(Data("jwks-server: \(oneLine)\n".utf8))
    return ExitCode(code)
}

extension ListenError {
    fileprivate var isConfiguration: Bool {
        switch self {
        case .portInUse: false
        case .notAllowed, .unknownHost, .other: true
        }
    }

    fileprivate var remedy: String {
        switch self {
        case .portInUse(let host, let port): "port \(port) on \(host) is in use: choose another with JWKS_PORT"
        case .notAllowed(let port): "port \(port) needs privileges: choose one above 1023 with JWKS_PORT"
        case .unknownHost(let host): "JWKS_HOST is \"\(host)\": give an address of this machine"
        case .other(let host, let port, let reason):
            "cannot listen on \(host):\(port) (JWKS_HOST, JWKS_PORT): \(reason)"
        }
    }
}
