import AuthPostgres
import AuthServer
import Testing

@Suite("Settings of the database") struct DatabaseSettingsTests {
    @Test(
        "name a file",
        arguments: [
            ([:], "totally_not_my_privateKeys.db"), (["JWKS_DATABASE": "sqlite:other.db"], "other.db"),
            (["JWKS_DATABASE": "sqlite:/var/lib/a b.db"], "/var/lib/a b.db"),
        ])
    func file(_ environment: [String: String], _ path: String) throws {
        #expect(try settings(environment).database.address == .sqlite(path: path))
    }

    @Test("name a server", arguments: ["postgres://jwks@db/jwks", "postgresql://jwks:secret@[::1]:5433/jwks"])
    func server(_ url: String) throws {
        let address = try #require(try PostgresAddress(url: url))
        #expect(try settings(["JWKS_DATABASE": url]).database.address == .postgres(address))
    }

    @Test(
        "refuse what is neither",
        arguments: [
            ("", "JWKS_DATABASE is empty: give it a value or leave it out"),
            ("sqlite:", "JWKS_DATABASE is \"sqlite:\": give sqlite:FILE or postgres://user@host/database"),
            ("keys.db", "JWKS_DATABASE is \"keys.db\": give sqlite:FILE or postgres://user@host/database"),
            // Either may hold a password.
            (
                "mysql://localhost/db",
                "JWKS_DATABASE is a URL of another kind: give sqlite:FILE or postgres://user@host/database"
            ),
            (
                "root:hunter2@host",
                "JWKS_DATABASE is a URL of another kind: give sqlite:FILE or postgres://user@host/database"
            ),
            (
                "postgres://u:hunter2@h/d?nonsense=1",
                "JWKS_DATABASE names PostgreSQL by a URL that libpq does not understand: give"
                    + " postgres://user@host:port/database, with odd characters as %XX"
            ),
            (
                "postgres://u\u{0}:hunter2@h/d",
                "JWKS_DATABASE names PostgreSQL by a URL that libpq does not understand: give"
                    + " postgres://user@host:port/database, with odd characters as %XX"
            ),
        ])
    func refused(_ text: String, _ line: String) { #expect(refusal(["JWKS_DATABASE": text]) == line) }

    @Test(
        "refuse a password in an option",
        arguments: ["postgres://u:hunter2@h/d", "postgres://u\u{0}:hunter2@h/d", "mysql://u:hunter2@h/d"])
    func password(_ url: String) {
        let told = refusal([:], options: ["JWKS_DATABASE": url])
        #expect(
            told == "--database holds a password, which every user of this machine can see: give it in PGPASSWORD,"
                + " ~/.pgpass or JWKS_DATABASE")
    }

    @Test("come from a file, for a URL that holds a password") func fromFile() throws {
        try withDirectory(["url": "sqlite:from-file.db\n", "empty": "\n"]) { directory in
            let address = try settings(["JWKS_DATABASE_FILE": directory + "/url"]).database.address
            #expect(address == .sqlite(path: "from-file.db"))
            #expect(
                refusal(["JWKS_DATABASE_FILE": directory + "/empty"])
                    == "JWKS_DATABASE_FILE is empty: give it a value or leave it out")
        }
        #expect(
            refusal(["JWKS_DATABASE": "sqlite:a.db", "JWKS_DATABASE_FILE": "url"])
                == "JWKS_DATABASE and JWKS_DATABASE_FILE are both set: keep one")
        #expect(
            refusal(["JWKS_DATABASE_FILE": "/nonexistent/url"])
                == "JWKS_DATABASE_FILE names a file that cannot be read as text: /nonexistent/url")
    }
}
