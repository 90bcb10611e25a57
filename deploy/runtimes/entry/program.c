#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "frames.h"

enum {
    MAX_WORDS = 1 << 17,
    CANNOT_RUN = 126,
    NOT_FOUND = 127,
    SIGNAL_EXIT_BASE = 128,
    XCPU_GRACE_SECONDS = 1,
};

static void check(int result, const char *what) {
    if (result < 0) fault("%s: %s", what, strerror(errno));
}

void make_pipe(int *read_end, int *write_end) {
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

struct ends make_terminal(struct program *program, struct winsize size) {
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
static _Noreturn void become(struct command command, struct ends ends, bool has_terminal,
                             const struct restraint *restraint) {
    prctl(PR_SET_DUMPABLE, 1); /* or what follows in /proc would not be its own */
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) { /* want of memory is to end a program before its sandbox */
        if (write(score, "1000", 4) < 0) perror("oom_score_adj");
        close(score);
    }
    struct rlimit cpu = {restraint->cpu_seconds, restraint->cpu_seconds + XCPU_GRACE_SECONDS};
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
    sigprocmask(SIG_SETMASK, &restraint->mask, NULL);
    environ = command.env;
    if (restraint->terminal[0] && setenv("DEBUG_TERMINAL", restraint->terminal, 1) < 0)
        perror("DEBUG_TERMINAL");
    execvp(command.argv[0], command.argv);
    int error = errno;
    fprintf(stderr, "%s: %s\n", command.argv[0], strerror(error));
    _exit(error == ENOENT ? NOT_FOUND : CANNOT_RUN);
}

struct command read_command(struct words *words) {
    static char *all[MAX_WORDS + 2];
    size_t variables = next_number(words), count = 0;
    while (words->at < words->end) {
        if (count == MAX_WORDS) fault("more than %d words", MAX_WORDS);
        if (count == variables) all[count++] = NULL; /* ends the variables */
        all[count++] = (char *)next_word(words);
    }
    if (count < variables + 2) fault("there is no command");
    all[count] = NULL;
    return (struct command){all + variables + 1, all};
}

struct winsize next_size(struct words *words) {
    struct winsize size = {0};
    size.ws_col = (unsigned short)next_number(words);
    size.ws_row = (unsigned short)next_number(words);
    return size;
}

pid_t start_process(struct command command, struct ends ends, bool has_terminal,
                    const struct restraint *restraint) {
    pid_t pid = fork();
    check(pid, "fork");
    if (pid == 0) become(command, ends, has_terminal, restraint);
    return pid;
}

void close_ends(struct ends ends) {
    close(ends.input);
    close(ends.output);
    close(ends.errors);
}

struct program begin_program(struct words *words, const struct restraint *restraint) {
    struct program program;
    struct winsize size = next_size(words);
    struct command command = read_command(words);
    program.has_terminal = size.ws_col > 0;
    struct ends ends = program.has_terminal ? make_terminal(&program, size) : make_pipes(&program);
    program.pid = start_process(command, ends, program.has_terminal, restraint);
    if (!program.has_terminal) close_ends(ends);
    return program;
}

bool pass_output(int fd, char kind, size_t most, size_t *passed) {
    static char chunk[HEADER_BYTES + CHUNK_BYTES];
    ssize_t count = read(fd, chunk + HEADER_BYTES, most < CHUNK_BYTES ? most : CHUNK_BYTES);
    *passed = 0;
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (count <= 0) return false; /* a terminal that nobody has open any more says EIO */
    send_in_place(kind, chunk, (size_t)count);
    *passed = (size_t)count;
    return true;
}

void pass_all_output(struct output *output) {
    while (output->fd >= 0) {
        struct pollfd ready = {output->fd, POLLIN, 0};
        size_t passed;
        if (poll(&ready, 1, -1) > 0 && !pass_output(output->fd, output->kind, CHUNK_BYTES, &passed))
            close_output(output);
    }
}

pid_t reap(int *status) { return waitpid(-1, status, WNOHANG); }

void end_all_others(void) {
    kill(-1, SIGKILL); /* as the first process, all but this one */
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) continue;
}

int exit_code(int status) {
    return WIFSIGNALED(status) ? SIGNAL_EXIT_BASE + WTERMSIG(status) : WEXITSTATUS(status);
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
