/// What only an operator can mend: it reaches a command's output or the log, never a client.
///
/// The names of settings are not the core's: `AuthServer` adds them. No case carries a secret.
package enum OperatorError: Error, Equatable {
    /// A stored key cannot be opened or is not where it belongs.
    case keyUnreadable(KeyID, SealedKeyError)
    /// The master key does not open this database.
    case wrongMasterKey
    /// The master key was changed by somebody else: the one that this process has opens nothing any more.
    case masterKeyChanged
    /// A row cannot be read; the text names table, column and row, and what to do.
    case damaged(String)
    /// The command cannot be carried out in the present state; the text says why.
    case refused(String)
}

extension OperatorError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .keyUnreadable(let id, let reason):
            "key \(id) cannot be opened: \(reason.rawValue); restore the database from a backup, or delete the key's row:"
                + " a new key takes its place"
        case .wrongMasterKey: "the master key does not open this database"
        case .masterKeyChanged: "the master key was changed: restart with the new one"
        case .damaged(let reason), .refused(let reason): reason
        }
    }
}
