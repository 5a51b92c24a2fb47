// swift-tools-version:6.2
import PackageDescription

/// One set of rules for every target of ours. The C module maps take none.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// The Swift runtime and Foundation inside the binary: it runs where no Swift is installed, and starts sooner. The
/// libraries named are those that static Foundation needs and does not name itself.
let staticRuntime = [
    "-static-stdlib", "-lCoreFoundation",
    "-l_FoundationCollections", "-l_FoundationCShims", "-l_FoundationICU", "-lstdc++",
    // Nobody loads the server as a library: without 34,000 exported names the linker drops what nothing calls.
    "-Xlinker", "--no-export-dynamic",
    // The toolchain's linker packs 150,000 relative relocations, which the loader reads whole at each start, from 3.6 MB
    // into 0.05 MB. It takes glibc 2.36 to run the program then.
    "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
]

let package = Package(
    name: "jwks-server",
    products: [
        .executable(name: "jwks-server", targets: ["jwks-server"]),
        // For the services that verify our tokens: nothing of the server is below their targets, and none has unsafeFlags,
        // which whoever depends on this package would get too (script/check-arrows looks, SwiftPM 6.3.1 does not).
        .library(name: "JWKSVerifier", targets: ["JWKSVerifier"]),
        .library(name: "JWKSVerifierAsyncHTTPClient", targets: ["JWKSVerifierAsyncHTTPClient"]),
        .library(name: "JWKSVerifierHummingbird", targets: ["JWKSVerifierHummingbird"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.9.0"),
        // 2.100.0 mends the CRLF and header-count CVEs of 2026. 2.101.3 lowers the default limit of a header list again;
        // ConnectionHandler sets a lower one of its own, so the floor is what was tested.
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(name: "JWKSVerifier", dependencies: [crypto, cryptoExtras, logging, metrics], swiftSettings: settings),
        .target(
            name: "JWKSVerifierAsyncHTTPClient",
            dependencies: [
                "JWKSVerifier", logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "JWKSVerifierHummingbird",
            dependencies: [
                "JWKSVerifier", logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "AuthCore", dependencies: ["JWKSVerifier", crypto, cryptoExtras, logging], swiftSettings: settings),
        .target(name: "CHashingMemory"),
        .target(name: "CLibPQ"),
        .target(
            name: "AuthSodium", dependencies: ["AuthCore", "CHashingMemory", "CLinux", "CSodium", crypto],
            swiftSettings: settings),
        .target(name: "AuthOpenSSL", dependencies: ["AuthCore", "COpenSSL", crypto], swiftSettings: settings),
        .target(name: "AuthSQL", dependencies: ["AuthCore", crypto], swiftSettings: settings),
        .target(name: "AuthPostgres", dependencies: ["AuthCore", "AuthSQL", "CLibPQ"], swiftSettings: settings),
        .target(
            name: "AuthSQLite",
            dependencies: [
                "AuthCore", "AuthSQL", "CSQLite", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "AuthHTTP",
            dependencies: [
                "AuthCore", crypto, logging, metrics, serviceLifecycle,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ],
            // The program stays one file: no bundle lies beside it.
            resources: [.embedInCode("Endpoints/openapi.json")],
            swiftSettings: settings),
        .target(
            name: "AuthServer",
            dependencies: [
                "AuthCore", "AuthHTTP", "AuthOpenSSL", "AuthPostgres", "AuthSQL", "AuthSQLite", "AuthSodium", "CLinux",
                logging, metrics, serviceLifecycle,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "jwks-server", dependencies: ["AuthServer"], swiftSettings: settings,
            linkerSettings: [.unsafeFlags(staticRuntime)]),
        .target(
            name: "AuthTestSupport",
            dependencies: ["AuthCore", "AuthSQLite", crypto, logging, .product(name: "GRDB", package: "GRDB.swift")],
            path: "Tests/AuthTestSupport", swiftSettings: settings),
        // The parsers under inputs that nobody would write: script/fuzz-parsers, and briefly with the tests.
        .target(
            name: "Fuzzing",
            dependencies: [
                "AuthCore", "AuthHTTP", "AuthPostgres", "AuthServer", "AuthSodium", "AuthTestSupport", crypto,
                cryptoExtras,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/Fuzzing", swiftSettings: settings),
        .executableTarget(
            name: "jwks-fuzz", dependencies: ["AuthTestSupport", "Fuzzing"], path: "Tests/jwks-fuzz",
            swiftSettings: settings),
        .testTarget(name: "FuzzingTests", dependencies: ["AuthTestSupport", "Fuzzing"], swiftSettings: settings),
        .testTarget(
            name: "JWKSVerifierTests",
            dependencies: [
                "JWKSVerifier", "JWKSVerifierAsyncHTTPClient", "JWKSVerifierHummingbird", crypto, cryptoExtras, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AuthCoreTests", dependencies: ["AuthCore", "AuthTestSupport", crypto, cryptoExtras, logging],
            swiftSettings: settings),
        .testTarget(
            name: "AuthOpenSSLTests",
            dependencies: ["AuthCore", "AuthOpenSSL", "AuthTestSupport", crypto, cryptoExtras],
            swiftSettings: settings),
        .testTarget(
            name: "AuthPostgresTests",
            dependencies: [
                "AuthCore", "AuthPostgres", "AuthSQL", "AuthSQLite", "AuthSodium", "AuthTestSupport", "CLibPQ", crypto,
                logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AuthSQLiteTests",
            dependencies: [
                "AuthCore", "AuthSQL", "AuthSQLite", "AuthSodium", "AuthTestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AuthSQLTests", dependencies: ["AuthCore", "AuthSQL", "AuthTestSupport"], swiftSettings: settings),
        .testTarget(
            name: "AuthSodiumTests",
            dependencies: ["AuthCore", "AuthSodium", "AuthTestSupport", "CHashingMemory"],
            swiftSettings: settings),
        .testTarget(
            name: "AuthServerTests",
            dependencies: [
                "AuthCore", "AuthHTTP", "AuthPostgres", "AuthSQL", "AuthServer", "AuthSodium", "AuthTestSupport",
                logging, metrics,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AuthHTTPTests",
            dependencies: [
                "AuthCore", "AuthHTTP", "AuthTestSupport", cryptoExtras, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
    ]
)
