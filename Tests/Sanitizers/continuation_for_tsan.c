// Tells ThreadSanitizer that what was done before a continuation was resumed is seen by whoever awaited it.
//
// Swift's runtime says so itself where the task was suspended by then. Where it was resumed before it was awaited, which
// an event loop does often, the runtime goes on without a word, and the value that was handed over is reported as a race.
// script/sanitize preloads it; the names have been part of Swift's ABI since 5.5.

#define _GNU_SOURCE

#include <dlfcn.h>

#define AWAIT "swift_continuation_await"
#define SWIFT_ASYNC __attribute__((swiftasynccall))

void __tsan_acquire(void *);
__attribute__((swiftcall)) void *swift_task_getCurrent(void);

SWIFT_ASYNC void await_continuation(void *context) __asm__(AWAIT);

SWIFT_ASYNC void await_continuation(void *context) {
    SWIFT_ASYNC void (*real)(void *) = (SWIFT_ASYNC void (*)(void *))dlsym(RTLD_NEXT, AWAIT);
    // Who resumes releases the task.
    __tsan_acquire(swift_task_getCurrent());
    __attribute__((musttail)) return real(context);
}
