package import AuthCore
import Hummingbird

/// `GET`, `HEAD /health/live`: the process answers.
struct LiveEndpoint: Endpoint {
    private static let body = JSONText.object([("status", .string("live"))])

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        Response(status: .ok, json: Self.body)
    }
}

/// `GET`, `HEAD /health/ready`: there is a key to sign with, and the store answers.
package struct ReadyEndpoint: Endpoint {
    private static let body = JSONText.object([("status", .string("ready"))])

    let keyRing: CurrentKeyRing
    let isStoreReachable: @Sendable () async -> Bool

    /// - Parameter isStoreReachable: asks the store; false where it does not answer.
    package init(keyRing: CurrentKeyRing, isStoreReachable: @escaping @Sendable () async -> Bool) {
        self.keyRing = keyRing
        self.isStoreReachable = isStoreReachable
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        guard keyRing.current != nil, await isStoreReachable() else { throw AuthError.unavailable("not ready") }
        return Response(status: .ok, json: Self.body)
    }
}
