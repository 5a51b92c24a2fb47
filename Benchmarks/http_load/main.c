/*
 * A load generator that costs little and tells every answer apart.
 *
 *     http-load --port P --path /auth [--method POST] [--header 'Name: value']… [--body TEXT]
 *               [--lines FILE] [--connections 16] [--rate R] [--most 1000] [--warmup 1] [--seconds 4] [--samples]
 *
 * One thread, epoll, keep-alive connections to 127.0.0.1. Prints one JSON object.
 *
 * Without --rate the loop is closed: every connection sends its next request as soon as it has its answer.
 * With --rate the loop is open: request i is due at i/R seconds, whatever became of those before it. It goes out on the
 * connection that has been idle longest (so every event loop of the server is asked in turn), on a new one where none
 * is idle, and where --most are open it waits for one.
 *
 * "{n}" in the body becomes a number of ten digits, another one in every request; "{address}" in a header becomes an
 * address of another IPv6 network in every request; "{line}" in the body becomes the next line of --lines, whose lines
 * are all of one length, and after the last one the first again.
 *
 * What is counted: answers that arrive in the window of --seconds after the warm-up, by status. What is timed: requests
 * sent in that window, from the moment they are written, or from the moment they were due if they had to wait for a
 * connection (no coordinated omission), to the last byte of the answer. After the window nothing more is sent and the
 * answers still under way are awaited for 5 s; those that never come are "unanswered".
 */
#define _GNU_SOURCE
#include "report.h"
#include "request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const int64_t NOBODY = -1;

enum { DRAIN_SECONDS = 5, BATCH = 256, BUFFER = 16384 };

struct connection {
    int fd;
    enum { CLOSED, CONNECTING, IDLE, BUSY } state;
    bool timed;          /* the request was sent, or due, in the window */
    bool must_send;      /* a request waits for the connection to open */
    bool close_after;    /* the answer ends the connection */
    int64_t begun;       /* when the request was written, or due */
    int status;
    size_t length;       /* bytes of the answer in `input` */
    size_t expected;     /* its whole length, 0 while unknown */
    struct connection *next;
    char input[BUFFER];
};

static int events, timer;
static struct connection **connections;
static int open_count;
static struct connection *idle_first, *idle_last;

static int64_t started, window_begin, window_end;
static bool stopped;
static long due_sent; /* requests of the schedule that have been given to a connection */

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int64_t due(long i) { return started + (int64_t)(i * (1e9 / option.rate)); }

static bool in_window(int64_t moment) { return moment >= window_begin && moment < window_end; }

static void watch(struct connection *c, uint32_t what, int operation) {
    struct epoll_event event = {.events = what, .data.ptr = c};
    if (epoll_ctl(events, operation, c->fd, &event) != 0) fail("epoll_ctl");
}

static void close_connection(struct connection *c) {
    close(c->fd);
    c->fd = -1;
    c->state = CLOSED;
    open_count--;
}

/* Gives up a connection and the request that it has or that waits for it. */
static void lose(struct connection *c, long *counter) {
    (*counter)++;
    if (c->timed) seen.in_flight_timed--;
    c->timed = c->must_send = false;
    close_connection(c);
}

/* A request exists from this moment on. */
static void begin(struct connection *c, int64_t moment) {
    c->begun = moment;
    c->timed = in_window(moment);
    if (c->timed) {
        seen.in_flight_timed++;
        seen.sent_in_window++;
    }
}

static void send_request(struct connection *c) {
    c->must_send = false;
    c->length = c->expected = 0;
    c->state = BUSY;
    renew_marks();
    ssize_t written = send(c->fd, request, request_length, MSG_NOSIGNAL);
    if (written != (ssize_t)request_length) lose(c, &seen.socket_errors);
}

/* Opens a connection. Where `waiting_since` is a moment, a request waits for it since then. */
static void open_connection(int64_t waiting_since) {
    struct connection *c = NULL;
    for (int i = 0; i < option.most && c == NULL; i++) {
        if (connections[i] == NULL) {
            connections[i] = calloc(1, sizeof *connections[i]);
            if (connections[i] == NULL) fail("memory");
        }
        if (connections[i]->state == CLOSED) c = connections[i];
    }
    if (c == NULL) return;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) fail("socket");
    int yes = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    open_count++;
    seen.opened++;
    c->state = CONNECTING;
    c->must_send = waiting_since != NOBODY;
    if (c->must_send) begin(c, waiting_since);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(option.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
        lose(c, &seen.connect_errors);
        return;
    }
    watch(c, EPOLLOUT, EPOLL_CTL_ADD);
}

static struct connection *take_idle(void) {
    struct connection *c = idle_first;
    if (c != NULL) {
        idle_first = c->next;
        if (idle_first == NULL) idle_last = NULL;
    }
    return c;
}

static void put_idle(struct connection *c) {
    c->state = IDLE;
    c->next = NULL;
    if (idle_last != NULL) idle_last->next = c;
    else idle_first = c;
    idle_last = c;
}

static void forget_idle(struct connection *gone) {
    struct connection **link = &idle_first, *before = NULL;
    while (*link != gone) {
        before = *link;
        link = &before->next;
    }
    *link = gone->next;
    if (idle_last == gone) idle_last = before;
}

/* A connection is free: it sends what is due already, or the next of a closed loop, or rests. */
static void next_request(struct connection *c) {
    bool is_waited_for = option.rate > 0 && due(due_sent) <= now();
    if (stopped || (option.rate > 0 && !is_waited_for)) {
        put_idle(c);
        return;
    }
    begin(c, is_waited_for ? due(due_sent++) : now());
    if (c->timed && is_waited_for) seen.waited++;
    send_request(c);
}

/* Sends what the schedule of an open loop asks for by now. */
static void keep_schedule(void) {
    uint64_t expirations;
    if (read(timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) fail("timerfd");
    int64_t at = now();
    while (!stopped && due(due_sent) <= at) {
        struct connection *c = take_idle();
        int64_t moment = due(due_sent);
        if (c == NULL && open_count >= option.most) break; /* next_request takes it up */
        if (in_window(moment)) add(&seen.lag, at - moment);
        due_sent++;
        if (c == NULL) {
            open_connection(moment);
        } else {
            begin(c, now());
            send_request(c);
        }
    }
    int64_t next = due(due_sent) > at ? due(due_sent) : at + 1000000;
    struct itimerspec when = {.it_value = {next / 1000000000LL, next % 1000000000LL}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

/* Reads the head of an answer. False: it is none that this program understands. */
static bool read_head(struct connection *c) {
    char *end = memmem(c->input, c->length, "\r\n\r\n", 4);
    if (end == NULL) return c->length < BUFFER;
    if (c->length < 12 || memcmp(c->input, "HTTP/1.", 7) != 0) return false;
    c->status = atoi(c->input + 9);
    if (c->status < 200 || c->status >= STATUSES) return false;
    *end = 0;
    char *field = strcasestr(c->input, "\r\ncontent-length:");
    bool is_empty = c->status == 204 || c->status == 304;
    if (field == NULL && !is_empty) return false;
    c->expected = end + 4 - c->input + (is_empty ? 0 : strtoul(field + 17, NULL, 10));
    c->close_after = strcasestr(c->input, "\r\nconnection: close") != NULL;
    return c->expected <= BUFFER;
}

static void finish(struct connection *c) {
    int64_t at = now();
    if (in_window(at)) seen.completed[c->status]++;
    if (c->timed) {
        seen.in_flight_timed--;
        add(c->status < 400 ? &seen.good : &seen.refused, at - c->begun);
    }
    c->timed = false;
    if (c->close_after) close_connection(c);
    else next_request(c);
}

static void receive(struct connection *c) {
    ssize_t count = recv(c->fd, c->input + c->length, BUFFER - c->length, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (c->state == IDLE) {
        /* The server may close a connection that has nothing to say. */
        forget_idle(c);
        if (count > 0) seen.malformed++;
        close_connection(c);
        return;
    }
    if (count <= 0) {
        lose(c, &seen.socket_errors);
    } else {
        c->length += count;
        bool understood = c->expected != 0 || read_head(c);
        if (!understood || (c->expected != 0 && c->length > c->expected)) lose(c, &seen.malformed);
        else if (c->expected != 0 && c->length == c->expected) finish(c);
    }
    if (c->state == CLOSED && option.rate == 0 && !stopped && open_count < option.connections) open_connection(now());
}

static void opened_connection(struct connection *c, uint32_t what) {
    if (what == EPOLLIN) return; /* an event of the socket that this connection had before */
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        lose(c, &seen.connect_errors);
        return;
    }
    watch(c, EPOLLIN, EPOLL_CTL_MOD);
    if (c->must_send) send_request(c);
    else next_request(c);
}

static void run_until(int64_t end, bool (*is_over)(void)) {
    struct epoll_event ready[BATCH];
    for (int64_t at = now(); at < end && !is_over(); at = now()) {
        int left = (int)((end - at) / 1000000) + 1;
        int count = epoll_wait(events, ready, BATCH, left);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            struct connection *c = ready[i].data.ptr;
            if (c == NULL) keep_schedule();
            else if (c->state == CONNECTING) opened_connection(c, ready[i].events);
            else if (c->state != CLOSED) receive(c);
        }
    }
}

static bool never(void) { return false; }
static bool all_answered(void) { return seen.in_flight_timed == 0; }

int main(int argc, char **argv) {
    read_options(argc, argv);
    make_request();
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    /* A client elsewhere would not wait for a core of this machine: neither shall this one, where that is allowed. */
    setpriority(PRIO_PROCESS, 0, -20);
    prctl(PR_SET_TIMERSLACK, 1UL);

    events = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    connections = calloc(option.most, sizeof *connections);
    if (events < 0 || timer < 0 || connections == NULL) fail("start");

    started = now() + (option.rate > 0 ? 50000000 : 0); /* time to open the first connections */
    window_begin = started + (int64_t)(option.warmup * 1e9);
    window_end = window_begin + (int64_t)(option.seconds * 1e9);
    for (int i = 0; i < option.connections; i++) open_connection(NOBODY);
    if (option.rate > 0) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
        if (epoll_ctl(events, EPOLL_CTL_ADD, timer, &event) != 0) fail("epoll_ctl");
        struct itimerspec when = {.it_value = {started / 1000000000LL, started % 1000000000LL}};
        timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
    }
    run_until(window_begin, never);
    double cpu = cpu_seconds();
    run_until(window_end, never);
    cpu = cpu_seconds() - cpu;
    stopped = true;
    run_until(window_end + DRAIN_SECONDS * 1000000000LL, all_answered);
    print_report(cpu);
    return 0;
}
