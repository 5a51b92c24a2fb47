package import AuthCore

extension Finding {
    /// Whether a client is registered as a program that is known needs it.
    package static func profile(_ profile: ClientProfile, _ rehearsal: LoginRehearsal) -> [Finding] {
        let client = rehearsal.client
        let again = "create it again with --like \(profile.rawValue)"
        var findings: [Finding] = []
        func note(_ verdict: Verdict, _ text: String) { findings.append(Finding("like", verdict, text)) }
        if client.kind != profile.kind {
            note(.wrong, "\(profile.title) is \(profile.kind.rawValue), and the client is not: \(again)")
        }
        if let path = profile.redirectPath, !client.redirectURIs.contains(where: { $0.text.hasSuffix(path) }) {
            note(
                profile == .modAuthOpenIDC ? .warning : .wrong,
                "\(profile.title) has its users sent to …\(path), which is no end of a redirect URI here: \(again)")
        }
        let grants = profile.grants.filter { !client.grants.contains($0) }
        if !grants.isEmpty {
            note(.warning, "\(profile.title) wants \(words(grants.map(\.rawValue))) too: \(again)")
        }
        let scopes = profile.scopes.filter { !client.scopes.contains($0) }
        if !scopes.isEmpty {
            note(
                scopes.contains(.openID) ? .wrong : .warning,
                "\(profile.title) asks for \(words(scopes.map(\.name))) too, which the client cannot have: \(again)")
        }
        if client.kind == .confidential, client.needsPKCE, let setting = profile.settingForPKCE {
            note(.ok, "PKCE is required: \(profile.title) uses it with \(setting)")
        }
        findings += resources(profile, rehearsal)
        return findings.contains { $0.verdict != .ok }
            ? findings : findings + [Finding("like", .ok, "registered as \(profile.title) needs it")]
    }

    private static func resources(_ profile: ClientProfile, _ rehearsal: LoginRehearsal) -> [Finding] {
        switch profile {
        case .mcp where rehearsal.resources.isEmpty:
            return [
                Finding(
                    "like", .wrong,
                    "an MCP client asks for tokens for its server, and this one has no resource: resources add its address,"
                        + " and create the client again with --like mcp")
            ]
        case .spring:
            let others = rehearsal.resources.filter { $0.tokenType != .jwt }.map(\.uri.text)
            guard !others.isEmpty else { return [] }
            return [
                Finding(
                    "like", .warning,
                    "an API in Spring refuses tokens of the typ at+jwt, which \(words(others)) has: resources add it with"
                        + " --typ JWT")
            ]
        default: return []
        }
    }

    private static func words(_ words: [String]) -> String { words.joined(separator: " ") }
}
