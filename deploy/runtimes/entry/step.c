#include "step.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "collect.h"
#include "cpu.h"
#include "frames.h"
#include "program.h"
#include "words.h"

static struct {
    struct program program;
    const char *input; /* taken off the stream, on its way to the program */
    size_t input_left;
    bool has_input_ended;
    struct cpu_budget budget;
} step;

static void obey(struct frame frame, const char *content) {
    struct words words = {content, content + frame.length};
    struct winsize size;
    switch (frame.kind) {
    case INPUT:
        step.input = content;
        step.input_left = step.program.input < 0 ? 0 : frame.length;
        break;
    case END_INPUT: step.has_input_ended = true; break;
    case RESIZE:
        size = next_size(&words);
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

/* Waits for something to do, and does it. SIGCHLD ends the wait. */
static void attend(const sigset_t *all_signals) {
    enum { SERVER, TO_PROGRAM, FROM_PROGRAM, COUNT = FROM_PROGRAM + OUTPUTS };
    struct pollfd ready[COUNT] = {
        [SERVER] = {SERVER_INPUT, step.input_left ? 0 : POLLIN, 0},
        [TO_PROGRAM] = {step.input_left ? step.program.input : -1, POLLOUT, 0},
    };
    for (int i = 0; i < OUTPUTS; i++)
        ready[FROM_PROGRAM + i] = (struct pollfd){step.program.outputs[i].fd, POLLIN, 0};
    struct timespec wait = watch_cpu(&step.budget);
    if (ppoll(ready, COUNT, &wait, all_signals) <= 0) return;
    if (step.input_left && ready[SERVER].revents & (POLLHUP | POLLERR)) exit(EXIT_SUCCESS);
    if (ready[TO_PROGRAM].revents) pass_input();
    for (int i = 0; i < OUTPUTS; i++) {
        struct output *output = &step.program.outputs[i];
        size_t passed;
        if (ready[FROM_PROGRAM + i].revents &&
            !pass_output(output->fd, output->kind, CHUNK_BYTES, &passed))
            close_output(output);
    }
    if (!step.input_left && ready[SERVER].revents) fill();
    obey_all();
}

/* Reaps who has ended; returns true once the program itself is among them. */
static bool has_ended(int *status) {
    bool is_over = false;
    int of_one;
    for (pid_t pid; (pid = reap(&of_one)) > 0;)
        if (pid == step.program.pid) {
            *status = of_one;
            is_over = true;
        }
    return is_over;
}

void run_step(uint32_t length) {
    struct words words = read_words(length);
    alarm(next_number(&words));
    struct restraint restraint = {.cpu_seconds = next_number(&words)};
    struct want before = want_so_far();

    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &restraint.mask);
    memset(&step, 0, sizeof step);
    step.budget = cpu_budget(restraint.cpu_seconds);
    note_begin();
    step.program = begin_program(&words, &restraint);
    send_frame(BEGUN, NULL, 0);

    int status = 0;
    obey_all();
    while (!has_ended(&status)) attend(&restraint.mask);
    end_all_others();
    close_input(&step.program);
    for (int i = 0; i < OUTPUTS; i++) pass_all_output(&step.program.outputs[i]);
    sigprocmask(SIG_SETMASK, &restraint.mask, NULL);
    alarm(0);
    send_end(step.budget.is_over ? exit_code(SIGXCPU) : exit_code(status), before);
}

void send_end(int code, struct want before) {
    char told[96];
    struct want now = want_so_far();
    int told_bytes = snprintf(told, sizeof told, "%d%c%lu%c%lu", code, 0,
                              now.killed - before.killed, 0, now.refused - before.refused);
    send_frame(ENDED, told, (size_t)told_bytes + 1);
}
