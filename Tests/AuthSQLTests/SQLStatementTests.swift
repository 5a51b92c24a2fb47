import AuthSQL
import Testing

@Suite("SQLStatement") struct SQLStatementTests {
    @Test(
        "numbers its values for PostgreSQL, and leaves them to SQLite as they are",
        arguments: [
            ("SELECT 1", "SELECT 1"), ("SELECT ?", "SELECT $1"), ("? + ? + ?", "$1 + $2 + $3"),
            ("a = ? AND b = ?", "a = $1 AND b = $2"), ("", ""),
            ("?2 + ?1 + ?2", "$2 + $1 + $2"), ("a = ?12", "a = $12"),
        ])
    func placeholders(_ text: String, _ numbered: String) {
        let statement = SQLStatement(text)
        #expect(statement.sqlite == text)
        #expect(statement.postgres == numbered)
    }
}
