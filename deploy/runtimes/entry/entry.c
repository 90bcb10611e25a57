/* The first process of a sandbox. Waits, holding next to nothing, for files and commands on its
 * standard input, runs them one after the other, and ends when that input does: with it end all
 * other processes of the sandbox, so nothing outlives the server that owns it.
 *
 * Programs run as the same user but can do nothing to it: signals from inside don't reach the first
 * process of a PID namespace, and being undumpable shuts ptrace and /proc/1.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect.h"
#include "debug.h"
#include "files.h"
#include "frames.h"
#include "step.h"

static void wake(int number) { (void)number; }

/* A program may send it too, and must not be believed. */
static void give_up(int number, siginfo_t *info, void *context) {
    (void)number;
    (void)context;
    if (info->si_code == SI_KERNEL) _exit(EXIT_FAILURE);
}

static void handle(int number, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    sigaction(number, &action, NULL);
}

static void handle_alarm(void) {
    struct sigaction action = {.sa_sigaction = give_up, .sa_flags = SA_SIGINFO};
    sigaction(SIGALRM, &action, NULL);
}

static void skip(uint32_t length) {
    char byte;
    while (length-- > 0) read_content(&byte, 1);
}

int main(void) {
    if (getpid() != 1) {
        fputs("this must be a container's first process, or it would end others' processes\n", stderr);
        return EXIT_FAILURE;
    }
    prctl(PR_SET_DUMPABLE, 0);
    umask(022);
    handle(SIGPIPE, SIG_IGN);
    handle(SIGCHLD, wake);
    handle_alarm(); /* a server that forgets its run, or hangs */
    send_frame(READY, NULL, 0);
    for (;;) {
        struct frame frame = read_header();
        switch (frame.kind) {
        case PUT_DIRECTORY: put_directory(frame.length); break;
        case PUT_FILE: put_file(frame.length, false); break;
        case PUT_EXECUTABLE: put_file(frame.length, true); break;
        case BEGIN: run_step(frame.length); break;
        case DEBUG: run_debug(frame.length); break;
        case COLLECT: collect(frame.length); break;
        case GATHER: gather(frame.length); break;
        case INPUT: case END_INPUT: case RESIZE: case SPAWN: case CONNECT: case SAY: case GRANT:
        case FINISH: skip(frame.length); break; /* came too late */
        default: fault("an unknown frame %d", frame.kind);
        }
    }
}
