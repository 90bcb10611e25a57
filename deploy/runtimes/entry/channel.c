#include "channel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cpu.h"
#include "frames.h"

enum {
    MAX_UNSENT_BYTES = 1 << 22, /* an adapter that leaves so much unread is stuck */
    RETRY = SECOND / 50,        /* between two tries to connect */
    TRY_SECONDS = 1,
};

static struct channel {
    int input, output; /* -1 where there is none, or no more */
    struct sockaddr_storage address;
    socklen_t address_bytes;
    uint64_t retry, give_up; /* on the monotonic clock; `give_up` is 0 but while it connects */
    char *unsent;
    size_t unsent_bytes;
} channels[MAX_CHANNELS];

static char chunk[HEADER_BYTES + CHUNK_BYTES];

static struct channel *channel(unsigned number) {
    if (number >= MAX_CHANNELS) fault("a channel %u", number);
    return &channels[number];
}

static void free_channel(struct channel *channel) {
    if (channel->input >= 0) close(channel->input);
    if (channel->output >= 0 && channel->output != channel->input) close(channel->output);
    free(channel->unsent);
    *channel = (struct channel){.input = -1, .output = -1};
}

void forget_channels(void) {
    static bool is_used;
    for (size_t i = 0; i < MAX_CHANNELS; i++) {
        if (is_used) free_channel(&channels[i]);
        channels[i].input = channels[i].output = -1;
    }
    is_used = true;
}

static void tell(char kind, const struct channel *channel) {
    char number[8];
    int length = snprintf(number, sizeof number, "%d", (int)(channel - channels));
    send_frame(kind, number, (size_t)length + 1);
}

static void hang_up(struct channel *channel) {
    tell(HUNG_UP, channel);
    free_channel(channel);
}

static void do_not_block(int fd) {
    if (fd >= 0) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void make_channel(unsigned number, int input, int output) {
    struct channel *made = channel(number);
    free_channel(made);
    made->input = input;
    made->output = output;
    do_not_block(input);
    do_not_block(output);
}

static void set_address(struct channel *channel, const char *address) {
    if (address[0] == '/') {
        struct sockaddr_un *path = (struct sockaddr_un *)&channel->address;
        if (strlen(address) >= sizeof path->sun_path) fault("a long path %s", address);
        path->sun_family = AF_UNIX;
        strcpy(path->sun_path, address);
        channel->address_bytes = sizeof *path;
    } else {
        struct sockaddr_in *port = (struct sockaddr_in *)&channel->address;
        port->sin_family = AF_INET;
        port->sin_port = htons((uint16_t)atoi(address));
        port->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        channel->address_bytes = sizeof *port;
    }
}

static void try_to_connect(struct channel *channel) {
    uint64_t now = microseconds();
    if (now < channel->retry) return;
    channel->retry = now + RETRY;
    int fd = socket(channel->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = TRY_SECONDS};
    if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&channel->address, channel->address_bytes) == 0) {
        do_not_block(fd);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        channel->input = channel->output = fd;
        channel->give_up = 0;
        tell(CONNECTED, channel);
        return;
    }
    if (fd >= 0) close(fd);
    if (now >= channel->give_up) hang_up(channel);
}

void connect_channel(unsigned number, const char *address, unsigned milliseconds) {
    struct channel *made = channel(number);
    free_channel(made);
    set_address(made, address);
    made->give_up = microseconds() + (uint64_t)milliseconds * 1000;
    try_to_connect(made);
}

static void send_unsent(struct channel *channel) {
    ssize_t count = write(channel->output, channel->unsent, channel->unsent_bytes);
    if (count < 0) {
        if (errno != EAGAIN && errno != EINTR) hang_up(channel);
        return;
    }
    channel->unsent_bytes -= (size_t)count;
    memmove(channel->unsent, channel->unsent + count, channel->unsent_bytes);
}

void say(unsigned number, const char *bytes, size_t length) {
    struct channel *to = channel(number);
    if (to->output < 0 && to->give_up == 0) return; /* it has hung up */
    if (to->unsent_bytes + length > MAX_UNSENT_BYTES) {
        hang_up(to);
        return;
    }
    char *unsent = realloc(to->unsent, to->unsent_bytes + length + 1);
    if (unsent == NULL) fault("no memory for what an adapter does not read");
    to->unsent = unsent;
    memcpy(unsent + to->unsent_bytes, bytes, length);
    to->unsent_bytes += length;
    if (to->output >= 0) send_unsent(to);
}

/* Has the kernel acknowledge what it gets by TCP at once, for a while; of no effect on other streams.
 * Some adapters send in pieces, of which theirs holds back each until the last is, for 40 ms. */
static void acknowledge_at_once(int fd) {
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
}

/* Passes one piece on; returns false when there is none now. */
static bool hear(struct channel *channel) {
    ssize_t count = read(channel->input, chunk + HEADER_BYTES + 1, CHUNK_BYTES - 1);
    if (channel->address_bytes > 0) acknowledge_at_once(channel->input);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (count <= 0) {
        hang_up(channel);
        return false;
    }
    chunk[HEADER_BYTES] = (char)(channel - channels);
    send_in_place(SAID, chunk, (size_t)count + 1);
    return true;
}

uint64_t await_channels(struct pollfd *polls) {
    uint64_t wait = SECOND;
    for (size_t i = 0; i < MAX_CHANNELS; i++) {
        struct channel *channel = &channels[i];
        bool has_unsent = channel->output >= 0 && channel->unsent_bytes > 0;
        polls[2 * i] = (struct pollfd){channel->input, POLLIN, 0};
        polls[2 * i + 1] = (struct pollfd){has_unsent ? channel->output : -1, POLLOUT, 0};
        if (channel->give_up && wait > RETRY) wait = RETRY;
    }
    return wait;
}

void serve_channels(const struct pollfd *polls) {
    for (size_t i = 0; i < MAX_CHANNELS; i++) {
        struct channel *channel = &channels[i];
        if (channel->give_up) try_to_connect(channel);
        if (polls[2 * i + 1].revents && channel->output >= 0) send_unsent(channel);
        if (polls[2 * i].revents && channel->input >= 0) hear(channel);
    }
}

void drain_channels(void) {
    for (size_t i = 0; i < MAX_CHANNELS; i++)
        while (channels[i].input >= 0 && hear(&channels[i])) continue;
}
