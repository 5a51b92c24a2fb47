import AuthCore

extension StoreLaw {
    /// The log of everything that was done and tried.
    package static let auditEvents = [
        StoreLaw("an audit event is read as it was written", checkColumns),
        StoreLaw("a change and its audit event commit together or not at all", checkTogether),
        StoreLaw("of many audit events at once each has a number of its own", checkNumbers),
        StoreLaw("pages of audit events are newest first, and together hold each wanted one once", checkPages),
        StoreLaw("a page of audit events is asked of few rows, and says where to go on", checkExamined),
        StoreLaw("audit events are read by number, the lowest first", checkByNumber),
        StoreLaw(
            "old audit events go, the oldest first, as many as wanted, and no number is given again", checkPruning),
        StoreLaw("of many that prune at once each old audit event is deleted once, and no young one", checkRace),
        StoreLaw("old rows of auth_logs go among the first ones, and no other", checkAuthLogs),
    ]

    private static func checkColumns(_ store: any Store) async throws {
        let few = AuditEvent(.backup, by: .operatingSystem("root"), at: Sample.now)
        let cut = AuditEvent(
            .login, by: .caller(nil, userAgent: "a\0\(String(repeating: "\u{E9}", count: 300))"), at: Sample.now)
        let events = [Sample.auditEvent(7, .userDelete), few, cut]
        for event in events { try await append([event], to: store) }
        let records = try await byNumber(AuditFilter(), in: store)
        let expected = zip(events, records).map { AuditRecord($0, number: $1.number) }
        try require(records.count == 3 && records == expected, "\(expected), not \(records)")
        try require(records[2].userAgent == "a\(String(repeating: "\u{E9}", count: 127))", "what is too long is cut")
    }

    private static func checkTogether(_ store: any Store) async throws {
        struct Deliberate: Error {}
        try await register("alice", in: store)
        guard let alice = try await find(["alice"], in: store) else { throw LawBroken(description: "alice is there") }
        _ = await failure {
            try await store.write { transaction in
                _ = try transaction.disable(alice.id, at: Sample.now)
                try transaction.append(Sample.auditEvent(1))
                throw Deliberate()
            }
        }
        try require(try await byNumber(AuditFilter(), in: store).isEmpty, "what is undone leaves no row")
        try require(try await find(["alice"], in: store)?.isDisabled == false, "and is undone")
    }

    private static func checkNumbers(_ store: any Store) async throws {
        let failures = await inParallel(50) { number in
            await failure { try await append([Sample.auditEvent(Int64(number))], to: store) }
        }
        try require(failures.allSatisfy { $0 == nil }, "none fails: \(text(failures.compactMap { $0 }.first))")
        let numbers = try await byNumber(AuditFilter(), in: store).map(\.number)
        try require(numbers.count == 50 && Set(numbers).count == 50, "50 numbers, not \(numbers)")
        let last = try await store.read { transaction in try transaction.lastAuditNumber() }
        try require(last == numbers.last, "the last of \(numbers), not \(last)")
    }

    private static func checkPages(_ store: any Store) async throws {
        // Three of each moment, and not in the order of time.
        let moments: [Int64] = [5, 1, 9, 3, 7, 1, 9, 5, 3, 7, 9, 7, 5, 3, 1]
        try await append(moments.map { Sample.auditEvent($0, $0 == 3 ? .register : .login) }, to: store)
        let all = try await byNumber(AuditFilter(), in: store)
        let newestFirst = all.sorted { ($1.moment, $1.number) < ($0.moment, $0.number) }
        for (examined, limit) in [(1, 1), (2, 5), (4, 3), (100, 4), (100, 100), (15, 15)] {
            let found = try await pages(AuditFilter(), examining: examined, limit: limit, in: store)
            try require(found == newestFirst, "all in pages of \(limit), \(examined) looked at; not \(found)")
        }
        let filters: [(AuditFilter, (AuditRecord) -> Bool)] = [
            (filter { $0.since = Sample.now + .seconds(5) }, { $0.moment >= Sample.now + .seconds(5) }),
            (filter { $0.since = Sample.now + .seconds(10) }, { _ in false }),
            (filter { $0.username = "jos\u{E9}" }, { _ in true }), (filter { $0.username = "jose" }, { _ in false }),
            (filter { $0.client = "client-3" }, { $0.client == "client-3" }),
            (filter { $0.address = "192.0.2.1" }, { _ in true }),
            (filter { $0.address = "192.0.2.2" }, { _ in false }),
            (filter { $0.action = .register }, { $0.action == "register" }),
            (filter { $0.outcome = .failure }, { _ in true }), (filter { $0.outcome = .success }, { _ in false }),
            (
                filter {
                    $0.action = .login
                    $0.client = "client-7"
                }, { $0.client == "client-7" }
            ),
        ]
        for (filter, isWanted) in filters {
            let found = try await pages(filter, examining: 4, limit: 3, in: store)
            try require(found == newestFirst.filter(isWanted), "those that \(filter) wants, not \(found)")
            let numbered = try await byNumber(filter, in: store)
            try require(numbered == all.filter(isWanted), "the same by number, not \(numbered)")
        }
    }

    private static func checkExamined(_ store: any Store) async throws {
        try await append((1...10).map { Sample.auditEvent($0) }, to: store)
        let nothing = filter { $0.client = "client-1" }
        let page = try await store.read { transaction in
            try transaction.auditPage(nothing, before: .newest, examining: 4, limit: 100)
        }
        let fourth = try await byNumber(AuditFilter(), in: store)[6]
        let position = AuditPosition(moment: fourth.moment.milliseconds, number: fourth.number)
        try require(page == AuditPage(records: [], next: position), "nothing among four, and a way on; not \(page)")
        let end = try await store.read { transaction in
            try transaction.auditPage(nothing, before: position, examining: 100, limit: 100)
        }
        try require(end.records.map(\.client) == ["client-1"] && end.next == nil, "the last page ends; not \(end)")
    }

    private static func checkByNumber(_ store: any Store) async throws {
        try await append([9, 1, 5, 3].map { Sample.auditEvent($0) }, to: store)
        let all = try await byNumber(AuditFilter(), in: store)
        try require(all.map(\.userID) == [9, 1, 5, 3], "in the order in which they came")
        let few = try await store.read { transaction in
            try transaction.auditRecords(AuditFilter(), after: all[0].number, through: all[2].number, limit: 100)
        }
        try require(few == [all[1], all[2]], "after the first, through the third; not \(few)")
        let one = try await store.read { transaction in
            try transaction.auditRecords(AuditFilter(), after: 0, through: .max, limit: 1)
        }
        try require(one == [all[0]], "at most one")
    }

    private static func checkPruning(_ store: any Store) async throws {
        try await append([8, 2, 6, 4, 9].map { Sample.auditEvent($0) }, to: store)
        let last = try await store.read { transaction in try transaction.lastAuditNumber() }
        func prune(_ seconds: Int64, limit: Int) async throws -> Int {
            try await store.write { transaction in
                try transaction.deleteAuditEvents(before: Sample.now + .seconds(seconds), limit: limit)
            }
        }
        func left() async throws -> [Int64?] { try await byNumber(AuditFilter(), in: store).map(\.userID) }
        try require(try await prune(2, limit: 9) == 0, "what is as old as that stays")
        try require(try await prune(8, limit: 2) == 2, "two of three")
        try require(try await left() == [8, 6, 9], "the oldest two, not \(try await left())")
        try require(try await prune(100, limit: 9) == 3, "all others")
        try await append([Sample.auditEvent(1)], to: store)
        let next = try await store.read { transaction in try transaction.lastAuditNumber() }
        try require(next > last, "\(next) comes after \(last)")
    }

    private static func checkRace(_ store: any Store) async throws {
        try await append((1...120).map { Sample.auditEvent($0) }, to: store)
        let deleted = await inParallel(50) { _ in
            try? await store.write { transaction in
                try transaction.deleteAuditEvents(before: Sample.now + .seconds(101), limit: 3)
            }
        }
        let sum = deleted.compactMap { $0 }.reduce(0, +)
        let left = try await byNumber(AuditFilter(), in: store).compactMap(\.userID)
        try require(deleted.allSatisfy { $0 != nil }, "none fails")
        try require(sum + left.count == 120, "\(sum) deleted and \(left.count) left are 120")
        try require(left.suffix(20) == Array(101...120), "no young one is gone: \(left)")
        for _ in 0..<40 {
            _ = try await store.write { transaction in
                try transaction.deleteAuditEvents(before: Sample.now + .seconds(101), limit: 3)
            }
        }
        try require(try await byNumber(AuditFilter(), in: store).count == 20, "20 young ones are left")
    }

    private static func checkAuthLogs(_ store: any Store) async throws {
        try await register("alice", in: store)
        guard let alice = try await find(["alice"], in: store) else { throw LawBroken(description: "alice is there") }
        // One of them from the future.
        for seconds: Int64 in [0, 500, 10, 20, 30] {
            try await store.write { transaction in
                try transaction.append(
                    AuthLogEntry(
                        clientAddress: "192.0.2.7", moment: Sample.now + .seconds(seconds), userID: alice.id))
            }
        }
        func prune(_ seconds: Int64, limit: Int) async throws -> Int {
            try await store.write { transaction in
                try transaction.deleteAuthLogs(before: Sample.now + .seconds(seconds), limit: limit)
            }
        }
        try require(try await prune(0, limit: 100) == 0, "what is as old as that stays")
        try require(try await prune(100, limit: 2) == 1, "one of the first two")
        try require(try await prune(20, limit: 100) == 1, "and those that are older than wanted")
        let left = try await store.read { transaction in
            try transaction.successfulLogins(from: Sample.now, to: Sample.now + .seconds(1_000))
        }
        try require(left == 3, "three are left, not \(left)")
    }

    private static func append(_ events: [AuditEvent], to store: any Store) async throws {
        try await store.write { transaction in for event in events { try transaction.append(event) } }
    }

    private static func filter(_ change: (inout AuditFilter) -> Void) -> AuditFilter {
        var filter = AuditFilter()
        change(&filter)
        return filter
    }

    private static func byNumber(_ filter: AuditFilter, in store: any Store) async throws -> [AuditRecord] {
        try await store.read { transaction in
            try transaction.auditRecords(filter, after: 0, through: .max, limit: 1_000)
        }
    }

    private static func pages(
        _ filter: AuditFilter, examining examined: Int, limit: Int, in store: any Store
    ) async throws -> [AuditRecord] {
        var (records, position): ([AuditRecord], AuditPosition?) = ([], .newest)
        while let before = position {
            let page = try await store.read { transaction in
                try transaction.auditPage(filter, before: before, examining: examined, limit: limit)
            }
            try require(page.records.count <= limit, "at most \(limit) in a page")
            records += page.records
            position = page.next
        }
        return records
    }
}
