/* Plays many people against one y-websocket or Hocuspocus server on this machine; see collab.py. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "scenario.h"
#include "yjs.h"

enum { LATE_SPACE = 256 };

/* For the test that compares them with Yjs' own. */
static void print_keystrokes(unsigned client, unsigned count) {
    uint8_t update[64];
    for (unsigned clock = 0; clock < count; clock++) {
        uint8_t *end = write_keystroke(update, client, clock);
        for (uint8_t *byte = update; byte < end; byte++) printf("%02x", *byte);
        putchar('\n');
    }
}

static void run(const char *mode, const Options *options) {
    if (!strcmp(mode, "typing"))
        run_typing(options);
    else if (!strcmp(mode, "join"))
        run_join(options);
    else if (!strcmp(mode, "idle"))
        run_idle(options);
    else if (!strcmp(mode, "stepping"))
        run_stepping(options);
    else
        exit(2);
}

int main(int count, char **arguments) {
    Options options = {.warm_up = 1, .seconds = 4, .drain = 8};
    const char *mode = "typing", *plan = NULL;
    int port = 0;
    if (count == 4 && !strcmp(arguments[1], "--keystrokes")) {
        print_keystrokes((unsigned)atol(arguments[2]), (unsigned)atol(arguments[3]));
        return 0;
    }
    for (int i = 1; i + 1 < count; i += 2) {
        const char *name = arguments[i], *value = arguments[i + 1];
        if (!strcmp(name, "--mode")) mode = value;
        else if (!strcmp(name, "--plan")) plan = value;
        else if (!strcmp(name, "--port")) port = atoi(value);
        else if (!strcmp(name, "--process")) server_add(atoi(value));
        else if (!strcmp(name, "--hocuspocus")) speaks_hocuspocus = atoi(value);
        else if (!strcmp(name, "--connecting")) connecting_at_once = atoi(value);
        else if (!strcmp(name, "--edits")) options.edits_per_second = atof(value);
        else if (!strcmp(name, "--shows")) options.shows_per_second = atof(value);
        else if (!strcmp(name, "--shows-with-edits")) options.shows_with_edits = atoi(value);
        else if (!strcmp(name, "--writers")) options.writers = (unsigned)atoi(value);
        else if (!strcmp(name, "--warm-up")) options.warm_up = atof(value);
        else if (!strcmp(name, "--seconds")) options.seconds = atof(value);
        else if (!strcmp(name, "--drain")) options.drain = atof(value);
        else if (!strcmp(name, "--compensate")) options.compensates = atoi(value);
        else if (!strcmp(name, "--seed")) options.seed = value;
        else if (!strcmp(name, "--steps")) options.steps = (unsigned)atoi(value);
        else if (!strcmp(name, "--stop")) options.stop = (unsigned)atoi(value);
        else if (!strcmp(name, "--pace")) options.pace = atof(value);
        else {
            fprintf(stderr, "unknown option %s\n", name);
            return 2;
        }
    }
    if (!plan || !port) return 2;
    signal(SIGPIPE, SIG_IGN);
    links_begin(port);
    clients_read(plan, LATE_SPACE);
    run(mode, &options);
    return 0;
}
