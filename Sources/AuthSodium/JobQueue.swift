/// First in, first out.
struct JobQueue {
    private var jobs: [Job] = []
    private var head = 0

    var isEmpty: Bool { head == jobs.count }

    mutating func append(_ job: Job) { jobs.append(job) }

    mutating func popFirst() -> Job? {
        guard head < jobs.count else { return nil }
        let job = jobs[head]
        head += 1
        // What was taken is dropped a batch at a time: removing it one by one would move the rest each time.
        if head == jobs.count || head > 256 {
            jobs.removeFirst(head)
            head = 0
        }
        return job
    }
}
