/* What the kernel says of the sandbox's memory. */
#ifndef MEMORY_H
#define MEMORY_H

/* How many processes of this sandbox were killed for want of memory; 0 where nobody says. */
unsigned long killed_for_memory(void);

#endif
