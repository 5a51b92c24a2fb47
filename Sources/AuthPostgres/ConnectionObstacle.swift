import AuthCore
import CLibPQ

/// Why there is no connection, as far as it matters to whoever would try again.
enum ConnectionObstacle: Equatable {
    /// Nobody answers, the server is starting or stopping, or it is not known.
    case away
    /// There are too many already.
    case shortage
    /// It was accepted and nothing came after that: a pooler lets callers wait for their turn.
    case queued
    /// Who we are, or what we ask for, is refused.
    case refusal

    /// - Parameter state: SQLSTATE of the refusal; nil where nothing was answered.
    init(state: String?, reason: String) {
        switch state {
        // PgBouncer has one state for everything.
        case let state? where state.hasPrefix("53") || reason.contains("max_client_conn"): self = .shortage
        // Not who, not here, not allowed, not known.
        case let state? where ["28", "3D", "42", "0A"].contains { state.hasPrefix($0) }: self = .refusal
        default: self = .away
        }
    }
}

extension PostgresConnection {
    /// A refusal comes at once; who waited for nobody does not wait a second time.
    private static let promptly: Duration = .seconds(1)

    /// What became of an attempt that has just failed. To learn the SQLSTATE it is made once more, because libpq tells that
    /// in no other way and words depend on the server's language; if it succeeds now there is a connection.
    func connectionFailure(after time: Duration) -> PostgresFailure {
        let reason = Self.lines(PQerrorMessage(handle)).joined(separator: "; ")
        var state: String?
        if time < Self.promptly {
            PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
            PQreset(handle)
            state = Self.state(in: Self.lines(PQerrorMessage(handle)))
            PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
        }
        let obstacle =
            PQconnectionNeedsPassword(handle) == 1 ? .refusal : ConnectionObstacle(state: state, reason: reason)
        return PostgresFailure(kind: .notConnected(obstacle), reason: reason)
    }

    /// The last one counts: to the next of several hosts libpq only goes on where that may help.
    private static func state(in lines: [Substring]) -> String? {
        lines.compactMap { line in
            line.split(separator: ":").map { $0.drop { $0 == " " } }.first { part in
                part.utf8.count == 5 && part.contains { ("0"..."9").contains($0) }
                    && part.allSatisfy { ("0"..."9").contains($0) || ("A"..."Z").contains($0) }
            }
        }.last.map { String($0) }
    }

    private static func lines(_ text: UnsafePointer<CChar>?) -> [Substring] {
        text.map { String(cString: $0).split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) } } ?? []
    }
}
