import AuthPostgres
import Logging

extension Logger {
    /// One line for what happened to the connections to PostgreSQL.
    func note(_ event: PostgresEvent) {
        switch event {
        case .waiting(let reason, let left):
            warning(
                "not listening yet: PostgreSQL cannot be used, and is waited for",
                metadata: ["reason": "\(reason)", "gives_up_in": "\(left.settingText)"])
        case .arrived(let time):
            notice("PostgreSQL can be used", metadata: ["waited": "\(time.settingText)"])
        case .shortage(let open, let wanted, let reason):
            warning(
                "PostgreSQL grants fewer connections than wanted: requests share those there are, and more are tried for",
                metadata: ["open": "\(open)", "wanted": "\(wanted)", "reason": "\(reason)"])
        case .complete(let wanted):
            notice("every connection to PostgreSQL is there", metadata: ["open": "\(wanted)"])
        }
    }
}
