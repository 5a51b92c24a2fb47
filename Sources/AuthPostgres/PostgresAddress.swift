import CLibPQ

/// Where the PostgreSQL is: a `postgres://…` URL as libpq reads it. What the URL leaves out comes from the `PG…`
/// variables and `~/.pgpass`. It may hold a password, so it never shows itself.
package struct PostgresAddress: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    let url: String
    /// Host, port and database, without user or password.
    package let description: String
    /// Whether the URL holds a secret that must be on no command line.
    package let holdsPassword: Bool

    /// Why there is no libpq; nil where there is one, which is opened when the first URL names PostgreSQL.
    private static let obstacle = libpq_load().map { String(cString: $0) }

    /// nil when libpq does not understand the URL; it is not told why, because libpq's reason repeats the URL.
    /// - Throws: ``MissingLibrary`` where there is no libpq that could be asked.
    package init?(url: String) throws {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else { return nil }
        if let obstacle = Self.obstacle { throw MissingLibrary(reason: obstacle) }
        // libpq would read it up to there, and overlook a password behind it.
        guard !url.utf8.contains(0) else { return nil }
        guard let options = PQconninfoParse(url, nil) else { return nil }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        self.url = url
        holdsPassword = values["password"] != nil || values["sslpassword"] != nil
        let host = values["host"] ?? values["hostaddr"] ?? "the usual host"
        let port = values["port"].map { ":\($0)" } ?? ""
        description = "PostgreSQL at \(host)\(port)" + (values["dbname"].map { ", database \($0)" } ?? "")
    }

    /// Nothing of the URL, not even to a debugger's dump.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
