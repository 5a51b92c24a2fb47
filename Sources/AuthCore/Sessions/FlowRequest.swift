import Foundation

/// What a flow is for, as it is kept between two pages: an authorization request, or the account's own page. It is read and
/// decided anew with each of them: what an operator changes meanwhile holds.
struct FlowRequest: Codable, Sendable {
    /// What a flow's pages want to know; anything else is nobody's business.
    private static let names = [
        "response_type", "response_mode", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method", "prompt", "max_age", "login_hint", "id_token_hint", "ui_locales", "resource",
    ]

    /// Milliseconds since 1970.
    private let begun: Int64
    private let given: [String: [String]]
    /// nil where a client waits for an answer.
    let visit: AccountVisit?

    init(_ visit: AccountVisit, begunAt: Timestamp) {
        begun = begunAt.milliseconds
        given = [:]
        self.visit = visit
    }

    init(_ parameters: RequestParameters, begunAt: Timestamp) {
        visit = nil
        begun = begunAt.milliseconds
        given = Dictionary(uniqueKeysWithValues: Self.names.map { ($0, parameters.all($0)) }).filter {
            !$0.value.isEmpty
        }
    }

    /// When it came.
    var begunAt: Timestamp { Timestamp(milliseconds: begun) }

    var parameters: RequestParameters {
        RequestParameters(given.flatMap { name, values in values.map { (name: name, value: $0) } })
    }

    /// As the store keeps it.
    var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }

    /// - Throws: ``OperatorError/damaged(_:)`` for what no flow of ours holds.
    init(of flow: Flow) throws {
        guard let request = try? JSONDecoder().decode(Self.self, from: Data(flow.request.utf8)) else {
            throw OperatorError.damaged("flows.request is no authorization request")
        }
        self = request
    }
}
