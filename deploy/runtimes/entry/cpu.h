/* What the kernel says of the sandbox's CPU time. */
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum { SECOND = 1000000 }; /* in microseconds, as all times here */

struct cpu_budget {
    uint64_t end;   /* what all processes of the sandbox may have used */
    uint64_t check; /* when to look again whether they have; on the monotonic clock */
    bool is_over;
};

/* Begins a budget of so many seconds from now on. */
struct cpu_budget cpu_budget(unsigned seconds);

/* Ends all programs of the sandbox once they have used up their time together, be it one after the
 * other: what the kernel limits is each of them. Returns how long to wait for something else
 * meanwhile. */
struct timespec watch_cpu(struct cpu_budget *budget);

/* The monotonic clock. */
uint64_t microseconds(void);

#endif
