/*
 * The controls of the login benchmark: libsodium alone.
 *
 *     argon2-control bare|kept THREADS SECONDS PHC-STRING PASSWORD
 *
 * As many threads as told check the password against the PHC string, over and over, for that many seconds; nothing
 * else is done. "bare": as libsodium does it, which maps the memory of every hash anew. "kept": each thread keeps its
 * memory, on huge pages where the kernel grants them (memory.c).
 *
 * Prints the checks per second of all threads together, and how many bytes of the program are on huge pages. Each
 * thread's rate is its checks over its own time from its first check's begin to its last one's end, so that no check is
 * counted in part.
 */
#include "memory.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *phc;
static const char *password;
static double seconds;
static bool keeps;
static pthread_barrier_t start;
static atomic_bool failed;
static atomic_ulong all_checks;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void check(void) {
    if (crypto_pwhash_str_verify(phc, password, strlen(password)) != 0) failed = true;
    all_checks++;
}

static void *work(void *rate) {
    if (keeps) memory_keep();
    check();
    pthread_barrier_wait(&start);
    double begun = now(), at = begun;
    long checks = 0;
    while (at - begun < seconds && !failed) {
        check();
        checks++;
        at = now();
    }
    *(double *)rate = checks / (at - begun);
    return NULL;
}

static unsigned long bytes_on_huge_pages(void) {
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    if (file == NULL) return 0;
    unsigned long kib = 0;
    for (char line[256]; fgets(line, sizeof line, file) != NULL;) {
        if (sscanf(line, "AnonHugePages: %lu kB", &kib) == 1) break;
    }
    fclose(file);
    return kib * 1024;
}

int main(int argc, char **argv) {
    int threads = argc == 6 ? atoi(argv[2]) : 0;
    seconds = argc == 6 ? atof(argv[3]) : 0;
    if (threads < 1 || seconds <= 0 || (strcmp(argv[1], "bare") != 0 && strcmp(argv[1], "kept") != 0)) {
        fprintf(stderr, "usage: argon2-control bare|kept THREADS SECONDS PHC-STRING PASSWORD\n");
        return 64;
    }
    keeps = strcmp(argv[1], "kept") == 0;
    phc = argv[4];
    password = argv[5];
    /* Chooses AVX-512, AVX2 or SSSE3; without it the reference code runs. */
    if (sodium_init() < 0) {
        fprintf(stderr, "argon2-control: libsodium cannot be initialised\n");
        return 1;
    }
    pthread_t *thread = calloc(threads, sizeof *thread);
    double *rate = calloc(threads, sizeof *rate);
    if (thread == NULL || rate == NULL || pthread_barrier_init(&start, NULL, threads) != 0) return 1;
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&thread[i], NULL, work, &rate[i]) != 0) return 1;
    }
    double total = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(thread[i], NULL);
        total += rate[i];
    }
    if (failed) {
        fprintf(stderr, "argon2-control: the password does not belong to the PHC string, or memory ran out\n");
        return 1;
    }
    if (memory_lent() != (keeps ? all_checks : 0)) {
        fprintf(stderr, "argon2-control: libsodium did not take its memory from where it was meant to\n");
        return 1;
    }
    printf("%.3f %lu\n", total, bytes_on_huge_pages());
    return 0;
}
