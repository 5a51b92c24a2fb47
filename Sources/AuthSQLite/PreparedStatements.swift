import AuthSQL
import GRDB

/// The statements that a connection has prepared, for as long as somebody has it to himself. GRDB keeps them as long as the
/// connection lives, and finds them by their texts, which takes longer than to carry out what many of them say.
final class PreparedStatements {
    private let db: Database
    private var found: [Int: PreparedStatement] = [:]

    init(_ db: Database) { self.db = db }

    func callAsFunction(_ statement: SQLStatement) throws -> PreparedStatement {
        if let prepared = found[statement.number] { return prepared }
        let prepared = PreparedStatement(try db.cachedStatement(sql: statement.sqlite))
        found[statement.number] = prepared
        return prepared
    }
}
