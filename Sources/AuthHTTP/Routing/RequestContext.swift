import Hummingbird
import Logging
import NIOCore

/// What a route knows of a request beside its head and body.
struct RequestContext: InitializableFromSource {
    let channel: any Channel
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        logger = source.logger
    }
}
