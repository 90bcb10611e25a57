#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cpu.h"
#include "frames.h"
#include "memory.h"
#include "program.h"
#include "words.h"

enum {
    SIGNAL_EXIT_BASE = 128,
    MAX_COMMAND_BYTES = 1 << 18,
    SECOND = 1000000,       /* in microseconds */
    CPU_CHECK = SECOND / 4, /* at most so often is looked what was used */
};

static struct {
    struct program program;
    const char *input; /* taken off the stream, on its way to the program */
    size_t input_left;
    bool has_input_ended;
    uint64_t cpu_end;   /* what all processes of the sandbox may have used; in microseconds */
    uint64_t cpu_check; /* when to look again whether they have; on the monotonic clock */
    bool is_over_cpu;
} step;

static char chunk[HEADER_BYTES + CHUNK_BYTES];

static void obey(struct frame frame, const char *content) {
    struct words words = {content, content + frame.length};
    struct winsize size = {0};
    switch (frame.kind) {
    case INPUT:
        step.input = content;
        step.input_left = step.program.input < 0 ? 0 : frame.length;
        break;
    case END_INPUT: step.has_input_ended = true; break;
    case RESIZE:
        size.ws_col = (unsigned short)next_number(&words);
        size.ws_row = (unsigned short)next_number(&words);
        ioctl(step.program.input, TIOCSWINSZ, &size);
        break;
    default: fault("a frame %c while a program runs", frame.kind);
    }
}

/* Obeys what was read, up to input that the program has not taken. */
static void obey_all(void) {
    struct frame frame;
    const char *content;
    while (step.input_left == 0 && take_frame(&frame, &content)) obey(frame, content);
    if (step.input_left == 0 && step.has_input_ended && !step.program.has_terminal)
        close_input(&step.program);
}

static void pass_input(void) {
    ssize_t count = write(step.program.input, step.input, step.input_left);
    if (count >= 0) {
        step.input += count;
        step.input_left -= (size_t)count;
    } else if (errno != EAGAIN && errno != EINTR) { /* it reads no more */
        step.input_left = 0;
        if (!step.program.has_terminal) close_input(&step.program);
    }
}

/* Passes one piece of output on; returns false when there will be no more. */
static bool pass_output(int fd, char kind) {
    ssize_t count = read(fd, chunk + HEADER_BYTES, CHUNK_BYTES);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (count <= 0) return false; /* a terminal that nobody has open any more says EIO */
    send_in_place(kind, chunk, (size_t)count);
    return true;
}

static void pass_all_output(struct output *output) {
    while (output->fd >= 0) {
        struct pollfd ready = {output->fd, POLLIN, 0};
        if (poll(&ready, 1, -1) > 0 && !pass_output(output->fd, output->kind)) close_output(output);
    }
}

static uint64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec / 1000;
}

/* Ends a program whose processes have used up their time together, be it one after the other: what
 * the kernel limits is each of them. Returns how long to wait for something else meanwhile. */
static struct timespec watch_cpu(void) {
    uint64_t now = microseconds();
    if (now >= step.cpu_check) {
        uint64_t used = cpu_time_used();
        if (used >= step.cpu_end) {
            step.is_over_cpu = true;
            kill(-1, SIGKILL);
        }
        uint64_t left = step.is_over_cpu ? 0 : step.cpu_end - used;
        left /= (uint64_t)sysconf(_SC_NPROCESSORS_ONLN); /* at the fastest */
        step.cpu_check = now + (left > CPU_CHECK ? left : CPU_CHECK);
    }
    uint64_t wait = step.cpu_check - now;
    return (struct timespec){(time_t)(wait / SECOND), (long)(wait % SECOND * 1000)};
}

/* Waits for something to do, and does it. SIGCHLD ends the wait. */
static void attend(const sigset_t *all_signals) {
    enum { SERVER, TO_PROGRAM, FROM_PROGRAM, COUNT = FROM_PROGRAM + OUTPUTS };
    struct pollfd ready[COUNT] = {
        [SERVER] = {SERVER_INPUT, step.input_left ? 0 : POLLIN, 0},
        [TO_PROGRAM] = {step.input_left ? step.program.input : -1, POLLOUT, 0},
    };
    for (int i = 0; i < OUTPUTS; i++)
        ready[FROM_PROGRAM + i] = (struct pollfd){step.program.outputs[i].fd, POLLIN, 0};
    struct timespec wait = watch_cpu();
    if (ppoll(ready, COUNT, &wait, all_signals) <= 0) return;
    if (step.input_left && ready[SERVER].revents & (POLLHUP | POLLERR)) exit(EXIT_SUCCESS);
    if (ready[TO_PROGRAM].revents) pass_input();
    for (int i = 0; i < OUTPUTS; i++) {
        struct output *output = &step.program.outputs[i];
        if (ready[FROM_PROGRAM + i].revents && !pass_output(output->fd, output->kind))
            close_output(output);
    }
    if (!step.input_left && ready[SERVER].revents) fill();
    obey_all();
}

/* Reaps who has ended; returns true once the program itself is among them. */
static bool has_ended(int *status) {
    bool is_over = false;
    int of_one;
    for (pid_t pid; (pid = waitpid(-1, &of_one, WNOHANG)) > 0;)
        if (pid == step.program.pid) {
            *status = of_one;
            is_over = true;
        }
    return is_over;
}

static void end_all_others(void) {
    kill(-1, SIGKILL); /* as the first process, all but this one */
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) continue;
}

void run_step(uint32_t length) {
    static char command[MAX_COMMAND_BYTES];
    if (length > sizeof command) fault("a command of %u bytes", length);
    read_content(command, length);
    struct words words = {command, command + length};
    alarm(next_number(&words));
    unsigned cpu_seconds = next_number(&words);
    unsigned long killed_before = killed_for_memory();

    sigset_t child, others;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &others);
    memset(&step, 0, sizeof step);
    step.cpu_end = cpu_time_used() + (uint64_t)cpu_seconds * SECOND;
    step.program = begin_program(&words, cpu_seconds, &others);
    send_frame(BEGUN, NULL, 0);

    int status = 0;
    obey_all();
    while (!has_ended(&status)) attend(&others);
    end_all_others();
    close_input(&step.program);
    for (int i = 0; i < OUTPUTS; i++) pass_all_output(&step.program.outputs[i]);
    sigprocmask(SIG_SETMASK, &others, NULL);
    alarm(0);

    int code = WIFSIGNALED(status) ? SIGNAL_EXIT_BASE + WTERMSIG(status) : WEXITSTATUS(status);
    if (step.is_over_cpu) code = SIGNAL_EXIT_BASE + SIGXCPU;
    char told[64];
    int told_bytes = snprintf(told, sizeof told, "%d%c%lu", code, 0,
                              killed_for_memory() - killed_before);
    send_frame(ENDED, told, (size_t)told_bytes + 1);
}
