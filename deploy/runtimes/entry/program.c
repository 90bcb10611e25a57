#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "frames.h"

enum { MAX_WORDS = 1 << 17, CANNOT_RUN = 126, NOT_FOUND = 127, XCPU_GRACE_SECONDS = 1 };

/* What the program has as its standard streams. */
struct ends {
    int input, output, errors;
};

static void check(int result, const char *what) {
    if (result < 0) fault("%s: %s", what, strerror(errno));
}

static void make_pipe(int *read_end, int *write_end) {
    int fds[2];
    check(pipe2(fds, O_CLOEXEC), "pipe");
    *read_end = fds[0];
    *write_end = fds[1];
}

static void do_not_block(int fd) {
    check(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), "fcntl");
}

static struct ends make_pipes(struct program *program) {
    struct ends ends;
    make_pipe(&ends.input, &program->input);
    make_pipe(&program->outputs[0].fd, &ends.output);
    make_pipe(&program->outputs[1].fd, &ends.errors);
    program->outputs[0].kind = OUT;
    program->outputs[1].kind = ERR;
    program->terminal = -1;
    do_not_block(program->input);
    return ends;
}

static struct ends make_terminal(struct program *program, struct winsize size) {
    int master;
    struct termios modes;
    check(openpty(&master, &program->terminal, NULL, NULL, &size), "a terminal");
    check(tcgetattr(program->terminal, &modes), "a terminal's modes");
    modes.c_iflag |= IUTF8 | IMAXBEL;
    check(tcsetattr(program->terminal, TCSANOW, &modes), "a terminal's modes");
    fcntl(master, F_SETFD, FD_CLOEXEC);
    fcntl(program->terminal, F_SETFD, FD_CLOEXEC);
    do_not_block(master);
    program->input = master;
    program->outputs[0] = (struct output){fcntl(master, F_DUPFD_CLOEXEC, 3), TERMINAL};
    program->outputs[1] = (struct output){-1, ERR};
    return (struct ends){program->terminal, program->terminal, program->terminal};
}

/* In the new process. What goes wrong here, the program's own standard error tells. */
static _Noreturn void become(char **argv, char **env, struct ends ends, bool has_terminal,
                             rlim_t cpu_seconds, const sigset_t *mask) {
    prctl(PR_SET_DUMPABLE, 1); /* or what follows in /proc would not be its own */
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) { /* want of memory is to end a program before its sandbox */
        if (write(score, "1000", 4) < 0) perror("oom_score_adj");
        close(score);
    }
    struct rlimit cpu = {cpu_seconds, cpu_seconds + XCPU_GRACE_SECONDS};
    setsid();
    dup2(ends.input, STDIN_FILENO);
    dup2(ends.output, STDOUT_FILENO);
    dup2(ends.errors, STDERR_FILENO);
    if (has_terminal && ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0) perror("terminal");
    if (setrlimit(RLIMIT_CPU, &cpu) < 0) {
        perror("CPU time limit");
        _exit(CANNOT_RUN);
    }
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    environ = env;
    execvp(argv[0], argv);
    int error = errno;
    fprintf(stderr, "%s: %s\n", argv[0], strerror(error));
    _exit(error == ENOENT ? NOT_FOUND : CANNOT_RUN);
}

struct program begin_program(struct words *words, unsigned cpu_seconds, const sigset_t *mask) {
    static char *all[MAX_WORDS + 2];
    struct program program;
    struct winsize size = {0};
    size.ws_col = (unsigned short)next_number(words);
    size.ws_row = (unsigned short)next_number(words);
    size_t variables = next_number(words), count = 0;
    while (words->at < words->end) {
        if (count == MAX_WORDS) fault("more than %d words", MAX_WORDS);
        if (count == variables) all[count++] = NULL; /* ends the variables */
        all[count++] = (char *)next_word(words);
    }
    if (count < variables + 2) fault("there is no command");
    all[count] = NULL;

    program.has_terminal = size.ws_col > 0;
    struct ends ends = program.has_terminal ? make_terminal(&program, size) : make_pipes(&program);
    program.pid = fork();
    check(program.pid, "fork");
    if (program.pid == 0)
        become(all + variables + 1, all, ends, program.has_terminal, cpu_seconds, mask);
    if (!program.has_terminal) {
        close(ends.input);
        close(ends.output);
        close(ends.errors);
    }
    return program;
}

void close_input(struct program *program) {
    if (program->input >= 0) close(program->input);
    if (program->terminal >= 0) close(program->terminal);
    program->input = program->terminal = -1;
}

void close_output(struct output *output) {
    close(output->fd);
    output->fd = -1;
}
