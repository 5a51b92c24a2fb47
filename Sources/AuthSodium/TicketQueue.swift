/// First in, first out.
struct TicketQueue {
    private var tickets: [Ticket] = []
    private var head = 0

    mutating func append(_ ticket: Ticket) { tickets.append(ticket) }

    mutating func popFirst() -> Ticket? {
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
