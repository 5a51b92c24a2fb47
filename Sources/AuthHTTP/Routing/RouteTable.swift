import HTTPTypes

/// All paths by their exact text. A router that drops empty components or decodes would make `//auth` into `/auth`.
struct RouteTable: Sendable {
    private let routes: [String: Route]

    init(_ routes: [Route]) {
        self.routes = Dictionary(routes.map { ($0.path, $0) }) { first, _ in
            preconditionFailure("two rows have the path \(first.path)")
        }
    }

    /// The row of `path`; nil for what is not exactly one of ours.
    subscript(path: String) -> Route? { routes[path] }
}

extension Route {
    /// - Throws: ``RequestError/methodNotAllowed(allowed:)`` for a method that the path does not answer.
    func check(_ method: HTTPRequest.Method) throws(RequestError) {
        guard !methods.contains(method) else { return }
        throw .methodNotAllowed(allowed: methods.map(\.rawValue).joined(separator: ", "))
    }
}
