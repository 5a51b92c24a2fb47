extension RotateKeys {
    /// Does what `operation` says, and makes the keys that are missing then: a running server would, but there may be
    /// none.
    package func stepMakingKeys(_ operation: Operation) async throws -> Outcome {
        var outcome = try await step(operation)
        while let missing = outcome.plan.missing.first {
            _ = try await generate(missing.algorithm)
            outcome = try await step()
        }
        return outcome
    }

    /// Takes `ids` out of the JWK Set, as if each had been revoked, and makes others in their place: afterwards none of
    /// them signs or verifies, and each algorithm has a key that does. A key that serves expired tokens alone stays.
    /// - Returns: what came of it, and the kids that were revoked now.
    package func replace(_ ids: Set<KeyID>) async throws -> (outcome: Outcome, revoked: [KeyID]) {
        var outcome = try await stepMakingKeys(.due)
        var revoked: [KeyID] = []
        // Those that wait first: what signs is revoked last, when its successor is a new key.
        for state in [KeyState.published, .retired, .active] {
            for key in outcome.plan.keys where ids.contains(key.id) && key.state == state {
                outcome = try await stepMakingKeys(.revocation(key.id))
                revoked.append(key.id)
            }
        }
        return (outcome, revoked.sorted())
    }
}
