import AuthCore
import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that pages load: its path holds a hash of its bytes, so a browser may keep it for ever.
struct PageAsset: Endpoint {
    let path: String
    private let bytes: [UInt8]
    private let type: String
    private let policy: String

    /// - Parameters:
    ///   - name: without the hash.
    ///   - policy: what it may do where somebody opens it by itself.
    private init(_ name: String, _ ending: String, _ bytes: [UInt8], type: String, policy: String) {
        let hash = Base64URL.text(SHA256.hash(data: bytes).bytes.prefix(12))
        path = "/assets/\(name)-\(hash).\(ending)"
        self.bytes = bytes
        self.type = type
        self.policy = policy
    }

    static func style(_ branding: Branding) -> PageAsset {
        PageAsset(
            "pages", "css", Array(PageStyle.css(branding).utf8), type: "text/css; charset=utf-8",
            policy: "default-src 'none'")
    }

    /// Without scripts, whatever the file has.
    static func logo(_ logo: Branding.Logo) -> PageAsset {
        PageAsset(
            "logo", logo.isSVG ? "svg" : "png", logo.bytes, type: logo.isSVG ? "image/svg+xml" : "image/png",
            policy: "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type, .contentLength: String(bytes.count),
                .cacheControl: "public, max-age=31536000, immutable", .contentSecurityPolicy: policy,
                .xContentTypeOptions: "nosniff", .crossOriginResourcePolicy: "same-origin",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
