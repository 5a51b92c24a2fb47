// CLinux owns the calls of Linux that Swift cannot make by itself: prctl(2), which is variadic, and adjtimex(2) and
// sched_setattr(2), which Glibc leaves out. It must not decide anything.

#pragma once
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

static inline int prctl_set_dumpable(unsigned long value) { return prctl(PR_SET_DUMPABLE, value, 0, 0, 0); }

// The calling thread's niceness, and the time that it asks to run for at a stretch. The fields are those of the first version
// of struct sched_attr; before Linux 6.12 an ordinary thread's sched_runtime has no meaning.
static inline int sched_set_niceness_and_slice(int32_t niceness, uint64_t nanoseconds) {
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {.size = sizeof attributes, .nice = niceness, .runtime = nanoseconds};
    return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}
