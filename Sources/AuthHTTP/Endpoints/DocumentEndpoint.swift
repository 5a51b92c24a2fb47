import AuthCore
import HTTPTypes
import Hummingbird

/// The ordinary route of a ``Document``, for the requests that the fast path leaves: a query, a body that nobody reads, or
/// an earlier request that still waits.
struct DocumentEndpoint: Endpoint {
    let document: Document
    let keyRing: CurrentKeyRing
    let time: any TimeSource

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        guard let ring = keyRing.current else { throw AuthError.unavailable("there is no key yet") }
        if let wasRead = document.wasRead, let client = try? context.client {
            wasRead(Document.Reader(address: client, userAgent: request.headers[.userAgent] ?? ""))
        }
        let conditions = request.headers[values: .ifNoneMatch]
        let content = document.content(ring, during: time.now.seconds)
        return Response(
            DocumentResponse(content, ifNoneMatch: conditions.isEmpty ? nil : conditions.joined(separator: ",")))
    }
}
