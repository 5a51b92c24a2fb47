/// First in, first out.
struct JobQueue {
    private var tickets: [Job] = []
    private var head = 0

    mutating func append(_ ticket: Job) { tickets.append(ticket) }

    mutating func popFirst() -> Job? {
        guard head < tickets.count else { return nil }
        let ticket = tickets[head]
        head += 1
        // What was taken is dropped a batch at a time: removing it one by one would move the rest each time.
        if head == tickets.count || head > 256 {
            tickets.removeFirst(head)
            head = 0
        }
        return ticket
    }
}
