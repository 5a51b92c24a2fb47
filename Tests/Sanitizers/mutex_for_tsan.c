// Tells ThreadSanitizer what Swift's Mutex does on Linux when threads meet in it.
//
// The uncontended path is compiled into the caller, where the sanitizer sees its atomics. The contended one is inside
// libswiftSynchronization, which is not instrumented: without this every Mutex is reported as a race. script/sanitize
// preloads it; the names are those of Swift's symbols, which have been part of its ABI since 6.0.

#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

void __tsan_acquire(void *);
void __tsan_release(void *);

SWIFT void lock_slowly(uint32_t thread, SELF mutex) __asm__(LOCK);
SWIFT void unlock_slowly(SELF mutex) __asm__(UNLOCK);

SWIFT void lock_slowly(uint32_t thread, SELF mutex) {
    SWIFT void (*real)(uint32_t, SELF) = (SWIFT void (*)(uint32_t, SELF))dlsym(RTLD_NEXT, LOCK);
    real(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void unlock_slowly(SELF mutex) {
    SWIFT void (*real)(SELF) = (SWIFT void (*)(SELF))dlsym(RTLD_NEXT, UNLOCK);
    __tsan_release(mutex);
    real(mutex);
}
