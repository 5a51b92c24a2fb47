import AuthCore
import Hummingbird

/// The body of a POST of the JSON API.
///
/// This folder owns how a request is read: bodies, fields, addresses, ids. It must not decide what is answered.
enum JSONBody {
    /// The object in the body of `request`.
    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``.
    static func object(of request: Request) async throws -> JSONObject {
        try JSONObject(await request.smallBody(of: "application/json").readableBytesView)
    }
}
