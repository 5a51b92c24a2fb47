import AuthCore
import AuthTestSupport
import Crypto
import CryptoExtras
import Foundation
import Testing

@Suite("ExportKeys") struct ExportKeysTests {
    @Test("gives what a server publishes at that moment, to the byte, through the life of its keys")
    func sameAsServer() async throws {
        let world = try await KeyWorld(algorithms: [.rs256, .es256, .edDSA])
        let process = world.process()
        let export = ExportKeys(schedule: world.schedule, time: world.time)
        var seen: Set<String> = []
        // Two months: rotations, and retired keys that leave.
        for _ in 0..<60 {
            for _ in 0..<3 { _ = try await process.rotationLoop.tick() }
            let published = try #require(process.ring.current).set
            #expect(try export(world.store.keyStoreContents, process.sealer) == published)
            seen.insert(published.entityTag)
            world.time.advance(by: .seconds(86_400))
        }
        #expect(seen.count > 4)
    }

    @Test("refuses where there is no key to publish") func none() async throws {
        let world = try await KeyWorld()
        let contents = world.store.keyStoreContents
        #expect(throws: OperatorError.refused("there is no key to publish: the server makes one when it starts")) {
            try ExportKeys(schedule: world.schedule, time: world.time)(contents, world.process().sealer)
        }
    }

    @Test("a key in PEM is its public half, in lines of 64 characters, whichever half was there") func pem() throws {
        for material in try TestKey.everyKind() {
            let key = PublishedKey(id: KeyID(7), material.publicKey)
            #expect(key.algorithm == material.algorithm)
            let lines = key.pem.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.first == "-----BEGIN PUBLIC KEY-----" && lines.suffix(2) == ["-----END PUBLIC KEY-----", ""])
            let text = lines.dropFirst().dropLast(2)
            #expect(text.dropLast().allSatisfy { $0.count == 64 })
            let der = try #require(Data(base64Encoded: text.joined()))
            switch material.publicKey {
            case .rs256(let key): #expect(der == key.derRepresentation)
            case .es256(let key): #expect(der == key.derRepresentation)
            // RFC 8410 §10.1.
            case .edDSA(let key):
                #expect(der.count == 44 && der.prefix(9).elementsEqual([48, 42, 48, 5, 6, 3, 43, 101, 112]))
                #expect(der.suffix(32) == key.rawRepresentation)
            }
        }
    }
}
