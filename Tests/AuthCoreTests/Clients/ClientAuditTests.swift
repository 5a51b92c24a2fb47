import AuthCore
import AuthTestSupport
import Testing

@Suite("Clients and resources in the audit log") struct ClientAuditTests {
    private static let origin = AuditOrigin.operatingSystem("ops")
    private static let web = ClientRegistration(name: "Web", id: "web", redirectURIs: ["https://a.example/cb"])
    private let store = TestStore()
    private let time = ManualTimeSource()

    @Test("each change is one row, and what changed nothing is none") func rows() async throws {
        let create = CreateClient(store: store, time: time, by: Self.origin)
        let rotate = RotateClientSecret(store: store, time: time, by: Self.origin)
        let disable = DisableClient(store: store, time: time, by: Self.origin)
        let add = AddResource(store: store, time: time, by: Self.origin)
        let api = "https://api.example"
        for _ in 0..<2 {
            // The second of each is refused, or finds it done.
            let resource = try? await add(api, scopes: [], tokenType: .atJWT, lifetime: nil)
            time.advance(by: .seconds(1))
            _ = try? await create(Self.web)
            _ = try? await rotate("web", overlap: .seconds(3_600))
            _ = try await disable("web")
            if resource == nil { _ = try await disable.undo("web") }
        }
        _ = try await disable.undo("web")
        _ = try? await create(ClientRegistration(name: "", redirectURIs: []))
        for _ in 0..<2 {
            try? await DeleteClient(store: store, time: time, by: Self.origin)(try Sample.clientID("web"))
            try? await RemoveResource(store: store, time: time, by: Self.origin)(ResourceURI(stored: api))
        }
        let log = store.auditLog
        #expect(
            log.map { "\($0.action ?? "") \($0.client ?? "")" } == [
                "resource.add \(api)", "client.create web", "client.rotate_secret web", "client.disable web",
                "client.enable web", "client.delete web", "resource.remove \(api)",
            ])
        #expect(log.allSatisfy { $0.actor == "os:ops" && $0.outcome == "success" && $0.userID == nil })
        #expect(log.map { ($0.moment - Sample.now).secondsRoundedUp } == [0, 1, 1, 1, 2, 2, 2])
    }
}
