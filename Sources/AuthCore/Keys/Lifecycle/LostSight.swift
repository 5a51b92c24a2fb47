/// When the store was out of this process's sight, and for which waiting keys that time does not count.
///
/// Whoever stores a key knows it; the others learn of it at their next look. Where the store goes away between the two,
/// the key ages while they cannot show it, and would sign as soon as the store is back. So its age begins anew then.
struct LostSight {
    /// Every process looks twice within it.
    private static let longestLook: Duration = .seconds(2)

    private var lastLook: Duration?
    private var lostSince: Duration?
    /// Since when, by the uptime, such a key counts as published.
    private var publishedAnew: [KeyID: Duration] = [:]

    /// What was asked of the store at `begin`, by the uptime, is answered at `uptime`; or it is not.
    mutating func note(askedAt begin: Duration, at uptime: Duration, isAnswered: Bool) {
        guard !isAnswered || uptime - begin > Self.longestLook else { return }
        lostSince = lostSince ?? min(begin, lastLook ?? begin)
    }

    /// Since when a waiting key has been shown by whoever looks at the store.
    func publication(of key: KeyLifecycle, at now: Timestamp, uptime: Duration) -> Timestamp {
        if isUnseen(key, at: now, uptime: uptime) { return now }
        guard key.state == .published, let since = publishedAnew[key.id] else { return key.publishedAt }
        return max(key.publishedAt, now - (uptime - since))
    }

    /// Whether it waits, and was stored when the store was about to go away or had gone.
    private func isUnseen(_ key: KeyLifecycle, at now: Timestamp, uptime: Duration) -> Bool {
        guard key.state == .published, let lostSince else { return false }
        return key.publishedAt > now - (uptime - lostSince) - Self.longestLook
    }

    /// The store was seen again, with these keys.
    /// - Returns: those whose age begins anew, and how much of it does not count.
    mutating func regain(
        _ keys: [KeyLifecycle], at now: Timestamp, uptime: Duration
    ) -> [(id: KeyID, lost: Duration)] {
        defer { (lostSince, lastLook) = (nil, uptime) }
        publishedAnew = publishedAnew.filter { id, _ in keys.contains { $0.id == id && $0.state == .published } }
        let unseen = keys.filter { isUnseen($0, at: now, uptime: uptime) && $0.publishedAt < now }
        for key in unseen { publishedAnew[key.id] = uptime }
        return unseen.map { ($0.id, now - $0.publishedAt) }
    }
}
