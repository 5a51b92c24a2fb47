/*
 * The control of the login benchmark: libsodium alone.
 *
 *     argon2-control THREADS SECONDS PHC-STRING PASSWORD
 *
 * As many threads as told check the password against the PHC string, over and over, for that many seconds; nothing
 * else is done. Prints the checks per second of all threads together. Each thread's rate is its checks over its own time
 * from its first check's begin to its last one's end, so that no check is counted in part.
 */
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
static pthread_barrier_t start;
static atomic_bool failed;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void check(void) {
    if (crypto_pwhash_str_verify(phc, password, strlen(password)) != 0) failed = true;
}

static void *work(void *rate) {
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

int main(int argc, char **argv) {
    int threads = argc == 5 ? atoi(argv[1]) : 0;
    seconds = argc == 5 ? atof(argv[2]) : 0;
    if (threads < 1 || seconds <= 0) {
        fprintf(stderr, "usage: argon2-control THREADS SECONDS PHC-STRING PASSWORD\n");
        return 64;
    }
    phc = argv[3];
    password = argv[4];
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
    printf("%.3f\n", total);
    return 0;
}
