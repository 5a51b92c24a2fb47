package import AuthCore

/// The name of every secret. Each can be given as `NAME` or as `NAME_FILE`, the path of a file that holds it; none
/// can be given as an option, where every user of the machine would see it.
package enum SecretSetting: String, CaseIterable, Sendable {
    case masterKey = "NOT_MY_KEY"
    case newMasterKey = "NOT_MY_KEY_NEW"

    var fileName: String { rawValue + "_FILE" }

    /// What is said where it has to be set and is not.
    fileprivate var isMissing: String {
        switch self {
        case .masterKey:
            "NOT_MY_KEY is not set: give the secret that protects the keys, in the environment or in .env"
                + " (openssl rand -base64 32 makes one), or name a file that holds it in NOT_MY_KEY_FILE"
        case .newMasterKey:
            "NOT_MY_KEY_NEW is not set: give the new secret there, or a file that holds it in NOT_MY_KEY_NEW_FILE"
        }
    }
}

/// Where a secret was found.
enum SecretPlace: Equatable {
    case environment
    case environmentFile(path: String)
    /// In a file of its own.
    case file(path: String)

    /// nil for the environment, which keeps nothing.
    var path: String? {
        switch self {
        case .environment: nil
        case .environmentFile(let path), .file(let path): path
        }
    }
}

extension SettingsReader {
    /// A secret that has to be set.
    /// - Throws: ``SettingsError`` when it is not, or as ``secret(_:)``.
    package func required(_ setting: SecretSetting) throws -> Secret {
        guard let secret = try secret(setting) else { throw SettingsError(setting.isMissing) }
        return secret
    }
}
