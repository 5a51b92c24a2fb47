/* The command line, and the request that it describes. */
#include "request.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 10 };

struct options option = {.connections = 16, .most = 1000, .warmup = 1, .seconds = 4, .method = "GET", .body = ""};

char request[16384];
size_t request_length;
static char *serial_at; /* where the number goes, or NULL */
static long serial;
static const char address_mark[] = "{address}", address_text[] = "2001:db8:0000:0000::1";
static char *address_at; /* where the two zero groups of the address begin, or NULL */
static unsigned address;

void read_options(int argc, char **argv) {
    static const struct option names[] = {
        {"port", required_argument, NULL, 'p'},   {"path", required_argument, NULL, 'u'},
        {"method", required_argument, NULL, 'm'}, {"header", required_argument, NULL, 'h'},
        {"body", required_argument, NULL, 'b'},   {"connections", required_argument, NULL, 'c'},
        {"rate", required_argument, NULL, 'r'},   {"most", required_argument, NULL, 'x'},
        {"warmup", required_argument, NULL, 'w'}, {"seconds", required_argument, NULL, 's'},
        {"samples", no_argument, NULL, 'S'},      {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (c) {
        case 'p': option.port = atoi(optarg); break;
        case 'u': option.path = optarg; break;
        case 'm': option.method = optarg; break;
        case 'b': option.body = optarg; break;
        case 'c': option.connections = atoi(optarg); break;
        case 'r': option.rate = atof(optarg); break;
        case 'x': option.most = atoi(optarg); break;
        case 'w': option.warmup = atof(optarg); break;
        case 's': option.seconds = atof(optarg); break;
        case 'S': option.print_samples = true; break;
        case 'h': {
            size_t used = strlen(option.headers);
            snprintf(option.headers + used, sizeof option.headers - used, "%s\r\n", optarg);
            break;
        }
        default: exit(64);
        }
    }
    if (option.port < 1 || option.path == NULL || option.connections < 1 || option.rate < 0 || option.seconds <= 0) {
        fprintf(stderr, "usage: http-load --port P --path PATH [options, see the head of http_load/main.c]\n");
        exit(64);
    }
    if (option.most < option.connections) option.most = option.connections;
}

void make_request(void) {
    char *number = strstr(option.body, "{n}");
    char body[8192];
    if (number == NULL) {
        snprintf(body, sizeof body, "%s", option.body);
    } else {
        snprintf(body, sizeof body, "%.*s%0*d%s", (int)(number - option.body), option.body, DIGITS, 0, number + 3);
    }
    char *mark = strstr(option.headers, address_mark);
    if (mark != NULL) {
        char rest[sizeof option.headers];
        snprintf(rest, sizeof rest, "%s", mark + sizeof address_mark - 1);
        snprintf(mark, option.headers + sizeof option.headers - mark, "%s%s", address_text, rest);
    }
    char length[64] = "";
    if (body[0] != 0) snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(body));
    int count = snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s\r\n%s", option.method,
                         option.path, option.port, length, option.headers, body);
    if (count < 0 || count >= (int)sizeof request) {
        fprintf(stderr, "http-load: the request is too long\n");
        exit(64);
    }
    request_length = count;
    if (number != NULL) serial_at = request + request_length - strlen(body) + (number - option.body);
    if (mark != NULL) address_at = strstr(request, address_text) + strlen("2001:db8:");
}

void renew_marks(void) {
    if (address_at != NULL) {
        char groups[10];
        snprintf(groups, sizeof groups, "%04x:%04x", address >> 16 & 0xffff, address & 0xffff);
        memcpy(address_at, groups, sizeof groups - 1);
        address++;
    }
    if (serial_at != NULL) {
        char digits[24];
        snprintf(digits, sizeof digits, "%0*ld", DIGITS, serial++);
        memcpy(serial_at, digits, DIGITS);
    }
}
