// The floor under a connection rate: what the kernel lets one thread do with nothing around it. No histogram, no clock, no timeout, no
// parser: a connection is connect, send, recv and a reset, over and over on a fixed number of sockets, driven by one epoll set. What a
// load generator needs beyond this is its own cost.
//
//   connect-peer PORT CONNECTIONS SECONDS CPU reuse|fresh
//
// Loads 127.0.0.1:PORT from one thread on CPU. Two ways to end a connection:
//   reuse  connect(AF_UNSPEC) resets it and leaves the socket, registered, for the next: the fewest calls
//   fresh  close with SO_LINGER 0 and a new socket: the way of most C tools
// Prints the figures of SECONDS, after one second of warm-up, on one line:
//   connections=N seconds=S cpu_s=C failed=F
//
// Exit codes: 0, 1 where a system call failed (said on standard error), 2 for wrong arguments. Linux only.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, BUFFER = 65536, WARMUP_S = 1, TIMER = -1 };

static const char request[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
static char buffer[BUFFER];
static int epoll;
static struct sockaddr_in target;
static int fresh;
static unsigned long connections, failed;

static void check(long result, const char *call)
{
    if (result < 0) {
        perror(call);
        exit(1);
    }
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    check(sched_setaffinity(0, sizeof set, &set), "sched_setaffinity");
}

static void watch(int fd, int data, unsigned events)
{
    struct epoll_event event = {.events = events, .data.fd = data};
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static int new_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(fd, "socket");
    if (fresh) {
        struct linger linger = {.l_onoff = 1, .l_linger = 0};
        check(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), "setsockopt");
    }
    return fd;
}

// On loopback the handshake is over when connect returns, so the request can follow at once.
static int open_connection(int fd, int watched)
{
    if (connect(fd, (struct sockaddr *)&target, sizeof target) < 0 && errno != EINPROGRESS)
        return -1;
    if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
        return -1;
    if (!watched)
        watch(fd, fd, EPOLLIN | EPOLLET);
    return 0;
}

// Ends the connection of a socket, if it has one, and begins the next; a failure is counted and tried again.
static void turn(int fd)
{
    static const struct sockaddr none = {.sa_family = AF_UNSPEC};
    int watched = !fresh;
    for (;;) {
        if (fresh) {
            close(fd);
            fd = new_socket();
        } else {
            check(connect(fd, &none, sizeof none), "connect(AF_UNSPEC)");
        }
        if (open_connection(fd, watched) == 0)
            return;
        failed++;
    }
}

static void run_client(int count, int seconds)
{
    // Connections begin in fours, so that the first of them do not overrun the listener's queue.
    for (int i = 0; i < count; i++) {
        int fd = new_socket();
        if (open_connection(fd, 0) < 0) {
            perror("the first connections");
            exit(1);
        }
        if (i % 4 == 3)
            usleep(1000);
    }

    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    check(timer, "timerfd_create");
    watch(timer, TIMER, EPOLLIN | EPOLLET);
    struct itimerspec after = {.it_value.tv_sec = WARMUP_S};
    check(timerfd_settime(timer, 0, &after, NULL), "timerfd_settime");

    struct epoll_event events[EVENTS];
    struct timespec began = {0}, ended;
    struct rusage usage_began, usage_ended;
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == TIMER) {
                if (began.tv_sec == 0) {
                    clock_gettime(CLOCK_MONOTONIC, &began);
                    getrusage(RUSAGE_THREAD, &usage_began);
                    connections = failed = 0;
                    after.it_value.tv_sec = seconds;
                    check(timerfd_settime(timer, 0, &after, NULL), "timerfd_settime");
                    continue;
                }
                clock_gettime(CLOCK_MONOTONIC, &ended);
                getrusage(RUSAGE_THREAD, &usage_ended);
                double s = (ended.tv_sec - began.tv_sec) + (ended.tv_nsec - began.tv_nsec) / 1e9;
                double cpu = (usage_ended.ru_utime.tv_sec - usage_began.ru_utime.tv_sec) + (usage_ended.ru_stime.tv_sec - usage_began.ru_stime.tv_sec)
                    + (usage_ended.ru_utime.tv_usec - usage_began.ru_utime.tv_usec + usage_ended.ru_stime.tv_usec - usage_began.ru_stime.tv_usec) / 1e6;
                printf("connections=%lu seconds=%.6f cpu_s=%.6f failed=%lu\n", connections, s, cpu, failed);
                return;
            }
            ssize_t received = recv(fd, buffer, sizeof buffer, 0);
            if (received < 0 && errno == EAGAIN)
                continue;
            if (received > 0)
                connections++;
            else
                failed++;
            turn(fd);
        }
    }
}

static int number(const char *text, int least, int most)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == 0 || *end != 0 || value < least || value > most) {
        fprintf(stderr, "connect-peer: '%s' is not a number from %d to %d\n", text, least, most);
        exit(2);
    }
    return (int)value;
}

int main(int argc, char **argv)
{
    epoll = epoll_create1(EPOLL_CLOEXEC);
    check(epoll, "epoll_create1");
    if (argc != 6 || (strcmp(argv[5], "reuse") != 0 && strcmp(argv[5], "fresh") != 0)) {
        fprintf(stderr, "usage: connect-peer PORT CONNECTIONS SECONDS CPU reuse|fresh\n");
        return 2;
    }

    target.sin_family = AF_INET;
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    target.sin_port = htons(number(argv[1], 1, 65535));
    fresh = strcmp(argv[5], "fresh") == 0;
    pin(number(argv[4], 0, CPU_SETSIZE - 1));
    run_client(number(argv[2], 1, 4096), number(argv[3], 1, 600));
    return 0;
}
