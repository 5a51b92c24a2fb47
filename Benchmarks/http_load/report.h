#pragma once

#include <stddef.h>
#include <stdint.h>

enum { STATUSES = 600 };

struct samples {
    int64_t *values; /* nanoseconds */
    size_t count, capacity;
};

/* What has been seen. */
extern struct seen {
    long completed[STATUSES]; /* answers in the window, by status */
    long in_flight_timed, sent_in_window, opened, waited;
    long connect_errors, socket_errors, malformed;
    struct samples good, refused, lag;
} seen;

void add(struct samples *samples, int64_t value);

/* Ends the program with 1 and says why. */
_Noreturn void fail(const char *what);

/* Seconds that this process took of the processor until now. */
double cpu_seconds(void);

/* One JSON object; `cpu` is what the window took. Sorts the samples. */
void print_report(double cpu);
