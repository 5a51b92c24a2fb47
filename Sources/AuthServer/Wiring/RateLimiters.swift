import AuthCore
import AuthPostgres
import Logging

extension UnlockedApp {
    /// What counts the requests of a client to one entrance: in this process, or over all servers of the database where
    /// the settings want that and the database can.
    /// - Parameters:
    ///   - name: of the entrance, as a refused client is told.
    ///   - factor: how many times as many as the settings say.
    func rateLimiter(name: String, times factor: Int = 1) -> any RateLimiter {
        var limit = settings.rateLimits.limit
        limit.name = name
        limit.limit *= factor
        let own = SlidingWindowLimiter(limit: limit, time: time)
        guard settings.rateLimits.wholeFleet, case .postgres(let store) = database else { return own }
        return FleetRateLimiter(limit: limit, store: store, own: own, time: time)
    }

    /// What slows down who guesses the password of one account; nothing does where the limit of requests is off.
    func loginDelays(_ logger: Logger) -> LoginDelays {
        LoginDelays(
            accounts: AccountDigest(of: sealer.key), isOn: settings.rateLimits.limit.limit > 0, time: time,
            logger: logger)
    }
}
