/* A program as it is started: its processes' descent, its streams, its limits. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "words.h"

enum { OUTPUTS = 2 };

struct output {
    int fd; /* -1 when there will be no more */
    char kind;
};

struct program {
    pid_t pid;
    bool has_terminal;
    int terminal; /* held open, so that the other end never hangs up; -1 without one */
    int input;    /* -1 when it has ended */
    struct output outputs[OUTPUTS];
};

/* Takes the words of a BEGIN frame, after its times: columns, rows (0 and 0 for pipes), how many
 * variables; these; the command. The program gets the given signal mask, and each of its processes
 * a SIGXCPU after so many seconds of CPU time. */
struct program begin_program(struct words *words, unsigned cpu_seconds, const sigset_t *mask);

void close_input(struct program *program);
void close_output(struct output *output);

#endif
