#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What the command line says. */
extern struct options {
    int port, connections, most;
    double rate, warmup, seconds;
    bool print_samples;
    const char *method, *path, *body, *lines;
    char headers[4096];
} option;

/* The bytes that are sent, the same again and again but for the marks. */
extern char request[16384];
extern size_t request_length;

/* Fills in `option`, or ends the program with 64. */
void read_options(int argc, char **argv);

/* Makes the bytes of `option`. */
void make_request(void);

/* Gives the request a number, an address and a line of its own, where its marks ask for them. */
void renew_marks(void);
