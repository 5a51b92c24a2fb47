import AuthCore
import HTTPTypes
import Hummingbird
import Logging

/// Answers a request by its row in the table: everything that is the same for every path.
final class Responder: Sendable {
    let table: RouteTable
    let trustedProxies: TrustedProxies
    let untrustedProxy: UntrustedProxy
    let time: any TimeSource
    let logger: Logger
    let metrics: HTTPMetrics
    let refusals: RefusalLog

    init(
        table: RouteTable, trustedProxies: TrustedProxies, untrustedProxy: UntrustedProxy, time: any TimeSource,
        logger: Logger, metrics: HTTPMetrics, refusals: RefusalLog
    ) {
        self.table = table
        self.trustedProxies = trustedProxies
        self.untrustedProxy = untrustedProxy
        self.time = time
        self.logger = logger
        self.metrics = metrics
        self.refusals = refusals
    }

    /// - Parameter route: the row of `request` in ``table``.
    func respond(to request: Request, by route: Route?, from caller: Caller) async -> Response {
        let id = RequestID(of: request.headers, from: caller.peer, trustedProxies)
        return await RequestID.$current.withValue(id) { await respond(to: request, route, id, caller) }
    }

    private func respond(
        to request: Request, _ route: Route?, _ id: RequestID, _ caller: Caller
    ) async -> Response {
        let start = time.uptime
        let context = context(request, id, caller)
        var (response, error) = await answer(request, route, context)
        // An answer to HEAD has no content, refusals included: a client would take it for the next answer.
        if request.method == .head { response = response.createHeadResponse() }
        let duration = time.uptime - start
        metrics.note(request.method, route, response.status, error, took: duration)
        context.logger.debug(
            "request answered",
            metadata: [
                "method": "\(request.method)", "route": "\(route?.path ?? "none")",
                "status": "\(response.status.code)",
                "duration_ms": "\(duration.milliseconds)",
            ])
        response.headers[.date] = httpDate(time.now)
        return response
    }

    private func context(_ request: Request, _ id: RequestID, _ caller: Caller) -> RequestContext {
        let forwardedFor = request.headers[values: .xForwardedFor]
        let client = caller.peer.map { peer in
            untrustedProxy.note(peer: peer, isForwarded: !forwardedFor.isEmpty, trustedProxies)
            return trustedProxies.client(peer: peer, forwardedFor: forwardedFor)
        }
        return RequestContext(id: id, caller: caller, client: client, logger: logger)
    }

    /// - Returns: with the answer why it is a refusal, where it is one.
    private func answer(
        _ request: Request, _ route: Route?, _ context: RequestContext
    ) async -> (Response, RequestError?) {
        do throws(RequestError) {
            guard request.expectsOnlyContinue else { throw .expectationFailed }
            try request.checkTarget()
            guard let route else { throw .notFound(paths: table.paths) }
            if request.method == .options,
                let fields = route.origins.preflight(
                    methods: route.methods, isAsked: request.headers[.accessControlRequestMethod] != nil)
            {
                var response = Response(empty: .noContent)
                response.headers.append(contentsOf: fields)
                response.headers[.xRequestID] = "\(context.id)"
                return (response, nil)
            }
            try route.check(request.method)
            var response = try await naming(context) {
                try await admit(context, by: route.limiter(for: request))
                return try await route.endpoint.respond(to: request, context)
            }
            // The endpoint may have said so already.
            for field in route.fields { response.headers[field.name] = field.value }
            response.headers.append(contentsOf: route.origins.fields)
            if route.namesRequest { response.headers[.xRequestID] = "\(context.id)" }
            return (response, nil)
        } catch {
            return (refuse(error, route, context, request), error)
        }
    }

    /// Counts the request of this client before anything is read of it.
    private func admit(_ context: RequestContext, by limiter: (any RateLimiter)?) async throws {
        guard let limiter else { return }
        let key = try context.client.rateLimitKey
        if let refusal = await limiter.refusal(for: key) { throw AuthError.rateLimited(refusal) }
    }

    /// Runs an endpoint and names what it throws; what has no name is logged and becomes a 500 that says nothing.
    private func naming(
        _ context: RequestContext, _ body: () async throws -> Response
    ) async throws(RequestError) -> Response {
        do {
            return try await body()
        } catch let error as RequestError {
            throw error
        } catch let error as AuthError {
            throw .auth(error)
        } catch is CancellationError {
            throw .clientGone
        } catch let error as OperatorError {
            // For an operator to mend: the caller may come again.
            throw .auth(.unavailable("\(error)"))
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(type(of: error))"])
            throw .unexpected
        }
    }

    private func refuse(
        _ error: RequestError, _ route: Route?, _ context: RequestContext, _ request: Request
    ) -> Response {
        let refusal = ErrorResponse(error)
        refusals.note(error, of: try? context.client)
        if case .auth(.unavailable(let reason)) = error {
            // An outage is one line of whoever watches the store, not one of each request that it refuses.
            context.logger.debug(
                "request refused", metadata: ["route": "\(route?.path ?? "none")", "reason": "\(reason)"])
        }
        var response = Response(
            (route?.errors ?? .json).render(
                refusal, requestID: context.id,
                language: request.language()))
        // A dialect may have said so already.
        for field in route?.fields ?? [:] { response.headers[field.name] = field.value }
        if let origins = route?.origins, origins == .anyAsking {
            response.headers.append(contentsOf: origins.fields)
        }
        response.headers[.xRequestID] = "\(context.id)"
        return response
    }
}

extension Route {
    /// What every answer of the path says, whatever it is.
    fileprivate var fields: HTTPFields {
        switch cache {
        case .asAnswered: [:]
        case .nothing: Self.nothingIsKept
        }
    }

    private static let nothingIsKept: HTTPFields = [.cacheControl: "no-store"]
}
