import Foundation
import Hummingbird
import JWKSVerifier
import JWKSVerifierAsyncHTTPClient
import JWKSVerifierHummingbird

// ISSUER, AUDIENCE and PORT; SHORTEST_LIFETIME (seconds) only where keys change faster than anybody would have them.
struct NotesContext: VerifiedRequestContext {
    var coreContext: CoreRequestContextStorage
    var token: VerifiedToken<NoClaims>?

    init(source: Source) { coreContext = .init(source: source) }
}

let environment = ProcessInfo.processInfo.environment
var options = VerifierOptions()
if let seconds = environment["SHORTEST_LIFETIME"].flatMap(Double.init) {
    options.lifetimes = .seconds(seconds)...options.lifetimes.upperBound
    options.coolDown = .seconds(seconds)
}
let verifier = try JWTVerifier(
    issuer: environment["ISSUER"] ?? "", audiences: [environment["AUDIENCE"] ?? ""], options: options)

let router = Router(context: NotesContext.self)
router.get("health") { _, _ in
    try await verifier.prepare()
    return "ok"
}
router.group("notes")
    .add(middleware: BearerTokenMiddleware(verifier))
    .get { _, context in "notes of \(try context.requireToken().registered.subject ?? "nobody")\n" }

let port = environment["PORT"].flatMap(Int.init) ?? 8081
try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port))).runService()
