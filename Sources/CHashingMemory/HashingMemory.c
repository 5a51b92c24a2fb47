// Lends a hashing thread the same pages for one hash after the other.
//
// libsodium maps the memory of every Argon2 hash anew (crypto_pwhash has no parameter for it) and unmaps it at the end.
// At 19 MiB that is some 4,900 page faults, each with a page to clear: measured, more than half of the time of a hash.
//
// So these two functions stand before those of the C library, as the first definition in the process's symbol order
// (ELF interposition): a mapping that looks like libsodium's, on a thread that asked for it, is kept when it is
// unmapped and lent again. Every other call goes to the kernel unchanged. Argon2 writes each block before it reads it,
// so what the last hash left there plays no part. Where libsodium allocates in another way, nothing changes.

#include "CHashingMemory.h"

#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Smaller mappings are somebody else's, or not worth keeping.
static const size_t smallest = 1 << 20;

static _Thread_local struct {
    bool keeps;
    bool is_lent;
    void *start;
    size_t size;
} memory;

static void *map(void *start, size_t size, int protection, int flags, int file, off_t offset) {
    return (void *)syscall(SYS_mmap, start, size, protection, flags, file, offset);
}

static int unmap(void *start, size_t size) { return (int)syscall(SYS_munmap, start, size); }

void hashing_memory_keep(void) { memory.keeps = true; }

static void forget(void) {
    if (memory.start == NULL || memory.is_lent) return;
    unmap(memory.start, memory.size);
    memory.start = NULL;
    memory.size = 0;
}

void hashing_memory_release(void) {
    forget();
    // What the requests around the hashes left in the heap.
    malloc_trim(0);
}

unsigned long hashing_memory_kept(void) { return memory.start == NULL ? 0 : memory.size; }

static bool is_for_a_hash(void *start, size_t size, int protection, int flags, int file) {
    const int wanted = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
    return start == NULL && size >= smallest && file == -1 && (flags & wanted) == wanted && !(flags & MAP_FIXED)
        && protection == (PROT_READ | PROT_WRITE);
}

void *mmap(void *start, size_t size, int protection, int flags, int file, off_t offset) {
    if (!memory.keeps || memory.is_lent || !is_for_a_hash(start, size, protection, flags, file))
        return map(start, size, protection, flags, file, offset);
    if (memory.size != size) {
        forget();
        void *made = map(start, size, protection, flags, file, offset);
        if (made == MAP_FAILED) return made;
        memory.start = made;
        memory.size = size;
    }
    memory.is_lent = true;
    return memory.start;
}

int munmap(void *start, size_t size) {
    if (!memory.is_lent || start != memory.start || size != memory.size) return unmap(start, size);
    memory.is_lent = false;
    return 0;
}
