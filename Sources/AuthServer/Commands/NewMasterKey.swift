import AuthCore
import Foundation

/// The secret that `master-key rotate` changes to. It is never one that nothing keeps: what is not in a file already is
/// written where the old one came from.
struct NewMasterKey {
    /// What the keys are to be sealed under.
    let secret: Secret
    private let replacement: SecretReplacement?

    /// Takes NOT_MY_KEY_NEW or its file; makes one where there is none and a place to keep it, which nobody else changes
    /// from now on.
    /// - Throws: ``SettingsError`` where it would be kept nowhere, ``OperatorError/refused(_:)`` while another one is
    ///   put there.
    init(_ reader: SettingsReader) throws {
        let given = reader.place(of: .newMasterKey)
        _ = try reader.required(.masterKey)
        switch (reader.place(of: .masterKey), given) {
        case (_, .file), (.environment, .environmentFile):
            secret = try reader.required(.newMasterKey)
            replacement = nil
        case (.environment, _), (nil, _):
            throw SettingsError(
                "the new secret would be kept nowhere: put it in a file, (umask 077; openssl rand -base64 32 >new.key),"
                    + " and name that in NOT_MY_KEY_NEW_FILE")
        case (let place?, _):
            let text =
                try reader.secret(.newMasterKey)?.withBytes { String(decoding: $0, as: UTF8.self) } ?? Self.generated()
            let replacement = SecretReplacement(at: place, by: text)
            try replacement.lock()
            secret = Secret(text)
            self.replacement = replacement
        }
    }

    /// Where it is once ``keep()`` has returned; nil where the operator put it there.
    var place: String? { replacement?.path }

    /// Writes it down beside the old one: from then on, one of the two files opens the database, whatever happens.
    func writeDown() throws { try replacement?.writeDown() }

    /// Puts it in the place of the old one.
    func keep() throws { try replacement?.keep() }

    private static func generated() -> String {
        var generator = SystemRandomNumberGenerator()
        return Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }).base64EncodedString()
    }
}
