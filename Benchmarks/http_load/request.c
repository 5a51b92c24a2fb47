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
static const char line_mark[] = "{line}";
static char *line_at; /* where the line goes, or NULL */
static char *lines;   /* all of --lines, each line with its end */
static size_t line_length, line_count, line_next;

void read_options(int argc, char **argv) {
    static const struct option names[] = {
        {"port", required_argument, NULL, 'p'},   {"path", required_argument, NULL, 'u'},
        {"method", required_argument, NULL, 'm'}, {"header", required_argument, NULL, 'h'},
        {"body", required_argument, NULL, 'b'},   {"connections", required_argument, NULL, 'c'},
        {"rate", required_argument, NULL, 'r'},   {"most", required_argument, NULL, 'x'},
        {"warmup", required_argument, NULL, 'w'}, {"seconds", required_argument, NULL, 's'},
        {"samples", no_argument, NULL, 'S'},      {"lines", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0}};
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
        case 'l': option.lines = optarg; break;
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

static void refuse(const char *why) {
    fprintf(stderr, "http-load: %s\n", why);
    exit(64);
}

static void read_lines(void) {
    FILE *file = fopen(option.lines, "r");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) refuse("--lines cannot be read");
    size_t size = ftell(file);
    rewind(file);
    lines = malloc(size + 1);
    if (lines == NULL || fread(lines, 1, size, file) != size) refuse("--lines cannot be read");
    fclose(file);
    lines[size] = 0;
    line_length = strcspn(lines, "\n");
    line_count = size / (line_length + 1);
    bool is_even = line_length > 0 && size == line_count * (line_length + 1);
    for (size_t i = 0; is_even && i < line_count; i++) {
        is_even = strcspn(lines + i * (line_length + 1), "\n") == line_length;
    }
    if (!is_even) refuse("the lines of --lines are not all of one length, with an end");
}

void make_request(void) {
    char *number = strstr(option.body, "{n}"), *line = strstr(option.body, line_mark);
    char body[8192];
    if ((line != NULL) != (option.lines != NULL)) refuse("{line} needs --lines, and --lines needs {line}");
    if (line != NULL && number != NULL) refuse("a body has {n} or {line}");
    if (line != NULL) {
        read_lines();
        if (strlen(option.body) + line_length >= sizeof body) refuse("the request is too long");
        snprintf(body, sizeof body, "%.*s%.*s%s", (int)(line - option.body), option.body, (int)line_length, lines,
                 line + sizeof line_mark - 1);
    } else if (number == NULL) {
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
    if (count < 0 || count >= (int)sizeof request) refuse("the request is too long");
    request_length = count;
    if (line != NULL) line_at = request + request_length - strlen(body) + (line - option.body);
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
    if (line_at != NULL) {
        memcpy(line_at, lines + line_next * (line_length + 1), line_length);
        line_next = (line_next + 1) % line_count;
    }
    if (serial_at != NULL) {
        char digits[24];
        snprintf(digits, sizeof digits, "%0*ld", DIGITS, serial++);
        memcpy(serial_at, digits, DIGITS);
    }
}
