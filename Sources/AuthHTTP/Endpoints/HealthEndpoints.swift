package import AuthCore
import Hummingbird

/// `GET`, `HEAD /health/live`: the process answers.
struct LiveEndpoint: Endpoint {
    private static let body = JSONText.object([("status", .string("live"))])

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        Response(status: .ok, json: Self.body)
    }
}

/// `GET`, `HEAD /health/ready`: there is a key to sign with, the store takes what is written, and the server is not
/// stopping.
package struct ReadyEndpoint: Endpoint {
    private static let body = JSONText.object([("status", .string("ready"))])

    let keyRing: CurrentKeyRing
    let draining: Draining
    let isStoreReady: @Sendable () async -> Bool

    /// - Parameter isStoreReady: asks the store; false where it does not answer or takes no writes.
    package init(
        keyRing: CurrentKeyRing, draining: Draining = Draining(), isStoreReady: @escaping @Sendable () async -> Bool
    ) {
        self.keyRing = keyRing
        self.draining = draining
        self.isStoreReady = isStoreReady
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        guard !draining.hasBegun, keyRing.current != nil, await isStoreReady() else {
            throw AuthError.unavailable("not ready")
        }
        return Response(status: .ok, json: Self.body)
    }
}
