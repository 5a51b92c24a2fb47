package import AuthCore
package import AuthSQL

extension PostgresStore {
    /// Looks a database over, changing nothing.
    /// - Parameters:
    ///   - hashes: how many password hashes are read at most.
    ///   - time: what the database's clock is compared with.
    /// - Throws: ``OperatorError/refused(_:)`` where it cannot be used.
    package static func examine(
        _ address: PostgresAddress, hashes: Int, time: any TimeSource
    ) throws -> DatabaseExamination {
        try PostgresFailure.refusing(address) {
            let connection = try ConnectionPair(to: address).working
            let version = try connection.run([.once("SELECT current_setting('server_version')")]).last?.rows().first
            let asked = time.now
            let row = try connection.run([
                .once("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
            ]).last?.rows().first
            let answered = time.now
            let theirs = try row.map { Timestamp(milliseconds: try $0.integer(0, "clock_timestamp")) }
            return DatabaseExamination(
                version: "PostgreSQL \(try version?.text(0, "server_version") ?? "")", damage: nil,
                clockAhead: theirs.map { lead(of: $0, readFrom: asked, to: answered) }, lastWritten: nil,
                hashes: try PostgresDriver(connection, .read).passwordHashes(atMost: hashes))
        }
    }

    /// How far a clock is ahead at the least that was read at some moment between a question and its answer.
    private static func lead(of theirs: Timestamp, readFrom asked: Timestamp, to answered: Timestamp) -> Duration {
        if theirs > answered { return theirs - answered }
        return theirs < asked ? theirs - asked : .zero
    }
}
