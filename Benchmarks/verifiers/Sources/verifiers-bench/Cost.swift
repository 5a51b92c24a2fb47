import Foundation
import Synchronization

/// What was used meanwhile.
struct Cost {
    /// Processor time of the whole process, in microseconds: what else runs on the machine is not in it.
    let processor: Double
    let seconds: Double
    /// How often a thread gave its processor up to wait: for a lock that another holds, for one.
    let waits: Int

    static func of(_ work: () async throws -> Void) async rethrows -> Cost {
        let clock = ContinuousClock()
        let (begin, before) = (clock.now, usage())
        try await work()
        let after = usage()
        return Cost(
            processor: after.processor - before.processor, seconds: begin.duration(to: clock.now) / .seconds(1),
            waits: after.waits - before.waits)
    }

    private static func usage() -> (processor: Double, waits: Int) {
        var (time, usage) = (timespec(), rusage())
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return (Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3, usage.ru_nvcsw)
    }
}

/// Runs each of a task's jobs on a thread of its own: a task that never suspends has one thread for all its life.
final class ThreadExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

extension Way {
    /// Of so many threads at once, which verify so often together.
    func cost(threads: Int, times: Int) async throws -> Cost {
        try await Cost.of {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<threads {
                    group.addTask(executorPreference: ThreadExecutor()) { try await verify(times / threads) }
                }
                try await group.waitForAll()
            }
        }
    }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
