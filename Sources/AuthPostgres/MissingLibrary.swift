/// PostgreSQL is asked for, and the library that speaks to it is not there or lacks a function.
package struct MissingLibrary: Error, Equatable, CustomStringConvertible {
    /// In the words of the system's loader, which name the library.
    let reason: String

    /// One line for the operator, who chose the database.
    package var description: String {
        "JWKS_DATABASE or --to names PostgreSQL, for which libpq of PostgreSQL 14 or newer has to be installed (apt-get"
            + " install libpq5): \(reason)"
    }
}
