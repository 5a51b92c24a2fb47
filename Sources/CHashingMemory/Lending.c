// The mapping that a hashing thread keeps, lends and takes back.
//
// A whole number of huge pages, so that the kernel can give them: then a hash finds its memory through ten entries of
// the page tables instead of five thousand. Where it gives ordinary pages instead, only those that a hash writes to.

#define _GNU_SOURCE

#include "Lending.h"

#include "CHashingMemory.h"

#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Of x86-64, and of arm64 with pages of 4 KiB. Where they are larger, the kernel gives ordinary ones.
static const size_t huge_page = (size_t)2 << 20;

static _Thread_local struct {
    bool keeps;
    bool is_lent;
    /// Nobody has written to all of it yet.
    bool is_new;
    bool is_huge;
    void *start;
    /// What the hash asked for.
    size_t size;
    /// What is mapped for it.
    size_t mapped;
    /// The thread's page faults when it was mapped.
    long faults;
} memory;

static size_t whole_huge_pages(size_t size) { return (size + huge_page - 1) & ~(huge_page - 1); }

static void unmap(void *start, size_t size) {
    if (size > 0) syscall(SYS_munmap, start, size);
}

/// The kernel chooses an address that fits ordinary pages: what is too much on both sides goes back at once.
static void *map_aligned(size_t size) {
    const size_t reserved = size + huge_page;
    void *made = (void *)syscall(
        SYS_mmap, NULL, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED) return NULL;
    const size_t before = whole_huge_pages((uintptr_t)made) - (uintptr_t)made;
    char *start = (char *)made + before;
    unmap(made, before);
    unmap(start + size, reserved - before - size);
    // Refused by a kernel without huge pages: ordinary ones do.
    madvise(start, size, MADV_HUGEPAGE);
    return start;
}

static long page_faults(void) {
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_minflt : 0;
}

static void forget(void) {
    if (memory.start == NULL || memory.is_lent) return;
    unmap(memory.start, memory.mapped);
    memory.start = NULL;
    memory.size = memory.mapped = 0;
    memory.is_huge = false;
}

void hashing_memory_keep(void) { memory.keeps = true; }

void hashing_memory_release(void) {
    forget();
    // What the requests around the hashes left in the heap.
    malloc_trim(0);
}

unsigned long hashing_memory_kept(void) { return memory.size; }

bool hashing_memory_is_huge(void) { return memory.is_huge; }

bool hashing_memory_can_lend(void) { return memory.keeps && !memory.is_lent; }

void *hashing_memory_lend(size_t size) {
    if (memory.size != size) {
        forget();
        void *made = map_aligned(whole_huge_pages(size));
        if (made == NULL) return NULL;
        memory.start = made;
        memory.size = size;
        memory.mapped = whole_huge_pages(size);
        memory.is_new = true;
        memory.faults = page_faults();
    }
    memory.is_lent = true;
    return memory.start;
}

bool hashing_memory_take_back(void *start, size_t size) {
    if (!memory.is_lent || start != memory.start || size != memory.size) return false;
    memory.is_lent = false;
    if (memory.is_new) {
        // The kernel does not say which pages it gave; how often it was asked for one does, a hash writes to them all.
        const long ordinary_pages = (long)(size / (size_t)sysconf(_SC_PAGESIZE));
        memory.is_huge = page_faults() - memory.faults < ordinary_pages / 8;
        memory.is_new = false;
    }
    return true;
}
