/* The one way out of a sandbox that installs packages. The sandbox has no network; the package
 * manager, which this starts, takes 127.0.0.1 for its proxy, and what it says there goes to the
 * server by standard output and input, in frames. The server decides whom it is connected to.
 *
 * A frame: 1 byte kind, 1 byte connection, 2 bytes number (big endian); DATA is followed by so many
 * bytes. executor/packages/relay.py is the other side. Either side says CLOSED once, and the
 * connection's number is free again when both have. The server sends at most WINDOW_BYTES that it
 * was not told to be WRITTEN: nothing here waits for one connection while another could go on.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    OPENED = 'o',  /* to the server */
    WRITTEN = 'w', /* to the server: so many bytes were taken by the client */
    DATA = 'd',
    CLOSED = 'c',
    HEADER_BYTES = 4,
    CHUNK_BYTES = 1 << 14,
    WINDOW_BYTES = 1 << 18,
    CONNECTIONS = 64,
    CANNOT_RUN = 127,
    SIGNAL_EXIT_BASE = 128,
};

/* What the server has sent and the client not taken lies in `waiting`, from `start` on. */
static struct connection {
    int fd; /* -1 when the client is gone */
    bool is_used, has_told_end, has_heard_end;
    size_t start, count;
    char waiting[WINDOW_BYTES];
} connections[CONNECTIONS];

static _Noreturn void fail(const char *what) {
    perror(what);
    exit(CANNOT_RUN);
}

static void check(int result, const char *what) {
    if (result < 0) fail(what);
}

static void send_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = write(STDOUT_FILENO, bytes, count);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) fail("the server");
        bytes += sent;
        count -= (size_t)sent;
    }
}

static void read_all(char *bytes, size_t count) {
    while (count > 0) {
        ssize_t got = read(STDIN_FILENO, bytes, count);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) exit(EXIT_FAILURE); /* the server is gone */
        bytes += got;
        count -= (size_t)got;
    }
}

static size_t index_of(const struct connection *connection) {
    return (size_t)(connection - connections);
}

static void tell(const struct connection *connection, char kind, size_t number) {
    char header[HEADER_BYTES] = {kind, (char)index_of(connection), (char)(number >> 8), (char)number};
    send_all(header, HEADER_BYTES);
}

static void let_go(struct connection *connection) {
    if (connection->fd >= 0) close(connection->fd);
    connection->fd = -1;
    if (!connection->has_told_end) tell(connection, CLOSED, 0);
    connection->has_told_end = true;
    connection->count = 0;
    if (connection->has_heard_end) connection->is_used = false;
}

static struct connection *unused(void) {
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (!connections[i].is_used) return &connections[i];
    return NULL;
}

static void accept_client(int listener) {
    struct connection *connection = unused();
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return; /* it has gone again */
    connection->fd = fd;
    connection->is_used = true;
    connection->has_told_end = connection->has_heard_end = false;
    connection->start = connection->count = 0;
    tell(connection, OPENED, 0);
}

/* From the client to the server. */
static void pass_out(struct connection *connection) {
    char bytes[CHUNK_BYTES];
    ssize_t count = read(connection->fd, bytes, sizeof bytes);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        let_go(connection);
        return;
    }
    tell(connection, DATA, (size_t)count);
    send_all(bytes, (size_t)count);
}

/* From the server to the client, as far as it takes it. */
static void pass_in(struct connection *connection) {
    size_t whole = WINDOW_BYTES - connection->start;
    size_t count = connection->count < whole ? connection->count : whole;
    if (count > CHUNK_BYTES) count = CHUNK_BYTES;
    ssize_t sent = write(connection->fd, connection->waiting + connection->start, count);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent < 0) {
        let_go(connection);
        return;
    }
    connection->start = (connection->start + (size_t)sent) % WINDOW_BYTES;
    connection->count -= (size_t)sent;
    tell(connection, WRITTEN, (size_t)sent);
    if (connection->count == 0 && connection->has_heard_end) let_go(connection);
}

static void keep(struct connection *connection, const char *bytes, size_t count) {
    if (connection->fd < 0) return; /* the client is gone, and the server will hear it */
    if (count > WINDOW_BYTES - connection->count) {
        fputs("the server sent more than it may\n", stderr);
        exit(CANNOT_RUN);
    }
    size_t end = (connection->start + connection->count) % WINDOW_BYTES;
    size_t first = count < WINDOW_BYTES - end ? count : WINDOW_BYTES - end;
    memcpy(connection->waiting + end, bytes, first);
    memcpy(connection->waiting, bytes + first, count - first);
    connection->count += count;
}

static void hear(void) {
    unsigned char header[HEADER_BYTES];
    static char bytes[UINT16_MAX];
    read_all((char *)header, HEADER_BYTES);
    size_t count = (size_t)header[2] << 8 | header[3];
    read_all(bytes, header[0] == DATA ? count : 0);
    struct connection *connection = &connections[header[1] % CONNECTIONS];
    if (!connection->is_used) return;
    if (header[0] == DATA) keep(connection, bytes, count);
    if (header[0] == CLOSED) {
        connection->has_heard_end = true;
        if (connection->count == 0) let_go(connection);
    }
}

static int listen_on(uint16_t port) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(listener, "socket");
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one), "SO_REUSEADDR");
    check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
    check(listen(listener, CONNECTIONS), "listen");
    return listener;
}

/* Both of its streams are the errors of this program: what it says is for people. */
static pid_t start(char **argv, const sigset_t *mask) {
    pid_t pid = fork();
    check(pid, "fork");
    if (pid > 0) return pid;
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    check(dup2(nothing, STDIN_FILENO), "/dev/null");
    check(dup2(STDERR_FILENO, STDOUT_FILENO), "standard output");
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(argv[0], argv);
    perror(argv[0]);
    _exit(CANNOT_RUN);
}

static bool has_ended(pid_t pid, int *code) {
    int status;
    if (waitpid(pid, &status, WNOHANG) != pid) return false;
    *code = WIFSIGNALED(status) ? SIGNAL_EXIT_BASE + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
}

static void attend(int listener, int child_ended) {
    enum { SERVER, CHILD, LISTENER, FIRST };
    struct pollfd ready[FIRST + CONNECTIONS] = {
        [SERVER] = {STDIN_FILENO, POLLIN, 0},
        [CHILD] = {child_ended, POLLIN, 0},
        [LISTENER] = {unused() ? listener : -1, POLLIN, 0},
    };
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *connection = &connections[i];
        short events = (short)(POLLIN | (connection->count ? POLLOUT : 0));
        ready[FIRST + i] = (struct pollfd){connection->is_used ? connection->fd : -1, events, 0};
    }
    if (poll(ready, FIRST + CONNECTIONS, -1) < 0) return;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *connection = &connections[i];
        short events = ready[FIRST + i].revents;
        if (events & POLLOUT) pass_in(connection);
        if (events & (POLLIN | POLLHUP | POLLERR) && connection->fd >= 0) pass_out(connection);
    }
    if (ready[LISTENER].revents) accept_client(listener);
    if (ready[SERVER].revents) hear();
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: sandbox-relay PORT COMMAND [ARGUMENT ...]\n", stderr);
        return CANNOT_RUN;
    }
    for (size_t i = 0; i < CONNECTIONS; i++) connections[i].fd = -1;
    signal(SIGPIPE, SIG_IGN);
    sigset_t child, others;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &others);
    int child_ended = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    check(child_ended, "signalfd");
    int listener = listen_on((uint16_t)strtoul(argv[1], NULL, 10));
    pid_t pid = start(argv + 2, &others);
    for (int code;;) {
        struct signalfd_siginfo news;
        while (read(child_ended, &news, sizeof news) > 0) continue;
        if (has_ended(pid, &code)) return code;
        attend(listener, child_ended);
    }
}
