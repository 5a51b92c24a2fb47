import AuthCore
import CLibPQ
import Glibc

/// What cannot be done in a pipeline: several statements in one text, and COPY.
extension PostgresConnection {
    /// Runs statements that take no parameters: the text is a literal of ours, never somebody's input.
    @discardableResult
    func simpleQuery(_ sql: String, within limit: Duration? = nil) throws -> QueryResult? {
        try leavePipeline()
        guard PQsendQuery(handle, sql) == 1 else { throw lost() }
        return try lastAnswer(until: .now + (limit ?? timeout))
    }

    /// Sends rows: calls `produce` until it answers nil.
    /// - Returns: how many rows PostgreSQL took.
    func copyIn(_ sql: String, within limit: Duration, _ produce: () throws -> [UInt8]?) throws -> Int {
        try leavePipeline()
        guard PQsendQuery(handle, sql) == 1 else { throw lost() }
        guard let result = try next(until: .now + limit) else { throw lost() }
        let begun = QueryResult(result)
        guard begun.status == PGRES_COPY_IN else { throw begun.failure(lost: false, mayHaveCommitted: false) }
        while let chunk = try produce() {
            while true {
                let sent = chunk.withUnsafeBytes { bytes in
                    PQputCopyData(handle, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count))
                }
                guard sent >= 0 else { throw lost() }
                if sent == 1 { break }
                try wait(for: POLLOUT, until: .now + limit)
            }
            // No more than one chunk is kept here: a slow server slows the source down.
            while PQflush(handle) == 1 {
                try wait(for: POLLIN | POLLOUT, until: .now + limit)
                guard PQconsumeInput(handle) == 1 else { throw lost() }
            }
        }
        while true {
            let ended = PQputCopyEnd(handle, nil)
            guard ended >= 0 else { throw lost() }
            if ended == 1 { break }
            try wait(for: POLLOUT, until: .now + limit)
        }
        return try lastAnswer(until: .now + limit)?.changes ?? 0
    }

    /// Receives rows, one call of `take` for each.
    func copyOut(_ sql: String, within limit: Duration, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        try leavePipeline()
        guard PQsendQuery(handle, sql) == 1 else { throw lost() }
        guard let result = try next(until: .now + limit) else { throw lost() }
        let begun = QueryResult(result)
        guard begun.status == PGRES_COPY_OUT else { throw begun.failure(lost: false, mayHaveCommitted: false) }
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(handle, &buffer, 1)
            defer { PQfreemem(buffer) }
            switch length {
            case -2: throw lost()
            case -1:
                try lastAnswer(until: .now + limit)
                return
            case 0:
                try wait(for: POLLIN, until: .now + limit)
                guard PQconsumeInput(handle) == 1 else { throw lost() }
            default: try take(UnsafeRawBufferPointer(start: buffer, count: Int(length)))
            }
        }
    }

    private func leavePipeline() throws {
        guard PQpipelineStatus(handle) == PQ_PIPELINE_OFF || PQexitPipelineMode(handle) == 1 else { throw lost() }
    }

    @discardableResult
    private func lastAnswer(until deadline: ContinuousClock.Instant) throws -> QueryResult? {
        var last: QueryResult?
        var failure: PostgresFailure?
        while let result = try next(until: deadline) {
            let answer = QueryResult(result)
            switch answer.status {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK: last = answer
            default:
                failure = failure ?? answer.failure(lost: PQstatus(handle) == CONNECTION_BAD, mayHaveCommitted: false)
                guard PQstatus(handle) == CONNECTION_OK else { throw failure ?? lost() }
            }
        }
        if let failure { throw failure }
        return last
    }
}
