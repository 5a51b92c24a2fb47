import AuthCore

/// The hashes that wait, in shares: of each kind so many in eight, logins of less doubt first, and then one of each block
/// of addresses after the other. Who sends many waits for himself.
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

    /// A lane for each kind, and of logins one for each doubt.
    fileprivate struct Rank: Hashable {
        let kind: HashShare.Kind
        var doubt = 0
    }

    private static let logins = (0...HashShare.mostDoubt).map { Rank(kind: .login, doubt: $0) }
    private static let all = [Rank(kind: .known)] + logins + [Rank(kind: .registration)]
    /// Whose turn it is: a registration takes a place that a login wants only once in eight times, and as often the most
    /// doubtful login goes before the others.
    private static let order: [[Rank]] = [
        [Rank(kind: .known)], logins, [Rank(kind: .known)], logins,
        [Rank(kind: .known)], logins.reversed(), [Rank(kind: .known)], [Rank(kind: .registration)],
    ]
    private var lanes: [Rank: Lane] = [:]
    private var turn = 0

    mutating func append(_ job: Job, _ share: HashShare) { lanes[share.rank, default: Lane()].append(job, share.block) }

    mutating func popFirst() -> Job? {
        turn = (turn + 1) % Self.order.count
        for rank in Self.order[turn] + Self.all {
            if let job = lanes[rank]?.popFirst() { return job }
        }
        return nil
    }

    /// Takes out a job that has less right to its place than a newcomer would have; nil where there is none.
    ///
    /// A registration gives way to a login, a login of a stranger to one that is known as long as those are not half of
    /// all, and to one of less doubt; within a lane the block with the most waiting jobs gives way to one that has fewer,
    /// newest first.
    mutating func makeRoom(for share: HashShare) -> Job? {
        if share.kind != .registration, let job = popFromFullest(of: Rank(kind: .registration)) { return job }
        let strangers = Self.logins.reduce(0) { $0 + (lanes[$1]?.count ?? 0) }
        let mayDisplace = share.kind == .known && (lanes[share.rank]?.count ?? 0) <= strangers
        for login in Self.logins.reversed() where mayDisplace || share.kind == .login && login.doubt > share.doubt {
            if let job = popFromFullest(of: login) { return job }
        }
        // It must still have more than the newcomer's when the newcomer has joined.
        let own = lanes[share.rank]?.jobs[share.block]?.count ?? 0
        return popFromFullest(of: share.rank, above: own + 1)
    }

    private mutating func popFromFullest(of rank: Rank, above least: Int = 0) -> Job? {
        lanes[rank]?.popFromFullest(above: least)
    }
}

extension HashShare {
    fileprivate var rank: FairJobQueue.Rank { FairJobQueue.Rank(kind: kind, doubt: doubt) }
}
