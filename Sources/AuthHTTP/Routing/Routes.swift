import AuthCore
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import NIOCore

/// Every path of the server, on one screen.
struct Routes: HTTPResponder {
    typealias Context = RequestContext

    let useCases: HTTPService.UseCases
    let configuration: HTTPService.Configuration

    func respond(to request: Request, context: RequestContext) async -> Response {
        let response = await answer(to: request, context)
        // An answer to HEAD has no content, refusals included: a client would take it for the next answer.
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(to request: Request, _ context: RequestContext) async -> Response {
        let path = request.uri.path
        do throws(ErrorResponse) {
            switch (path, request.method) {
            case ("/auth", .post): return try await logIn(request, context)
            case ("/auth", _): throw .methodNotAllowed(allowed: "POST")
            case ("/register", .post): return try await register(request, context)
            case ("/register", _): throw .methodNotAllowed(allowed: "POST")
            case ("/.well-known/jwks.json", .get), ("/.well-known/jwks.json", .head):
                return try keySet(request, context)
            case ("/.well-known/jwks.json", _): throw .methodNotAllowed(allowed: "GET, HEAD")
            case ("/ping", .get): return Response(status: .ok, json: PrerenderedDocuments.pingBody)
            case ("/ping", _): throw .methodNotAllowed(allowed: "GET")
            case ("/health/live", .get): return Response(status: .ok, json: Self.live)
            case ("/health/live", _): throw .methodNotAllowed(allowed: "GET")
            case ("/health/ready", .get): return try await ready()
            case ("/health/ready", _): throw .methodNotAllowed(allowed: "GET")
            default: throw .notFound
            }
        } catch {
            if case .core(.unavailable(let reason)) = error {
                context.logger.error("request failed", metadata: ["path": "\(path)", "reason": "\(reason)"])
            }
            guard path == "/auth" || path == "/register" else { return Response(error) }
            Counter(
                label: "jwks_refusals_total", dimensions: [("path", path), ("code", error.answer.code)],
                factory: configuration.metrics
            ).increment()
            return Response(error, fields: Self.noStore)
        }
    }

    private static let noStore: HTTPFields = [.cacheControl: "no-store"]
    private static let live = JSONText.object([("status", .string("live"))])
    private static let ready = JSONText.object([("status", .string("ready"))])

    private func logIn(_ request: Request, _ context: RequestContext) async throws(ErrorResponse) -> Response {
        try await ErrorResponse.catching(context) {
            let client = try await admit(request, context, configuration.authLimiter)
            let kind = try tokenKind(request)
            let object = try await JSONBody.object(of: request)
            let username = try object.string("username")
            let password = Secret(try object.string("password"))
            let presence = try await DisconnectSignal.of(context.channel)
            let logIn = useCases.logIn
            let token = try await presence.during {
                try await logIn(
                    username: username, password: password, clientAddress: client.description, kind: kind)
            }
            let json = JSONText.object([
                ("token", .string(token.text)), ("token_type", .string("Bearer")),
                ("expires_in", .integer(token.expiresIn)),
            ])
            return Response(status: .ok, json: json, fields: Self.noStore)
        }
    }

    private func register(_ request: Request, _ context: RequestContext) async throws(ErrorResponse) -> Response {
        try await ErrorResponse.catching(context) {
            _ = try await admit(request, context, configuration.registerLimiter)
            let object = try await JSONBody.object(of: request)
            let username = try object.string("username")
            let email = try object.optionalString("email")
            let presence = try await DisconnectSignal.of(context.channel)
            let register = useCases.register
            let password = try await presence.during { try await register(username: username, email: email) }
            let json = JSONText.object([("password", .string(password))])
            return Response(status: .created, json: json, fields: Self.noStore)
        }
    }

    private func keySet(_ request: Request, _ context: RequestContext) throws(ErrorResponse) -> Response {
        guard let ring = configuration.keyRing.current else { throw .core(.unavailable("there is no key yet")) }
        if let peer = IPAddress(context.channel.remoteAddress) {
            configuration.verifiers.note(address: peer.rateLimitKey, userAgent: request.headers[.userAgent] ?? "")
        }
        let conditions = request.headers[values: .ifNoneMatch]
        let answer = JWKSetResponse(
            ring, longestMaxAge: configuration.longestMaxAge, now: configuration.time.now,
            ifNoneMatch: conditions.isEmpty ? nil : conditions.joined(separator: ","))
        var fields = HTTPFields()
        for (name, value) in answer.fields {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        if answer.status == .notModified {
            // RFC 9110 §15.4.5: no content, and no Content-Length to contradict the stored one.
            return Response(
                status: .notModified, headers: fields,
                body: ResponseBody(contentLength: nil) { writer in
                    try await writer.finish(nil)
                })
        }
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private func ready() async throws(ErrorResponse) -> Response {
        guard configuration.keyRing.current != nil, await useCases.isStoreReachable() else {
            throw .core(.unavailable("not ready"))
        }
        return Response(status: .ok, json: Self.ready)
    }

    /// Counts the request of this client before anything is read of it.
    private func admit(
        _ request: Request, _ context: RequestContext, _ limiter: any RateLimiter
    ) async throws -> IPAddress {
        guard let peer = IPAddress(context.channel.remoteAddress) else { throw ErrorResponse.clientGone }
        let client = configuration.trustedProxies.client(peer: peer, fields: request.headers)
        if let refusal = await limiter.refusal(for: client.rateLimitKey) { throw AuthError.rateLimited(refusal) }
        return client
    }

    private func tokenKind(_ request: Request) throws -> TokenKind {
        guard let value = request.uri.queryParameters["expired"], value != "false" else { return .live }
        guard value == "true" else { throw AuthError.invalidRequest("expired must be true or false") }
        guard configuration.allowsExpired else {
            throw AuthError.invalidRequest("expired tokens are turned off on this server")
        }
        return .expired
    }
}

extension ErrorResponse {
    /// Runs a route and names what it throws; what has no name is logged and becomes a 500 that says nothing.
    fileprivate static func catching(
        _ context: RequestContext, _ body: () async throws -> Response
    ) async throws(ErrorResponse) -> Response {
        do {
            return try await body()
        } catch let refusal as ErrorResponse {
            throw refusal
        } catch let error as AuthError {
            throw .core(error)
        } catch is CancellationError {
            throw .clientGone
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(type(of: error))"])
            throw .core(.refused("unexpected"))
        }
    }
}
