// Clients owns who may ask for tokens on behalf of users (OAuth clients) and for whom tokens are meant (resources), as
// an operator registers them. It must not know what a user gave a client.

/// The clients' slice of the store: what may be read.
///
/// Endpoints read a client in the unit of work in which they decide, never from a copy: what an operator changes holds
/// at every server from the next request on.
package protocol ClientReads {
    /// The client with this id, disabled or not.
    func client(_ id: ClientID) throws -> Client?
    /// The clients with a higher id than `id`, lowest first, at most `limit` of them; nil to begin.
    func clients(after id: ClientID?, limit: Int) throws -> [Client]
    /// The client with this id and the secrets that are kept of it, as ``client(_:)`` and ``secrets(of:)`` have them, but
    /// for their order: what a request for tokens begins with, at once.
    func clientAndSecrets(_ id: ClientID) throws -> (client: Client, secrets: [ClientSecretRecord])?
    /// What the client with this id proves itself with, as the three others have it: what a request that gets no token
    /// begins with.
    func proof(of client: ClientID) throws -> ClientProof?
    /// The secrets that are kept of a client, oldest first; those that have ended may be among them.
    func secrets(of client: ClientID) throws -> [ClientSecretRecord]
}

/// The clients' slice of the store: what may be changed.
package protocol ClientWrites: ClientReads {
    /// Adds a client, and its secret where it has one. A resource that is gone meanwhile is left out.
    /// - Returns: false when the id is taken, and nothing was added.
    func insert(_ client: Client, secret: ClientSecretDigest?) throws -> Bool
    /// Gives a confidential client another secret. At most two are valid at once: the database's constraint.
    /// - Parameter end: until when the one before stays valid; nil to end every other at once.
    /// - Returns: false when two are valid at `moment` and none ends, and for what is no confidential client; nothing
    ///   was changed then.
    func addSecret(
        _ digest: ClientSecretDigest, to client: ClientID, at moment: Timestamp, endingOthersAt end: Timestamp?
    ) throws -> Bool
    /// Has a client be registered otherwise, if it is still as `old`: its name, its addresses, its ways to tokens, its scopes,
    /// its resources and what is wanted of it. A resource that is gone meanwhile is left out.
    /// - Parameter new: with the id of `old`.
    /// - Returns: false where it is not, or there is none; what was changed by then has to be undone.
    func replace(_ old: Client, with new: Client) throws -> Bool
    /// Gives a client other scopes, if it has these.
    /// - Returns: false where it has others by now, or there is none.
    func replaceScopes(of client: ClientID, from old: [Scope], to new: [Scope]) throws -> Bool
    /// Notes that the client sent a code challenge, which it has to from then on.
    /// - Returns: false when that was noted before, or there is no such client.
    func notePKCE(of client: ClientID, at moment: Timestamp) throws -> Bool
    /// Disables the client.
    /// - Returns: false when it was disabled before, or there is none.
    func disable(_ client: ClientID, at moment: Timestamp) throws -> Bool
    /// Lets the client be used again.
    /// - Returns: false when it was not disabled.
    func enable(_ client: ClientID) throws -> Bool
    /// Deletes the client, its secrets and what users agreed to of it.
    /// - Returns: false when there is no such client.
    func deleteClient(_ client: ClientID) throws -> Bool
}
