import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Hands the requests of a connection to the routes, by way of Hummingbird.
struct HummingbirdBridge: Sendable {
    let responder: Responder
    let logger: Logger

    /// Builds what is behind the HTTP/1 codec of `channel`, and starts to answer on a task of its own.
    func take(_ channel: any Channel, from caller: Caller) {
        let connection = Connection { [responder] request, writer, channel in
            let response = await responder.respond(to: request.invitingBody(over: channel), from: caller)
            try await writer.write(response: response.head, body: response.body)
        }
        connection.setup(channel: channel, logger: logger).whenComplete { [logger] result in
            switch result {
            // Not on the event loop: callers who pipeline without end kept it from its other connections for seconds.
            case .success(let requests): Task { await connection.handle(value: requests, logger: logger) }
            case .failure: channel.close(promise: nil)
            }
        }
    }
}

/// One connection, as Hummingbird wants it.
private struct Connection: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder

    init(_ responder: @escaping HTTPChannelHandler.Responder) { self.responder = responder }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: nil, logger: logger))
            return try Value(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async { await handleHTTP(asyncChannel: value, logger: logger) }
}
