import AuthCore
import AuthTestSupport
import Synchronization
import Testing

@Suite("KeyRing") struct KeyRingTests {
    @Test(
        "tells verifiers to cache no longer than the set stays, in whole seconds",
        arguments: [
            // longest, milliseconds until the set changes (nil: nothing is due), max-age
            (.seconds(300), nil, 300), (.seconds(300), 301_000, 300), (.seconds(300), 300_000, 300),
            (.seconds(300), 299_999, 299), (.seconds(300), 1_000, 1), (.seconds(300), 999, 0), (.seconds(300), 1, 0),
            (.seconds(300), 0, 0), (.seconds(300), -1, 0), (.seconds(300), -90_000, 0), (.seconds(1), nil, 1),
            (.milliseconds(1_500), nil, 1), (.milliseconds(1_500), 86_400_000, 1), (.zero, nil, 0), (.zero, 5_000, 0),
        ] as [(Duration, Int64?, Int64)])
    func maxAge(_ longest: Duration, _ change: Int64?, _ expected: Int64) throws {
        let ring = try ring(1, setChangesAt: change.map { Sample.now + .milliseconds($0) })
        #expect(ring.maxAge(atMost: longest, now: Sample.now) == expected)
    }

    @Test("the holder has none at first, then the last that was published") func current() throws {
        let holder = CurrentKeyRing()
        #expect(holder.current == nil)
        for id in Int64(1)...3 {
            holder.publish(try ring(id))
            #expect(holder.current?.active.id == KeyID(id))
        }
    }

    @Test("who waits for the first ring gets it, whether it is there or comes", .timeLimit(.minutes(1)))
    func first() async throws {
        let holder = CurrentKeyRing()
        let ring = try ring(1)
        let seen = try await withThrowingTaskGroup(of: KeyID.self) { group in
            for _ in 0..<10 { group.addTask { try await holder.first().active.id } }
            group.addTask {
                holder.publish(ring)
                return ring.active.id
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(seen == Array(repeating: KeyID(1), count: 11))
        #expect(try await holder.first().active.id == KeyID(1))
    }

    @Test("who waits for a first ring that never comes can be told to stop", .timeLimit(.minutes(1)))
    func cancelledWait() async throws {
        let holder = CurrentKeyRing()
        let waiting = Task { try await holder.first() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        holder.publish(try ring(1))
    }

    @Test("an observer sees the present ring and each later one, in order") func observers() throws {
        let holder = CurrentKeyRing()
        let seen = Mutex<[KeyID]>([])
        let late = Mutex<[KeyID]>([])
        holder.observe { ring in seen.withLock { $0.append(ring.active.id) } }
        holder.publish(try ring(1))
        holder.observe { ring in late.withLock { $0.append(ring.active.id) } }
        holder.publish(try ring(2))
        #expect(seen.withLock { $0 } == [KeyID(1), KeyID(2)])
        #expect(late.withLock { $0 } == [KeyID(1), KeyID(2)])
    }

    private func ring(_ id: Int64, setChangesAt: Timestamp? = nil) throws -> KeyRing {
        KeyRing(
            active: try TestKey.signing(id: KeyID(id)), expired: nil,
            set: try JWKSet([(id: KeyID(id), material: TestKey.material())]), setChangesAt: setChangesAt)
    }
}
