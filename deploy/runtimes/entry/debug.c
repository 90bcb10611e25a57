#include "debug.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "channel.h"
#include "collect.h"
#include "cpu.h"
#include "frames.h"
#include "program.h"
#include "step.h"
#include "words.h"

static struct {
    struct program program; /* its number is 0 while there is none */
    struct ends ends;       /* the terminal, for what is spawned */
    pid_t adapter;
    struct restraint restraint;
    struct cpu_budget budget;
    char input[INPUT_BYTES]; /* on its way to the terminal */
    size_t input_at, input_end;
    size_t granted; /* bytes of output */
    bool is_finished;
} debug;

static void tell(char kind, long number) {
    char told[32];
    int length = snprintf(told, sizeof told, "%ld", number);
    send_frame(kind, told, (size_t)length + 1);
}

static void pass_input(void) {
    size_t left = debug.input_end - debug.input_at;
    ssize_t count = write(debug.program.input, debug.input + debug.input_at, left);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    debug.input_at += count < 0 ? left : (size_t)count;
    if (debug.input_at == debug.input_end) send_frame(TAKEN, NULL, 0);
}

static void take_input(const char *content, uint32_t length) {
    if (length > INPUT_BYTES || debug.input_at < debug.input_end) fault("input before its turn");
    memcpy(debug.input, content, length);
    debug.input_at = 0;
    debug.input_end = length;
    pass_input();
}

static void spawn(struct words *words) {
    struct command command = read_command(words);
    debug.program.pid = start_process(command, debug.ends, true, &debug.restraint);
    tell(SPAWNED, debug.program.pid);
}

static void connect_to(struct words *words) {
    unsigned number = next_number(words);
    const char *address = next_word(words);
    connect_channel(number, address, next_number(words));
}

static void obey(struct frame frame, const char *content) {
    struct words words = {content, content + frame.length};
    struct winsize size;
    switch (frame.kind) {
    case INPUT: take_input(content, frame.length); break;
    case RESIZE:
        size = next_size(&words);
        ioctl(debug.program.input, TIOCSWINSZ, &size);
        break;
    case SPAWN: spawn(&words); break;
    case CONNECT: connect_to(&words); break;
    case SAY:
        if (frame.length == 0) fault("words for no channel");
        say((unsigned char)content[0], content + 1, frame.length - 1);
        break;
    case GRANT: debug.granted += next_number(&words); break;
    case FINISH: debug.is_finished = true; break;
    default: fault("a frame %c while a program is debugged", frame.kind);
    }
}

static void pass_granted_output(void) {
    struct output *output = &debug.program.outputs[0];
    size_t passed;
    if (!pass_output(output->fd, output->kind, debug.granted, &passed)) close_output(output);
    debug.granted -= passed;
}

/* Waits for something to do, and does it. SIGCHLD ends the wait. */
static void attend(void) {
    enum { SERVER, TERMINAL_IN, TERMINAL_OUT, CHANNELS };
    enum { COUNT = CHANNELS + MAX_CHANNELS * POLLS_PER_CHANNEL };
    struct program *program = &debug.program;
    bool has_input = debug.input_at < debug.input_end;
    struct pollfd ready[COUNT] = {
        [SERVER] = {SERVER_INPUT, POLLIN, 0},
        [TERMINAL_IN] = {has_input ? program->input : -1, POLLOUT, 0},
        [TERMINAL_OUT] = {debug.granted ? program->outputs[0].fd : -1, POLLIN, 0},
    };
    struct timespec wait = watch_cpu(&debug.budget);
    uint64_t most = await_channels(ready + CHANNELS);
    if (wait.tv_sec > 0 || (uint64_t)wait.tv_nsec > most * 1000)
        wait = (struct timespec){(time_t)(most / SECOND), (long)(most % SECOND * 1000)};
    int count = ppoll(ready, COUNT, &wait, &debug.restraint.mask);
    if (count < 0) return;
    if (ready[TERMINAL_IN].revents) pass_input();
    if (ready[TERMINAL_OUT].revents) pass_granted_output();
    serve_channels(ready + CHANNELS);
    if (ready[SERVER].revents) fill();
    struct frame frame;
    const char *content;
    while (take_frame(&frame, &content)) obey(frame, content);
}

/* Reaps who has ended; returns true once the adapter is among them. */
static bool has_ended(int *status) {
    int of_one;
    bool is_over = false;
    for (pid_t pid; (pid = reap(&of_one)) > 0;) {
        if (pid == debug.adapter) {
            *status = of_one;
            is_over = true;
        } else if (pid == debug.program.pid)
            tell(LEFT, exit_code(of_one));
    }
    return is_over;
}

static void start_adapter(struct command command, bool is_on_terminal) {
    int from_adapter, from_errors, to_adapter;
    struct ends ends;
    if (is_on_terminal) {
        debug.adapter = start_process(command, debug.ends, true, &debug.restraint);
        return;
    }
    make_pipe(&ends.input, &to_adapter);
    make_pipe(&from_adapter, &ends.output);
    make_pipe(&from_errors, &ends.errors);
    debug.adapter = start_process(command, ends, false, &debug.restraint);
    close_ends(ends);
    make_channel(ADAPTER, from_adapter, to_adapter);
    make_channel(ADAPTER_ERRORS, from_errors, -1);
}

static void begin(struct words *words) {
    memset(&debug, 0, sizeof debug);
    forget_channels();
    alarm(next_number(words));
    debug.restraint.cpu_seconds = next_number(words);
    debug.budget = cpu_budget(debug.restraint.cpu_seconds);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &debug.restraint.mask);
    debug.program.has_terminal = true;
    debug.ends = make_terminal(&debug.program, next_size(words));
    char *terminal = debug.restraint.terminal;
    if (ptsname_r(debug.program.input, terminal, sizeof debug.restraint.terminal) != 0)
        fault("a terminal without a name");
    bool is_on_terminal = next_number(words) > 0;
    note_begin();
    start_adapter(read_command(words), is_on_terminal);
    send_frame(BEGUN, terminal, strlen(terminal) + 1);
    terminal[0] = 0; /* what is spawned has it already */
}

void run_debug(uint32_t length) {
    struct words words = read_words(length);
    struct want before = want_so_far();
    begin(&words);

    int status = SIGKILL; /* if the adapter has not ended by itself */
    while (!has_ended(&status) && !debug.is_finished) attend();
    end_all_others();
    close_input(&debug.program);
    pass_all_output(&debug.program.outputs[0]);
    drain_channels();
    forget_channels();
    sigprocmask(SIG_SETMASK, &debug.restraint.mask, NULL);
    alarm(0);
    send_end(debug.budget.is_over ? exit_code(SIGXCPU) : exit_code(status), before);
}
