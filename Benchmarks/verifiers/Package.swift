// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that nobody who uses the server or the library depends on another verifier.
let package = Package(
    name: "verifiers",
    dependencies: [
        .package(name: "jwks-server", path: "../.."),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", exact: "5.7.1"),
    ],
    targets: [
        .executableTarget(
            name: "verifiers-bench",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWKSVerifier", package: "jwks-server"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ])
    ]
)
