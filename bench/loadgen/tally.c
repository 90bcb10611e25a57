#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MAX_PROCESSES = 64 };
static int processes[MAX_PROCESSES], process_count;

void latencies_add(Latencies *latencies, uint64_t nanoseconds) {
    uint64_t bucket = nanoseconds / 10000;
    latencies->buckets[bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1]++;
    latencies->count++;
    if (nanoseconds > latencies->greatest) latencies->greatest = nanoseconds;
}

double latencies_quantile(const Latencies *latencies, double share) {
    if (!latencies->count) return -1;
    uint64_t rank = (uint64_t)(share * (double)(latencies->count - 1)), passed = 0;
    for (int i = 0; i < LATENCY_BUCKETS; i++) {
        passed += latencies->buckets[i];
        if (passed > rank) return (i + 0.5) * 0.01;
    }
    return 1e4;
}

void server_add(int pid) {
    if (process_count == MAX_PROCESSES) {
        fprintf(stderr, "more than %d server processes\n", MAX_PROCESSES);
        exit(2);
    }
    processes[process_count++] = pid;
}

int server_main(void) { return process_count ? processes[process_count - 1] : 0; }

static FILE *open_proc(int pid, const char *name, const char *mode) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    return fopen(path, mode);
}

static double process_cpu(int pid) {
    char text[1024];
    FILE *file = open_proc(pid, "stat", "r");
    if (!file) return 0;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    unsigned long user = 0, system = 0;
    char *after_name = strrchr(text, ')');
    if (after_name)
        sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

double server_cpu(void) {
    double seconds = 0;
    for (int i = 0; i < process_count; i++) seconds += process_cpu(processes[i]);
    return seconds;
}

long server_memory(const char *field) {
    long total = 0;
    char line[256];
    for (int i = 0; i < process_count; i++) {
        FILE *file = open_proc(processes[i], "status", "r");
        if (!file) continue;
        while (fgets(line, sizeof line, file))
            if (!strncmp(line, field, strlen(field))) total += atol(line + strlen(field) + 1);
        fclose(file);
    }
    return total;
}

void server_forget_peak(void) {
    for (int i = 0; i < process_count; i++) {
        FILE *file = open_proc(processes[i], "clear_refs", "w");
        if (!file) continue;
        fputs("5", file);
        fclose(file);
    }
}

double own_cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}
