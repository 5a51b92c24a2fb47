import HTTPTypes
import NIOCore

/// What the routes write on a connection.
enum RoutesOutput: Sendable {
    /// That the client may send the body that it holds back (RFC 9110 §15.2.1).
    case invitation
    /// An answer, whole.
    case answer(HTTPResponse, ByteBuffer)
    /// The turn of what could not be read as a request: all that came before it is answered.
    case refusal
}
