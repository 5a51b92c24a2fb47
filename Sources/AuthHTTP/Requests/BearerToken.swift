import AuthCore
import HTTPTypes
import Hummingbird

/// The access token of a request: RFC 6750 §2.1, §2.2. One in a URL is none.
enum BearerToken {
    /// - Throws: ``AuthError/bearerRefused(_:)``, ``AuthError/invalidRequest(_:)``, ``RequestError``.
    static func text(of request: Request) async throws -> String {
        let fields = request.headers[values: .authorization]
        var tokens = fields.compactMap { field in
            field.isAuthorization(of: "bearer") ? field.credentials(after: "bearer") : nil
        }
        // Beside a token in the field a body that is no form says nothing: clients send an empty one as JSON.
        if request.method == .post, tokens.isEmpty ? request.headers[.contentType] != nil : request.hasForm,
            let token = try await ClientForm.parameters(of: request).optional("access_token")
        {
            tokens.append(token)
        }
        guard tokens.count <= 1 else { throw AuthError.bearerRefused(.repeated) }
        guard let token = tokens.first else { throw AuthError.bearerRefused(.missing) }
        return token
    }
}

extension String {
    fileprivate func credentials(after scheme: String) -> String {
        String(decoding: utf8.dropFirst(scheme.utf8.count).drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
    }
}
