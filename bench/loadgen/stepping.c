/* One presses Step at a steady pace; all wait for the program to stand still again. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "scenario.h"
#include "yjs.h"

enum { WARM_UP = 3, STOP_SECONDS = 20 };
#define SETTLE_SECONDS 0.5

static unsigned awaited, arrived; /* the stop that is waited for, and how many have been told of it */
static uint64_t last_told;

static _Noreturn void fail(const char *why) {
    printf("{\"error\": \"%s; closed: %d %s\"}\n", why, links_closed, links_first_close);
    exit(1);
}

static int has(Reader event, const char *words) {
    return memmem(event.at, (size_t)(event.end - event.at), words, strlen(words)) != NULL;
}

void hear_event(Reader event, uint64_t time) {
    char stop[32];
    snprintf(stop, sizeof stop, "\"stop\":%u,", awaited);
    if (has(event, "\"reply\":") && has(event, "\"error\":")) fail("a step was refused");
    if (!has(event, "\"type\":\"debug.stopped\"") || !has(event, stop) || !has(event, "\"frames\":[{"))
        return;
    arrived++;
    last_told = time;
}

static void press(unsigned stop) {
    uint8_t message[128];
    uint8_t *text = write_varuint(message, MESSAGE_EVENT);
    int length = snprintf((char *)text, 100, "{\"id\":%u,\"type\":\"debug.next\",\"stop\":%u}", stop, stop);
    link_send(&clients[0].link, message, (size_t)(text - message) + (size_t)length);
}

/* Returns the nanoseconds from the press until the last has read of the next stop. */
static uint64_t step(unsigned stop) {
    awaited = stop + 1;
    arrived = 0;
    uint64_t start = clock_wall(), end = start + STOP_SECONDS * SECOND;
    press(stop);
    while (arrived < client_count && clock_wall() < end && !links_closed) links_poll(SECOND / 10);
    if (arrived < client_count) fail("not everybody was told of a stop");
    return last_told - start;
}

static void print_steps(const double *seconds, unsigned count) {
    printf("{\"stop\": %u, \"seconds\": [", awaited);
    for (unsigned i = 0; i < count; i++) printf("%s%.6f", i ? ", " : "", seconds[i]);
    printf("]}\n");
}

void run_stepping(const Options *options) {
    double *seconds = calloc(options->steps, sizeof *seconds);
    clients_connect_all();
    clients_wait(SETTLE_SECONDS);
    uint64_t due = clock_wall();
    for (unsigned i = 0; i < WARM_UP + options->steps; i++) {
        uint64_t now = clock_wall();
        if (due > now) clients_wait((double)(due - now) / SECOND);
        due = clock_wall() + (uint64_t)(options->pace * SECOND);
        uint64_t took = step(options->stop + i);
        if (i >= WARM_UP) seconds[i - WARM_UP] = (double)took / SECOND;
    }
    print_steps(seconds, options->steps);
    free(seconds);
}
