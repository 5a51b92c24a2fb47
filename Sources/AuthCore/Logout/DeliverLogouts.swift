package import Logging

/// Use case: tell clients that sessions ended (OpenID Connect Back-Channel Logout 1.0 §2.5). Any server of the store does
/// it; each delivery is tried by one at a time, and by another where that one dies.
package struct DeliverLogouts: Sendable {
    /// So many at once.
    package static let most = 64
    /// Who claimed a delivery and did not say what became of it by then is taken for dead: well beyond the time that a try
    /// takes.
    package static let lease: Duration = .seconds(20)
    /// Of a logout token: within the two minutes of §2.4.
    package static let lifetime: Duration = .seconds(120)
    /// Between two looks where nothing is due.
    package static let rest: Duration = .seconds(2)

    private let issuer: String
    private let store: any Store
    private let signer: TokenSigner
    private let http: any OutgoingHTTP
    private let time: any TimeSource
    private let logger: Logger
    private let share: @Sendable () -> Double

    /// - Parameters:
    ///   - issuer: `iss` of our tokens.
    ///   - logger: is told what is given up.
    ///   - share: by chance, between 0 and 1.
    package init(
        issuer: String, store: any Store, signer: TokenSigner, http: any OutgoingHTTP, time: any TimeSource,
        logger: Logger, share: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.issuer = issuer
        self.store = store
        self.signer = signer
        self.http = http
        self.time = time
        self.logger = logger
        self.share = share
    }

    /// What came of a step.
    package struct Outcome: Equatable, Sendable {
        /// Clients that know.
        package var delivered = 0
        /// Tries that failed, to be repeated.
        package var failed = 0
        /// Deliveries that are not tried any more.
        package var givenUp = 0

        /// Nothing was due.
        package init() {}
    }

    private struct Claimed: Sendable {
        let delivery: LogoutDelivery
        /// nil where nobody is to be told any more, with the reason why.
        let uri: BackchannelLogoutURI?
        let obstacle: String
    }

    /// Tries what is due, at most ``most`` of it.
    /// - Throws: ``AuthError/unavailable(_:)``; what was claimed then is tried after ``lease``.
    package func callAsFunction() async throws -> Outcome {
        let now = time.now
        guard let due = try await store.read({ transaction in try transaction.nextLogoutDelivery() }), due <= now else {
            return Outcome()
        }
        let (claimed, tokens) = try await claim()
        let sent = claimed.filter { $0.uri != nil }
        let requests = zip(sent, tokens).compactMap { claimed, token in
            claimed.uri.map { OutgoingRequest(url: $0.text, form: "logout_token=\(token)") }
        }
        // Nothing of a form has to be escaped in a token.
        let answers = requests.isEmpty ? [] : await http.ask(requests)
        var steps = claimed.filter { $0.uri == nil }.map {
            ($0.delivery, LogoutDelivery.Step.givenUp(failure: $0.obstacle))
        }
        let answered = time.now
        for (each, answer) in zip(sent, answers) {
            steps.append((each.delivery, each.delivery.step(after: answer, at: answered, share: share())))
        }
        let settled = steps
        if !settled.isEmpty {
            try await store.write { transaction in
                for (delivery, step) in settled { try transaction.settle(delivery, step) }
            }
        }
        return note(settled)
    }

    /// Under one reservation, with the permission to sign in the transaction that claims.
    private func claim() async throws -> ([Claimed], [String]) {
        try await signer.withReservation(lifetime: Self.lifetime) { reservation in
            let now = time.now
            let claimed = try await store.write { transaction in
                try reservation.hold(in: transaction)
                let deliveries = try transaction.claimLogoutDeliveries(
                    at: now, until: now + Self.lease, limit: Self.most)
                return try deliveries.map { delivery in try Self.claimed(delivery, at: now, in: transaction) }
            }
            let (issuer, start) = (issuer, reservation.expiresAt - Self.lifetime)
            let due = claimed.filter { $0.uri != nil }.map(\.delivery)
            let tokens = try await signer.sign {
                try due.map { delivery in
                    try reservation.key.token(.logout(delivery, issuer: issuer, from: start, lifetime: Self.lifetime))
                }
            }
            return (claimed, tokens)
        }
    }

    private static func claimed(
        _ delivery: LogoutDelivery, at now: Timestamp, in transaction: any ReadTransaction
    ) throws -> Claimed {
        guard !delivery.isOver(at: now) else {
            return Claimed(delivery: delivery, uri: nil, obstacle: delivery.failure ?? "too_late")
        }
        guard let client = try transaction.client(delivery.client), client.disabledAt == nil,
            let uri = client.backchannelLogoutURI
        else { return Claimed(delivery: delivery, uri: nil, obstacle: "client_gone") }
        return Claimed(delivery: delivery, uri: uri, obstacle: "")
    }

    private func note(_ steps: [(LogoutDelivery, LogoutDelivery.Step)]) -> Outcome {
        var outcome = Outcome()
        for (delivery, step) in steps {
            switch step {
            case .delivered: outcome.delivered += 1
            case .again: outcome.failed += 1
            case .givenUp(let failure):
                outcome.givenUp += 1
                logger.warning(
                    "a client was not told that a session ended, and is not any more",
                    metadata: [
                        "client_id": "\(delivery.client.text)", "user": "\(delivery.user)",
                        "attempts": "\(delivery.attempts)", "reason": "\(failure)",
                    ])
            }
        }
        return outcome
    }
}

extension TokenClaims {
    /// A logout token's claims: OpenID Connect Back-Channel Logout 1.0 §2.4. Each try has its own `jti`.
    static func logout(
        _ delivery: LogoutDelivery, issuer: String, from start: Timestamp, lifetime: Duration
    ) -> TokenClaims {
        let event = "http://schemas.openid.net/event/backchannel-logout"
        return TokenClaims(
            type: .logoutJWT, issuer: issuer, audience: [delivery.client.text], subject: String(delivery.user),
            issuedAt: start, expiresAt: start + lifetime, tokenID: RandomUUID.text(),
            others: [("sid", .string(delivery.session)), ("events", .object([(event, .object([]))]))])
    }
}
