/* A class that joins at once, and people who are only there. */
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "clock.h"
#include "scenario.h"

enum { PROBES = 200 };
#define STORM_SECONDS 60.0
#define IDLE_CPU_SECONDS 3.0

/* Sends the updates of a file, each behind its length in 4 bytes (little endian). */
static void send_seed(Client *author, const char *path) {
    uint8_t head[4];
    uint64_t units = 0;
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    while (fread(head, 1, 4, file) == 4) {
        size_t length = head[0] | head[1] << 8 | head[2] << 16 | (size_t)head[3] << 24;
        uint8_t *update = malloc(length);
        int64_t more = fread(update, 1, length, file) == length ? seed_units_in(update, length) : -1;
        if (more < 0) {
            fprintf(stderr, "%s is no file of updates\n", path);
            exit(2);
        }
        units += (uint64_t)more;
        client_send_update(author, update, length);
        clients_wait(0.02); /* nobody pastes all of it within one tick */
        free(update);
    }
    fclose(file);
    seed_units_expected = units;
}

/* Comes again and again until somebody who comes gets all of the seed. */
static int seed_is_there(void) {
    for (int i = 0; i < PROBES; i++) {
        Client *probe = client_come_late(0);
        int there = clients_wait_synced(1, 0.5);
        link_free(&probe->link);
        if (there) return 1;
    }
    return 0;
}

static int by_size(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void print_storm(const Options *options, uint64_t start, double cpu, long loaded) {
    double *took = calloc(client_count, sizeof *took);
    uint32_t count = 0;
    for (uint32_t i = 0; i < client_count; i++)
        if (clients[i].is_synced) took[count++] = (double)(clients[i].synced_at - start) / 1e6;
    qsort(took, count, sizeof *took, by_size);
    printf("{\"mode\": \"join\", \"connections\": %u, \"complete\": %u, \"p50_ms\": %.1f, \"all_ms\": %.1f, ",
           client_count, count, count ? took[count / 2] : -1, count ? took[count - 1] : -1);
    printf("\"cpu\": %.3f, \"loaded_kb\": %ld, \"peak_kb\": %ld, \"closed\": %d, \"first_close\": \"%s\", ",
           cpu, loaded, server_memory("VmHWM"), links_closed, links_first_close);
    printf("\"unreadable\": %lu, \"bytes\": %lu, \"compensated\": %d}\n", traffic.unreadable, links_bytes,
           options->compensates);
    free(took);
}

void run_join(const Options *options) {
    Client *author = client_come_late(0);
    if (!clients_wait_synced(1, 20)) {
        printf("{\"error\": \"the author of the seed got no answer; closed: %s\"}\n", links_first_close);
        return;
    }
    send_seed(author, options->seed);
    synced_count = 0;
    author->is_synced = 1;
    if (!seed_is_there()) {
        printf("{\"error\": \"the seed never came back; closed: %s\"}\n", links_first_close);
        return;
    }
    clients_wait(2); /* for it to be saved */
    server_forget_peak();
    synced_count = links_closed = 0;
    links_bytes = 0;
    long loaded = server_memory("VmRSS");
    double cpu = server_cpu();
    if (options->compensates) clock_compensate(server_main());
    uint64_t start = clock_now();
    for (uint32_t i = 0; i < client_count; i++) link_connect(&clients[i].link);
    clients_wait_synced((int)client_count, STORM_SECONDS);
    print_storm(options, start, server_cpu() - cpu, loaded);
}

void run_idle(const Options *options) {
    long before = server_memory("VmRSS");
    clients_connect_all();
    if (options->shows_with_edits)
        for (uint32_t i = 0; i < client_count; i++) client_show(&clients[i], 0);
    clients_wait(options->seconds);
    double cpu = server_cpu();
    clients_wait(IDLE_CPU_SECONDS);
    cpu = (server_cpu() - cpu) / IDLE_CPU_SECONDS;
    long after = server_memory("VmRSS");
    printf("{\"mode\": \"idle\", \"connections\": %u, \"rooms\": %u, \"before_kb\": %ld, \"rss_kb\": %ld, ",
           client_count, room_count, before, after);
    printf("\"kb_per_connection\": %.2f, \"idle_cpu\": %.4f, \"closed\": %d, \"first_close\": \"%s\"}\n",
           (double)(after - before) / client_count, cpu, links_closed, links_first_close);
}
