// swift-tools-version:6.2
import PackageDescription

// A package of its own, which depends on a version of jwks-server as anybody's would. script/example builds it against a
// clone that it gives a version.
let repository = Context.environment["JWKS_SERVER_REPOSITORY"] ?? "https://git.example.com/jwks-server.git"

let package = Package(
    name: "notes-service",
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        .package(url: repository, from: "0.1.0"),
    ],
    targets: [
        .executableTarget(
            name: "notes-service",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWKSVerifier", package: "jwks-server"),
                .product(name: "JWKSVerifierAsyncHTTPClient", package: "jwks-server"),
                .product(name: "JWKSVerifierHummingbird", package: "jwks-server"),
            ])
    ]
)
