#include "cpu.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { CPU_CHECK = SECOND / 4 }; /* at most so often is looked what was used */

/* A sandbox sees its own cgroup's files only; a kernel has one of the two. */
static const struct {
    const char *path, *format;
    uint64_t per_microsecond;
} files[] = {
    {"/sys/fs/cgroup/cpu.stat", "usage_usec %" SCNu64, 1},          /* cgroup v2 */
    {"/sys/fs/cgroup/cpuacct/cpuacct.usage", "%" SCNu64, 1000}, /* cgroup v1 */
};

/* What all processes of this sandbox have used since its start, the dead included; 0 where nobody
 * says. */
static uint64_t cpu_time_used(void) {
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        uint64_t used;
        FILE *file = fopen(files[i].path, "re");
        if (file == NULL) continue;
        int count = fscanf(file, files[i].format, &used);
        fclose(file);
        if (count == 1) return used / files[i].per_microsecond;
    }
    return 0;
}

uint64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec / 1000;
}

struct cpu_budget cpu_budget(unsigned seconds) {
    return (struct cpu_budget){.end = cpu_time_used() + (uint64_t)seconds * SECOND};
}

struct timespec watch_cpu(struct cpu_budget *budget) {
    uint64_t now = microseconds();
    if (now >= budget->check) {
        uint64_t used = cpu_time_used();
        if (used >= budget->end) {
            budget->is_over = true;
            kill(-1, SIGKILL);
        }
        uint64_t left = budget->is_over ? 0 : budget->end - used;
        left /= (uint64_t)sysconf(_SC_NPROCESSORS_ONLN); /* at the fastest */
        budget->check = now + (left > CPU_CHECK ? left : CPU_CHECK);
    }
    uint64_t wait = budget->check - now;
    return (struct timespec){(time_t)(wait / SECOND), (long)(wait % SECOND * 1000)};
}
