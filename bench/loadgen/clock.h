/* Time, as it passes for a server that has its processor to itself. */
#ifndef CLOCK_H
#define CLOCK_H
#include <stdint.h>

#define SECOND 1000000000ull

/* Nanoseconds of the machine's monotonic clock. */
uint64_t clock_wall(void);

/* From now on `clock_now` stands still while that process waits for a processor others are using.
   Without schedstat (not Linux, or not allowed) it goes on as the wall clock. Returns whether it
   could be had. */
int clock_compensate(int pid);

/* Nanoseconds, never going back; the wall clock's, less what has been compensated. */
uint64_t clock_now(void);

#endif
