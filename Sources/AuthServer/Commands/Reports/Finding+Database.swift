package import AuthCore
package import AuthSQL

extension Finding {
    /// Of so many accounts the numbers are told.
    private static let named = 5
    /// SQLite 3.51.3 mends a fault that earlier versions have where two connections write and checkpoint at once.
    private static let wantedSQLite = [3, 51, 3]

    /// Every key was opened: what there is, and what somebody else deleted.
    package static func keys(_ contents: KeyStoreContents) -> [Finding] {
        let keys = contents.keys.map { "\($0.id) \($0.lifecycle?.state.rawValue ?? "of the original")" }
        var findings = [Finding("keys", .ok, "every key opens: \(keys.joined(separator: ", "))")]
        let lifecycles = contents.lifecycles
        if !lifecycles.isEmpty, !lifecycles.contains(where: { $0.state == .active && $0.algorithm == .rs256 }) {
            findings.append(Finding("keys", .wrong, "no key signs RS256: start the server, which makes one"))
        }
        let torn = contents.statesWithoutKey + contents.keys.filter { $0.lifecycle == nil }.map(\.id)
        if !lifecycles.isEmpty, !torn.isEmpty {
            findings.append(
                Finding(
                    "keys", .warning,
                    "half of key \(torn.map(\.description).joined(separator: ", ")) was deleted by somebody else:"
                        + " start the server, which puts that right"))
        }
        return findings
    }

    /// Whether refresh tokens can be read: nothing to say where they can.
    package static func tokenSecrets(
        _ secrets: Result<[SealedTokenSecret], OperatorError>, _ sealer: KeySealer?
    ) -> [Finding] {
        do {
            for secret in try secrets.get() { _ = try sealer?.open(secret) }
            return []
        } catch {
            return [Finding("keys", .wrong, "\(error)")]
        }
    }

    /// The file as a whole, and what reads it.
    /// - Parameter user: who else has it open.
    package static func database(_ examination: DatabaseExamination, place: String, user: String?) -> [Finding] {
        let use = user.map { ", open in \($0)" } ?? ""
        let state =
            examination.damage.map { damage in
                Finding("database", .wrong, "\(place) is damaged (\(damage)): restore it from a backup")
            } ?? Finding("database", .ok, "\(place)\(use)")
        return [state, version(examination.version)]
    }

    private static func version(_ version: String) -> Finding {
        let numbers = version.split { !$0.isNumber }.map { Int($0) ?? 0 }
        guard version.hasPrefix("SQLite"), numbers.lexicographicallyPrecedes(wantedSQLite) else {
            return Finding("versions", .ok, version)
        }
        return Finding(
            "versions", .warning,
            "\(version) has a rare fault where two connections write and checkpoint at once: 3.51.3 or newer has not;"
                + " until then run commands one at a time")
    }

    /// Whether the accounts that were looked at can log in.
    /// - Parameters:
    ///   - canVerify: whether a hash has a form that is known.
    ///   - limit: at most so many were looked at.
    package static func hashes(
        _ hashes: [DatabaseExamination.AccountHash], limit: Int, canVerify: (PasswordHash) -> Bool
    ) -> Finding {
        let unreadable = hashes.filter { !canVerify($0.hash) }.map(\.user)
        let looked = hashes.count < limit ? "all \(hashes.count) accounts" : "the youngest \(hashes.count) accounts"
        guard !unreadable.isEmpty else {
            let text = hashes.count == 1 ? "the hash of the one account" : "the hashes of \(looked)"
            return Finding("passwords", .ok, "\(text) can be read")
        }
        let rest = unreadable.count > named ? " and \(unreadable.count - named) more" : ""
        return Finding(
            "passwords", .wrong,
            "nobody can log in to account \(unreadable.prefix(named).map(String.init).joined(separator: ", "))\(rest):"
                + " restore users.password_hash from a backup")
    }
}
