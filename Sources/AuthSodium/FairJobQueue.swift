import AuthCore

/// The hashes that wait, in shares: of each kind so many in eight, and within a kind one of each block of addresses after
/// the other. Who sends many waits for himself.
struct FairJobQueue {
    private struct Lane {
        /// An empty one is left until its block's turn comes, so that no block has two turns.
        var jobs: [AddressBlock?: FIFOQueue<Job>] = [:]
        var turns = FIFOQueue<AddressBlock?>()
        var count = 0

        mutating func append(_ job: Job, _ block: AddressBlock?) {
            if jobs[block] == nil { turns.append(block) }
            jobs[block, default: FIFOQueue()].append(job)
            count += 1
        }

        mutating func popFirst() -> Job? {
            while let block = turns.popFirst() {
                guard let job = jobs[block]?.popFirst() else {
                    jobs[block] = nil
                    continue
                }
                if jobs[block]?.isEmpty == true { jobs[block] = nil } else { turns.append(block) }
                count -= 1
                return job
            }
            return nil
        }

        /// Takes the newest job of the block that has most, if it has more than `least`.
        mutating func popFromFullest(above least: Int) -> Job? {
            guard let fullest = jobs.max(by: { $0.value.count < $1.value.count }), fullest.value.count > least,
                let job = jobs[fullest.key]?.popLast()
            else { return nil }
            count -= 1
            return job
        }
    }

    /// Whose turn it is, by kind: a registration takes a place that a login wants only once in eight times.
    private static let order: [HashShare.Kind] = [
        .known, .login, .known, .login, .known, .login, .known, .registration,
    ]
    private var lanes: [HashShare.Kind: Lane] = [:]
    private var turn = 0

    mutating func append(_ job: Job, _ share: HashShare) { lanes[share.kind, default: Lane()].append(job, share.block) }

    mutating func popFirst() -> Job? {
        turn = (turn + 1) % Self.order.count
        for kind in [Self.order[turn]] + HashShare.Kind.allCases {
            if let job = lanes[kind]?.popFirst() { return job }
        }
        return nil
    }

    /// Takes out a job that has less right to its place than a newcomer would have; nil where there is none.
    ///
    /// A registration gives way to a login, a login of a stranger to one that is known as long as those are not half of
    /// all; within a kind the block with the most waiting jobs gives way to one that has fewer, newest first.
    mutating func makeRoom(for share: HashShare) -> Job? {
        if share.kind != .registration, let job = lanes[.registration]?.popFromFullest(above: 0) { return job }
        if share.kind == .known, (lanes[.known]?.count ?? 0) <= (lanes[.login]?.count ?? 0),
            let job = lanes[.login]?.popFromFullest(above: 0)
        {
            return job
        }
        // It must still have more than the newcomer's when the newcomer has joined.
        let own = lanes[share.kind]?.jobs[share.block]?.count ?? 0
        return lanes[share.kind]?.popFromFullest(above: own + 1)
    }
}
