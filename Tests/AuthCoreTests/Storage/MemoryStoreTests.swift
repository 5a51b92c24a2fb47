import AuthCore
import AuthTestSupport
import Testing

@Suite("MemoryStore") struct MemoryStoreTests {
    @Test("keeps the law", arguments: StoreLaw.allCases)
    func law(_ law: StoreLaw) async throws { try await law.check(on: MemoryStore()) }
}
