import AuthCore

/// Who is at the other end of a connection.
struct Caller: Sendable {
    /// The socket's other end, a proxy perhaps; nil where the connection broke before anyone asked.
    let peer: IPAddress?
    /// Whether the caller still waits.
    let disconnect: DisconnectSignal
}
