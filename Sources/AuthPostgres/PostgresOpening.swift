import AuthCore
package import AuthSQL

extension PostgresStore {
    /// What the database holds about keys, read without changing or creating anything.
    /// - Throws: ``OperatorError/refused(_:)`` with one line for the operator.
    package static func peek(_ address: PostgresAddress) throws -> KeyStorePeek {
        try withDedicatedConnection(address) { connection in try PostgresDriver(connection, .read).peek() }
    }

    /// Works on a connection of its own, for which an operator waits.
    static func withDedicatedConnection<Result>(
        _ address: PostgresAddress, _ body: (PostgresConnection) throws -> Result
    ) throws -> Result {
        do {
            let connection = try PostgresConnection(to: address, timeout: .seconds(10))
            return try body(connection)
        } catch let failure as PostgresFailure {
            throw OperatorError.refused("JWKS_DATABASE names \(address), which cannot be used: \(failure.reason)")
        }
    }
}
