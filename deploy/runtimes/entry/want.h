/* What the kernel says that the sandbox wanted and did not get. */
#ifndef WANT_H
#define WANT_H

struct want {
    unsigned long killed;  /* processes, for want of memory */
    unsigned long refused; /* processes or threads, for there were as many as may be */
};

/* So far; 0 where nobody says. */
struct want want_so_far(void);

#endif
