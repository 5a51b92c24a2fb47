// Outgoing owns what the server itself asks others over the network, and whom it may ask. It must not know what for.

/// Port: asks servers that somebody registered. Whoever answers is not trusted: the address is resolved, checked and dialled
/// by one, no redirect is followed, and everything has a limit.
package protocol OutgoingHTTP: Sendable {
    /// Asks all at once.
    /// - Returns: an answer for each, in their order.
    func ask(_ requests: [OutgoingRequest]) async -> [Result<OutgoingAnswer, OutgoingFailure>]
}

/// A form that is sent to a server.
package struct OutgoingRequest: Equatable, Sendable {
    /// Absolute, `https` or `http`.
    package let url: String
    /// `application/x-www-form-urlencoded`.
    package let form: String

    /// This form to this server.
    package init(url: String, form: String) {
        self.url = url
        self.form = form
    }
}

/// It may hold a token: it says where it goes, and nothing of what.
extension OutgoingRequest: CustomStringConvertible {
    package var description: String { "a form to \(url)" }
}

/// What a server answered, as far as it is of any use.
package struct OutgoingAnswer: Equatable, Sendable {
    /// Of HTTP.
    package let status: Int

    /// An answer with this status.
    package init(status: Int) { self.status = status }
}

/// Why there is no answer: the words stand in the database and are shown to the operator.
package enum OutgoingFailure: String, Error, CaseIterable, Sendable {
    /// It is no URL that can be asked.
    case badURL = "bad_url"
    /// The host's name has no address.
    case noAddress = "no_address"
    /// Every address of it is one that is not asked.
    case addressNotAllowed = "address_not_allowed"
    /// Nobody takes the connection.
    case unreachable
    /// Not within the limit.
    case timeout
    /// The certificate is over, of nobody that is trusted, or of another name; or it is no TLS.
    case tls
    /// What is there speaks no HTTP, or ends the connection without an answer.
    case noHTTP = "no_http"
}
