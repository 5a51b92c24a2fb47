// What script/sanitize runs under AddressSanitizer and UndefinedBehaviorSanitizer: the bookkeeping of the kept memory,
// and hashes on several threads, with the interposition where the sanitizer leaves it to us.

#define _GNU_SOURCE

#include "CHashingMemory.h"
#include "Lending.h"

#include <pthread.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MIB ((size_t)1 << 20)

static void expect(bool holds, const char *law, int line) {
    if (holds) return;
    fprintf(stderr, "line %d does not hold: %s\n", line, law);
    exit(1);
}

#define EXPECT(law) expect(law, #law, __LINE__)

/// The kernel knows a mapping that holds this byte.
static bool is_mapped(void *byte) {
    unsigned char resident;
    return mincore((void *)((uintptr_t)byte & ~(uintptr_t)4095), 1, &resident) == 0;
}

static void nothing_is_lent_unasked(void) {
    EXPECT(!hashing_memory_can_lend());
    EXPECT(hashing_memory_kept() == 0);
    EXPECT(!hashing_memory_is_huge());
    hashing_memory_release();
    EXPECT(!hashing_memory_take_back(NULL, 0));
    hashing_memory_keep();
    EXPECT(hashing_memory_can_lend());
}

static void the_same_memory_is_lent_again(size_t size) {
    char *first = hashing_memory_lend(size);
    EXPECT(first != NULL);
    EXPECT((uintptr_t)first % (2 * MIB) == 0);
    memset(first, 1, size);
    EXPECT(!hashing_memory_can_lend());
    // Neither a part of it nor another's mapping is what was lent.
    EXPECT(!hashing_memory_take_back(first, size - 4096));
    EXPECT(!hashing_memory_take_back(first + 4096, size));
    EXPECT(hashing_memory_take_back(first, size));
    EXPECT(!hashing_memory_take_back(first, size));
    EXPECT(hashing_memory_kept() == size);
    EXPECT(hashing_memory_lend(size) == first);
    EXPECT(first[size - 1] == 1);
    // What is in use stays.
    hashing_memory_release();
    EXPECT(is_mapped(first) && is_mapped(first + size - 1));
    EXPECT(hashing_memory_take_back(first, size));
}

static void a_release_unmaps_all_of_it(size_t size) {
    char *start = hashing_memory_lend(size);
    memset(start, 1, size);
    EXPECT(hashing_memory_take_back(start, size));
    EXPECT(is_mapped(start) && is_mapped(start + size - 1));
    hashing_memory_release();
    EXPECT(hashing_memory_kept() == 0);
    EXPECT(!hashing_memory_is_huge());
    // The last byte of the last huge page too, which the hash never asked for.
    const size_t whole = (size + 2 * MIB - 1) / (2 * MIB) * (2 * MIB);
    for (size_t offset = 0; offset < whole; offset += 4096) EXPECT(!is_mapped(start + offset));
}

static void another_size_takes_the_place(void) {
    char *small = hashing_memory_lend(3 * MIB);
    memset(small, 1, 3 * MIB);
    EXPECT(hashing_memory_take_back(small, 3 * MIB));
    char *large = hashing_memory_lend(19 * MIB);
    memset(large, 2, 19 * MIB);
    EXPECT(hashing_memory_take_back(large, 19 * MIB));
    EXPECT(hashing_memory_kept() == 19 * MIB);
    hashing_memory_release();
}

static void what_cannot_be_had_is_refused(void) {
    EXPECT(hashing_memory_lend((size_t)1 << 47) == NULL);
    EXPECT(hashing_memory_can_lend());
    EXPECT(hashing_memory_kept() == 0);
}

/// Made by argon2-cffi 25.1.0: see Argon2VectorTests.swift.
static const char vector[crypto_pwhash_STRBYTES] =
    "$argon2id$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIQ";

static void *hashes(void *unused) {
    hashing_memory_keep();
    char text[crypto_pwhash_STRBYTES];
    for (int round = 0; round < 6; round++) {
        const size_t memory = round % 2 == 0 ? 19 * MIB : 2 * MIB;
        EXPECT(crypto_pwhash_str_alg(text, "password123", 11, 1, memory, crypto_pwhash_ALG_ARGON2ID13) == 0);
        EXPECT(hashing_memory_kept() == (hashing_memory_can_be_kept() ? memory : 0));
        EXPECT(crypto_pwhash_str_verify(text, "password123", 11) == 0);
        EXPECT(crypto_pwhash_str_verify(vector, "password123", 11) == 0);
        EXPECT(crypto_pwhash_str_verify(vector, "password124", 11) != 0);
        if (round == 3) hashing_memory_release();
    }
    hashing_memory_release();
    return unused;
}

int main(void) {
    nothing_is_lent_unasked();
    const size_t sizes[] = {1 * MIB, 2 * MIB, 2 * MIB + 4096, 19 * MIB, 64 * MIB};
    for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++) {
        the_same_memory_is_lent_again(sizes[index]);
        a_release_unmaps_all_of_it(sizes[index]);
    }
    another_size_takes_the_place();
    what_cannot_be_had_is_refused();

    EXPECT(sodium_init() >= 0);
    pthread_t threads[4];
    for (int index = 0; index < 4; index++) EXPECT(pthread_create(&threads[index], NULL, hashes, NULL) == 0);
    for (int index = 0; index < 4; index++) EXPECT(pthread_join(threads[index], NULL) == 0);
    printf("the hashing memory holds its laws, interposition %s\n", hashing_memory_can_be_kept() ? "on" : "off");
    return 0;
}
