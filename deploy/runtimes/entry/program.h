/* A program as it is started: its processes' descent, its streams, its limits, its end. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
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

/* What a new process has as its standard streams. */
struct ends {
    int input, output, errors;
};

struct command {
    char **argv, **env;
};

/* What every new process is given: so many seconds of CPU time, then it gets a SIGXCPU; the signals
 * that are to be blocked; and, unless it is empty, the path of a terminal in a variable of its own. */
struct restraint {
    unsigned cpu_seconds;
    sigset_t mask;
    char terminal[64];
};

/* Takes the words of a BEGIN frame, after its times: columns, rows (0 and 0 for pipes), and a
 * command. */
struct program begin_program(struct words *words, const struct restraint *restraint);

/* Takes words: columns, rows. */
struct winsize next_size(struct words *words);

/* Takes all words left: how many variables; these; the command. It is valid until the next one is
 * read. */
struct command read_command(struct words *words);

/* Makes the program's terminal; the program itself is not begun. */
struct ends make_terminal(struct program *program, struct winsize size);
void make_pipe(int *read_end, int *write_end);
void close_ends(struct ends ends);

/* Starts a process in a session of its own, whose terminal is that of its streams, if they have one. */
pid_t start_process(struct command command, struct ends ends, bool has_terminal,
                    const struct restraint *restraint);

/* Passes one piece of output on, of so many bytes at most; returns false when there will be no more. */
bool pass_output(int fd, char kind, size_t most, size_t *passed);

/* Passes the rest on, up to its end. */
void pass_all_output(struct output *output);

void close_input(struct program *program);
void close_output(struct output *output);

/* Reaps a process that has ended; returns its number, or none above 0 when there is none. */
pid_t reap(int *status);

/* Ends every other process of the sandbox, and waits until they are gone. */
void end_all_others(void);

/* A process's exit code as shells tell it. */
int exit_code(int status);

#endif
