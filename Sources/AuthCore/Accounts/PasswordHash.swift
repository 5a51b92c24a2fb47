/// A password hash as a PHC string, such as `$argon2id$v=19$m=19456,t=2,p=1$…$…`.
package struct PasswordHash: Equatable, Sendable {
    package let phcString: String

    package init(phcString: String) { self.phcString = phcString }
}
