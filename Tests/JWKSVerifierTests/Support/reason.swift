import JWKSVerifier

extension JWTVerifier {
    /// Why it refuses; nil where it does not.
    func reason(_ token: String) async throws -> InvalidToken? {
        do {
            _ = try await verify(token)
            return nil
        } catch VerificationError.invalidToken(let reason) {
            return reason
        }
    }

    /// What it answers.
    func status(_ token: String) async throws -> Int {
        do {
            _ = try await verify(token)
            return 200
        } catch let error as VerificationError {
            return error.status
        }
    }
}
