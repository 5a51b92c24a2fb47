import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Hands the requests of a connection to the routes, by way of Hummingbird.
struct HummingbirdBridge: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    private let logger: Logger

    init(_ routes: Routes, date: @escaping @Sendable () -> String, logger: Logger) {
        self.logger = logger
        responder = { request, writer, channel in
            let context = RequestContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            var response = await routes.respond(to: request, context: context)
            response.headers[.date] = date()
            try await writer.write(response: response.head, body: response.body)
        }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: nil, logger: logger))
            return try Value(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    /// Builds what is behind the HTTP/1 codec, and starts to answer on a task of its own.
    func take(_ channel: any Channel) {
        let logger = self.logger
        setup(channel: channel, logger: logger).whenComplete { result in
            switch result {
            case .success(let requests): Task { await handle(value: requests, logger: logger) }
            case .failure: channel.close(promise: nil)
            }
        }
    }

    func handle(value: Value, logger: Logger) async { await handleHTTP(asyncChannel: value, logger: logger) }
}
