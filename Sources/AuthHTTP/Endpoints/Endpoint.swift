import Hummingbird

/// What answers a request for one path: a struct with named dependencies, which parses the request once into a type of
/// its own and answers.
///
/// This folder owns one file for each path. It must not know what its row in the table says: limits, caches and the form
/// of a refusal are decided there.
protocol Endpoint: Sendable {
    /// Answers a request that the row has admitted.
    /// - Throws: ``RequestError`` or ``AuthError`` for a refusal; anything else is a failure of the server.
    func respond(to request: Request, _ context: RequestContext) async throws -> Response
}
