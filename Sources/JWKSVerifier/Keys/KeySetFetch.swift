import Foundation

/// Asks for the set once, and says what came of it.
struct KeySetFetch: Sendable {
    /// What a fetch comes to.
    enum Outcome: Sendable {
        case replaced(KeySet, entityTag: String?, lifetime: Duration)
        case notModified(lifetime: Duration)
        /// With what to log.
        case failed(String)
    }

    let url: URL
    let algorithms: Set<SignatureAlgorithm>
    let policy: KeySetPolicy
    let transport: KeySetTransport

    /// - Parameter entityTag: of the set that is held.
    func callAsFunction(entityTag: String?) async -> Outcome {
        let request = KeySetRequest(
            url: url, entityTag: entityTag, timeout: policy.deadline, mostBytes: KeySet.mostBytes)
        do {
            return outcome(try await transport(request), hadEntityTag: entityTag != nil)
        } catch {
            return .failed(String(describing: error))
        }
    }

    private func outcome(_ response: KeySetResponse, hadEntityTag: Bool) -> Outcome {
        let lifetime = policy.lifetime(cacheControl: response.cacheControl, age: response.age)
        switch response.status {
        case 304 where hadEntityTag: return .notModified(lifetime: lifetime)
        case 200:
            do throws(KeySet.Fault) {
                let keys = try KeySet(response.body, allowing: algorithms)
                return .replaced(keys, entityTag: response.entityTag, lifetime: lifetime)
            } catch {
                return .failed(error.rawValue)
            }
        default: return .failed("it is answered with status \(response.status)")
        }
    }
}
