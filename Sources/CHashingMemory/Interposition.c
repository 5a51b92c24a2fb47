// Lends a hashing thread the same pages for one hash after the other.
//
// libsodium maps the memory of every Argon2 hash anew (crypto_pwhash has no parameter for it) and unmaps it at the end.
// At 19 MiB that is some 4,900 page faults, each with a page to clear: measured, more than half of the time of a hash.
//
// So these two functions stand before those of the C library, as the first definition in the process's symbol order
// (ELF interposition): a mapping that looks like libsodium's, on a thread that asked for it, is kept when it is
// unmapped and lent again. Every other call goes to the kernel unchanged. Argon2 writes each block before it reads it,
// so what the last hash left there plays no part. Where libsodium allocates in another way, nothing changes, and the
// pool's self-check says so.
//
// A sanitizer stands before the same functions to know what is mapped. It goes first: these are not built then.

#define _GNU_SOURCE

#include "CHashingMemory.h"
#include "Lending.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) \
    || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)

bool hashing_memory_can_be_kept(void) { return false; }

#else

bool hashing_memory_can_be_kept(void) { return true; }

static bool is_for_a_hash(void *start, size_t size, int protection, int flags, int file) {
    const int wanted = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
    return start == NULL && size >= SMALLEST_HASHING_MEMORY && file == -1 && (flags & wanted) == wanted
        && !(flags & MAP_FIXED) && protection == (PROT_READ | PROT_WRITE);
}

void *mmap(void *start, size_t size, int protection, int flags, int file, off_t offset) {
    if (!hashing_memory_can_lend() || !is_for_a_hash(start, size, protection, flags, file))
        return (void *)syscall(SYS_mmap, start, size, protection, flags, file, offset);
    void *lent = hashing_memory_lend(size);
    return lent == NULL ? MAP_FAILED : lent;
}

int munmap(void *start, size_t size) {
    return hashing_memory_take_back(start, size) ? 0 : (int)syscall(SYS_munmap, start, size);
}

#endif
