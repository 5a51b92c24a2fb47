/*
 * Stands before mmap and munmap of the C library, so that libsodium gets the memory of one hash again for the next: what
 * a login server could do at best. Threads that did not ask for it get what they would get without this file.
 *
 * Written apart from the server's own way of doing it: it is what that is measured against.
 */
#define _GNU_SOURCE
#include "memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20 };

static _Thread_local struct {
    bool keeps, is_taken;
    size_t size; /* as libsodium asked for it; 0: there is none yet */
    void *start; /* on the boundary of a huge page */
} arena;

static atomic_ulong lent;

void memory_keep(void) { arena.keeps = true; }

unsigned long memory_lent(void) { return lent; }

static void *kernel_mmap(void *start, size_t size, int protection, int flags, int file, off_t offset) {
    return (void *)syscall(SYS_mmap, start, size, protection, flags, file, offset);
}

/* Never given back: it ends with the program. */
static bool make_arena(size_t size) {
    size_t whole = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    char *mapped = kernel_mmap(NULL, whole + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return false;
    arena.start = mapped + (HUGE_PAGE - (uintptr_t)mapped % HUGE_PAGE) % HUGE_PAGE;
    arena.size = size;
    madvise(arena.start, whole, MADV_HUGEPAGE); /* without it: ordinary pages, kept all the same */
    return true;
}

void *mmap(void *start, size_t size, int protection, int flags, int file, off_t offset) {
    bool is_a_hash = arena.keeps && !arena.is_taken && start == NULL && file == -1 && (flags & MAP_POPULATE) != 0;
    if (!is_a_hash || (arena.size != size && (arena.size != 0 || !make_arena(size))))
        return kernel_mmap(start, size, protection, flags, file, offset);
    arena.is_taken = true;
    lent++;
    return arena.start;
}

int munmap(void *start, size_t size) {
    if (!arena.is_taken || start != arena.start) return (int)syscall(SYS_munmap, start, size);
    arena.is_taken = false;
    return 0;
}
