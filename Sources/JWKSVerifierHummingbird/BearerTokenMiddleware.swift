import HTTPTypes
public import Hummingbird
public import HummingbirdCore
public import JWKSVerifier
import Logging

/// Lets a request through with the claims of its access token (RFC 6750 §2.1) in its context, and no request without one.
public struct BearerTokenMiddleware<Context: VerifiedRequestContext>: RouterMiddleware {
    private let verifier: JWTVerifier

    /// - Parameter verifier: one for the life of the process.
    public init(_ verifier: JWTVerifier) { self.verifier = verifier }

    /// - Throws: ``BearerRefusal``, which Hummingbird answers as it says.
    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let text = try BearerToken.text(of: request.headers[values: .authorization])
        var context = context
        do {
            context.token = try await verifier.verify(text, as: Context.Claims.self)
        } catch let error as VerificationError {
            context.logger.info("a request is refused", metadata: ["reason": "\(error)"])
            throw BearerRefusal.notVerified(error)
        }
        return try await next(request, context)
    }
}

enum BearerToken {
    /// The token of the field `Authorization`.
    static func text(of fields: [String]) throws(BearerRefusal) -> String {
        guard fields.count <= 1 else { throw .repeated }
        guard let field = fields.first else { throw .missing }
        let parts = field.split(separator: " ", maxSplits: 1)
        // Another scheme is no token (RFC 9110 §11.1: its name in any case).
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw .missing }
        return String(parts[1])
    }
}
