import AuthCore
import HTTPTypes
import Hummingbird

/// The access token of a request: RFC 6750 §2.1, §2.2. One in a URL is none.
enum BearerToken {
    /// - Throws: ``AuthError/bearerRefused(_:)``, ``AuthError/invalidRequest(_:)``, ``RequestError``.
    static func text(of request: Request) async throws -> String {
        let fields = request.headers[values: .authorization]
        var tokens = fields.compactMap { field in
            field.prefix(7).lowercased() == "bearer " ? String(field.dropFirst(7)).trimmed : nil
        }
        if request.method == .post, request.headers[.contentType] != nil,
            let token = try await ClientForm.parameters(of: request).optional("access_token")
        {
            tokens.append(token)
        }
        guard tokens.count <= 1 else { throw AuthError.invalidRequest("the access token is sent more than once") }
        guard let token = tokens.first else { throw AuthError.bearerRefused(.missing) }
        return token
    }
}

extension String {
    fileprivate var trimmed: String { String(decoding: utf8.drop { $0 == UInt8(ascii: " ") }, as: UTF8.self) }
}
