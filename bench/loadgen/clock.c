#include "clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int schedstat = -1;
static uint64_t waited_at_first, latest;

uint64_t clock_wall(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

/* The second field of schedstat: how long the main thread was ready to run, and did not. */
static uint64_t waited(void) {
    char text[96];
    ssize_t length = pread(schedstat, text, sizeof text - 1, 0);
    if (length <= 0) return waited_at_first;
    text[length] = 0;
    char *second = strchr(text, ' ');
    return second ? strtoull(second + 1, NULL, 10) : waited_at_first;
}

int clock_compensate(int pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    schedstat = open(path, O_RDONLY | O_CLOEXEC);
    if (schedstat < 0) return 0;
    waited_at_first = waited();
    return 1;
}

uint64_t clock_now(void) {
    uint64_t now = clock_wall();
    if (schedstat >= 0) now -= waited() - waited_at_first;
    if (now > latest) latest = now;
    return latest;
}
