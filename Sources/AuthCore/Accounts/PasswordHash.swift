/// A password hash as a PHC string, such as `$argon2id$v=19$m=19456,t=2,p=1$…$…`.
package struct PasswordHash: Equatable, Sendable {
    /// Algorithm, parameters, salt and tag.
    package let phcString: String

    /// What a hasher made, or the store holds: not checked here.
    package init(phcString: String) { self.phcString = phcString }
}
