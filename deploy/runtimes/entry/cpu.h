/* What the kernel says of the sandbox's CPU time. */
#ifndef CPU_H
#define CPU_H

#include <stdint.h>

/* What all processes of this sandbox have used since its start, the dead included; 0 where nobody
 * says. In microseconds. */
uint64_t cpu_time_used(void);

#endif
