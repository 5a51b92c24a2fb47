import AuthCore
import AuthSodium
import AuthTestSupport
import Testing

/// A PHC string of another implementation, and what it is expected to say.
struct PHCVector: Sendable, CustomTestStringConvertible {
    let name: String
    let password: String
    let phcString: String
    var isOpened = true

    var testDescription: String { name }
}

/// Strings made by argon2-cffi 25.1.0 with `argon2.low_level.hash_secret(password, salt, time_cost, memory_cost,
/// parallelism, hash_len, type, version)`. Salt `0123456789abcdef` and a tag of 32 bytes where nothing else is said.
extension PHCVector {
    static let all = [
        // time_cost=3, memory_cost=65536, parallelism=4, Type.ID: what the original implementation stores.
        PHCVector(
            name: "argon2-cffi's defaults", password: "correct horse battery staple",
            phcString:
                "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$77UfmnZYT23WpPeUKhovauWm5OxRQv9nTf1dJ+tF5EY"),
        PHCVector(
            name: "argon2-cffi's defaults, not ASCII", password: "p\u{E4}ssw\u{F6}rd \u{1F511}",
            phcString:
                "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$yDt+FrG40zCr2g6jti1CNQ/R/jrSfq+vLZGBEH9ewmE"),
        // time_cost=2, memory_cost=1024, parallelism=1, Type.ID
        PHCVector(
            name: "argon2id, one lane", password: "password123",
            phcString:
                "$argon2id$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIQ"),
        PHCVector(
            name: "argon2id, empty password", password: "",
            phcString:
                "$argon2id$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$VzxR22pjP5Mbb/xx+94Q4ztoi4i8+kljgD6PWchKmx4"),
        PHCVector(
            name: "argon2id, NUL inside", password: "before\u{0}after",
            phcString:
                "$argon2id$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$RcM0t9CRn3XlCh02jY/ScUtTQPrvutWE/AuL7kL8Vdc"),
        PHCVector(
            name: "argon2id, 10 KiB", password: String(repeating: "x", count: 10_240),
            phcString:
                "$argon2id$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$me+MnvX0laUBUufGRXWqnHFWTjuXNIyZsb4SbCBaTBo"),
        // time_cost=2, memory_cost=1024, parallelism=2, Type.ID, salt "saltsalt", hash_len=16: the shortest of each.
        PHCVector(
            name: "argon2id, short salt and tag", password: "password123",
            phcString: "$argon2id$v=19$m=1024,t=2,p=2$c2FsdHNhbHQ$TwiMDIwUsRkvQI2UuyGlFg"),
        // time_cost=1, memory_cost=64, parallelism=8, Type.ID, salt "0123456789abcdef" twice, hash_len=64
        PHCVector(
            name: "argon2id, long salt and tag", password: "password123",
            phcString: "$argon2id$v=19$m=64,t=1,p=8$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
                + "$XAJtyEN1gyG0OPRR7LPYWm8KHP4iZlhbW26XWrbPNDb8If7kCN+VxjUHrM/1b6XKMovRHAuNxJanEdFe4dUMSw"),
        // time_cost=2, memory_cost=1024, parallelism=4, Type.I
        PHCVector(
            name: "argon2i, four lanes", password: "password123",
            phcString: "$argon2i$v=19$m=1024,t=2,p=4$MDEyMzQ1Njc4OWFiY2RlZg$hPwuMf4QGwZHu2zXTq2wpuMGTj6cmayIAHygV5JHYag"
        ),
        // time_cost=3, memory_cost=1024, parallelism=1, Type.I
        PHCVector(
            name: "argon2i, one lane", password: "password123",
            phcString: "$argon2i$v=19$m=1024,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$btEbd5oxnxjdWIRrsrFSSEVsDbej1MecH9PR96nQjXI"
        ),
        // time_cost=1, memory_cost=1024, parallelism=1, Type.I: fewer passes than libsodium itself would write.
        PHCVector(
            name: "argon2i, one pass", password: "password123",
            phcString: "$argon2i$v=19$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$5aNXQdCscrO55koXU7ojtSIvQalJlFYh2+SprekwDy8"
        ),
        // time_cost=2, memory_cost=1024, parallelism=1, Type.D
        PHCVector(
            name: "argon2d is not supported", password: "password123",
            phcString:
                "$argon2d$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MyPXVVoaWAHDxwLXm/ZIxtFBc+FqlGpXDc0rZD+4DjU",
            isOpened: false),
        // time_cost=2, memory_cost=1024, parallelism=1, Type.ID, version=16
        PHCVector(
            name: "version 16 is not supported", password: "password123",
            phcString:
                "$argon2id$v=16$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$e3tyVWAf1ksuSP9V19JQeNwkgOAk3zOvpE9wSInB1IM",
            isOpened: false),
        // The vector of "argon2id, one lane", damaged.
        PHCVector(
            name: "one letter of the tag changed", password: "password123",
            phcString:
                "$argon2id$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIA",
            isOpened: false),
        PHCVector(
            name: "one parameter changed", password: "password123",
            phcString:
                "$argon2id$v=19$m=1024,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIQ",
            isOpened: false),
        PHCVector(
            name: "cut short", password: "password123",
            phcString: "$argon2id$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$", isOpened: false),
        PHCVector(name: "empty", password: "", phcString: "", isOpened: false),
        PHCVector(
            name: "bcrypt", password: "password123",
            phcString: "$2b$12$abcdefghijklmnopqrstuuO1Q3jYh3nU1mB6u1hQ6mJ9d0C1c3b2a", isOpened: false),
    ]
}

@Suite("Argon2id vectors of argon2-cffi", .timeLimit(.minutes(1)))
struct Argon2VectorTests {
    private let hasher = SodiumPasswordHasher(
        parameters: Argon2id.Parameters(memoryKiB: 64, passes: 1),
        pool: WorkerPool(threads: 1, deadline: .seconds(60), time: ManualTimeSource()))

    @Test("a string of another implementation opens with its password", arguments: PHCVector.all)
    func opens(vector: PHCVector) async throws {
        let hash = PasswordHash(phcString: vector.phcString)
        #expect(try await hasher.verify(Secret(vector.password), against: hash) == vector.isOpened)
    }

    @Test("and with no other", arguments: PHCVector.all)
    func staysShut(vector: PHCVector) async throws {
        let hash = PasswordHash(phcString: vector.phcString)
        #expect(try await !hasher.verify(Secret(vector.password + "x"), against: hash))
    }
}
