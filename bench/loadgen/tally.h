/* What is counted of latencies, and of the server's processes. */
#ifndef TALLY_H
#define TALLY_H
#include <stdint.h>

enum { LATENCY_BUCKETS = 1000001 }; /* of 10 us; the last one holds all that took 10 s or more */

typedef struct {
    uint64_t buckets[LATENCY_BUCKETS];
    uint64_t count, greatest;
} Latencies;

void latencies_add(Latencies *latencies, uint64_t nanoseconds);

/* Milliseconds that this share of all took at most; -1 when there are none. */
double latencies_quantile(const Latencies *latencies, double share);

/* The processes that make up the server. */
void server_add(int pid);
int server_main(void);

/* CPU seconds, user and system, of all their threads, ended ones included. */
double server_cpu(void);

/* A field of /proc/PID/status in KiB, added up; such as "VmRSS". */
long server_memory(const char *field);

/* Makes "VmHWM" start again from what is used now. */
void server_forget_peak(void);

double own_cpu(void);

#endif
