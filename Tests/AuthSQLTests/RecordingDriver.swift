import AuthSQL
import Synchronization

/// A driver without a database: answers no rows, and remembers what it was asked for and in which way.
final class RecordingDriver: SQLDriver, Sendable {
    enum Call: Equatable {
        case run(String)
        case fetch(String)
        case change(String)
        case lock(SQLLock)
        case noteErasure
    }

    static let dialect = Dialect.postgres

    private let state = Mutex<[Call]>([])

    var calls: [Call] { state.withLock { $0 } }

    private func note(_ call: Call) { state.withLock { $0.append(call) } }

    /// The verb and the table: enough to tell the statements of a test apart.
    private func name(_ statement: SQLStatement) -> String {
        let words = statement.postgres.split(whereSeparator: \.isWhitespace).map(String.init)
        let table = words.firstIndex { ["INTO", "UPDATE", "FROM"].contains($0) }.map { words[$0 + 1] } ?? ""
        return "\(words.first ?? "") \(table)"
    }

    func run(_ statement: SQLStatement, values: [SQLValue]) { note(.run(name(statement))) }

    func fetch(_ statement: SQLStatement, values: [SQLValue]) -> [SQLRow] {
        note(.fetch(name(statement)))
        return []
    }

    func change(_ statement: SQLStatement, values: [SQLValue]) -> Int {
        note(.change(name(statement)))
        return 1
    }

    func lock(_ lock: SQLLock) { note(.lock(lock)) }

    func noteErasure() { note(.noteErasure) }

    static func violatedConstraint(_ error: any Error) -> String? { nil }
}
