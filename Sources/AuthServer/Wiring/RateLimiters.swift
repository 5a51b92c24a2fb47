import AuthCore
import AuthPostgres

extension UnlockedApp {
    /// What counts the requests of a client to one entrance: in this process, or over all servers of the database where
    /// the settings want that and the database can.
    /// - Parameter name: of the entrance, as a refused client is told.
    func rateLimiter(name: String) -> any RateLimiter {
        var limit = settings.rateLimits.limit
        limit.name = name
        let own = SlidingWindowLimiter(limit: limit, time: time)
        guard settings.rateLimits.wholeFleet, case .postgres(let store) = database else { return own }
        return FleetRateLimiter(limit: limit, store: store, own: own, time: time)
    }
}
