import AuthCore
import HTTPTypes
import Hummingbird

/// All paths by their exact text. A router that drops empty components or decodes would make `//auth` into `/auth`.
struct RouteTable: Sendable {
    private let routes: [String: Route]
    /// What somebody may look for, in the order of the table: not what a page loads, which is named after its content.
    let paths: [String]

    init(_ routes: [Route]) {
        paths = routes.filter { $0.label != Route.assets }.map(\.path)
        self.routes = Dictionary(routes.map { ($0.path, $0) }) { first, _ in
            preconditionFailure("two rows have the path \(first.path)")
        }
    }

    /// The row of a request's path; nil for what is not exactly one of ours. A target is ASCII (RFC 3986 §2): another one
    /// is no path of ours, and is not taken apart.
    subscript(request: Request) -> Route? {
        guard (request.head.path ?? "").utf8.isASCII else { return nil }
        return routes[request.uri.path]
    }
}

extension Route {
    /// - Throws: ``RequestError/methodNotAllowed(allowed:)`` for a method that the path does not answer.
    func check(_ method: HTTPRequest.Method) throws(RequestError) {
        guard !methods.contains(method) else { return }
        throw .methodNotAllowed(allowed: methods.map(\.rawValue).joined(separator: ", "))
    }
}
