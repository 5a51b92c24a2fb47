/* What is counted and timed, and how it is told. */
#include "report.h"

#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct seen seen;

_Noreturn void fail(const char *what) {
    fprintf(stderr, "http-load: %s: %s\n", what, strerror(errno));
    exit(1);
}

void add(struct samples *samples, int64_t value) {
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity ? 2 * samples->capacity : 4096;
        samples->values = realloc(samples->values, samples->capacity * sizeof(int64_t));
        if (samples->values == NULL) fail("memory");
    }
    samples->values[samples->count++] = value;
}

double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Milliseconds; the smallest sample that at least this share of the samples does not exceed. */
static double percentile(const struct samples *sorted, double share) {
    if (sorted->count == 0) return 0;
    size_t rank = (size_t)(share * sorted->count + 0.999999);
    return sorted->values[rank > 0 ? rank - 1 : 0] / 1e6;
}

static void print_latency(const char *name, struct samples *samples) {
    if (samples->count > 0) qsort(samples->values, samples->count, sizeof(int64_t), by_size);
    printf("\"%s\": {\"count\": %zu, \"p50\": %.4f, \"p99\": %.4f, \"p999\": %.4f, \"max\": %.4f}, ", name,
           samples->count, percentile(samples, 0.5), percentile(samples, 0.99), percentile(samples, 0.999),
           percentile(samples, 1));
}

void print_report(double cpu) {
    printf("{\"completed\": {");
    const char *separator = "";
    for (int status = 0; status < STATUSES; status++) {
        if (seen.completed[status] == 0) continue;
        printf("%s\"%d\": %ld", separator, status, seen.completed[status]);
        separator = ", ";
    }
    printf("}, \"seconds\": %.3f, \"sent\": %ld, \"unanswered\": %ld, ", option.seconds, seen.sent_in_window,
           seen.in_flight_timed);
    printf("\"connect_errors\": %ld, \"socket_errors\": %ld, \"malformed\": %ld, ", seen.connect_errors, seen.socket_errors,
           seen.malformed);
    print_latency("latency_ms", &seen.good);
    print_latency("refused_latency_ms", &seen.refused);
    print_latency("lag_ms", &seen.lag);
    if (option.print_samples) {
        printf("\"samples_ms\": [");
        for (size_t i = 0; i < seen.good.count; i++) printf("%s%.4f", i ? ", " : "", seen.good.values[i] / 1e6);
        printf("], ");
    }
    errno = 0;
    printf("\"connections\": %ld, \"waited\": %ld, \"cpu_seconds\": %.4f, \"niceness\": %d}\n", seen.opened, seen.waited, cpu,
           getpriority(PRIO_PROCESS, 0));
}
