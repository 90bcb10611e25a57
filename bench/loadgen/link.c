#define _GNU_SOURCE
#include "link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

enum { OPCODE_TEXT = 1, OPCODE_BINARY = 2, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };
enum { FINAL = 0x80, MASKED = 0x80, CHUNK = 1 << 20, READS_AT_ONCE = 4, KEPT = 1 << 16 };

int links_closed;
char links_first_close[160];
uint64_t links_messages, links_bytes;

static int epoll, port;
static struct sockaddr_in address;
static uint8_t chunk[CHUNK];

static void *grown(void *bytes, size_t capacity) {
    bytes = realloc(bytes, capacity);
    if (!bytes) {
        perror("memory");
        exit(2);
    }
    return bytes;
}

static void append(Buffer *buffer, const uint8_t *bytes, size_t length) {
    if (buffer->length + length > buffer->capacity) {
        buffer->capacity = (buffer->length + length) * 3 / 2 + 256;
        buffer->bytes = grown(buffer->bytes, buffer->capacity);
    }
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

static void drop_front(Buffer *buffer, size_t length) {
    buffer->length -= length;
    memmove(buffer->bytes, buffer->bytes + length, buffer->length);
    if (!buffer->length && buffer->capacity > KEPT) {
        free(buffer->bytes);
        *buffer = (Buffer){0};
    }
}

static void watch(Link *link, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = link};
    epoll_ctl(epoll, operation, link->descriptor, &event);
}

static void end(Link *link, const char *why) {
    if (link->stage == LINK_CLOSED) return;
    if (!links_closed++) snprintf(links_first_close, sizeof links_first_close, "%s", why);
    link->stage = LINK_CLOSED;
    watch(link, EPOLL_CTL_DEL, 0);
}

void links_begin(int server_port) {
    port = server_port;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

void link_connect(Link *link) {
    int yes = 1;
    link->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (link->descriptor < 0) {
        perror("socket");
        exit(2);
    }
    setsockopt(link->descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    link->stage = LINK_CONNECTING;
    if (connect(link->descriptor, (void *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
        perror("connect");
        exit(2);
    }
    watch(link, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

void link_free(Link *link) {
    if (link->stage != LINK_CLOSED) watch(link, EPOLL_CTL_DEL, 0);
    link->stage = LINK_CLOSED;
    close(link->descriptor);
    free(link->incoming.bytes);
    free(link->message.bytes);
    free(link->outgoing.bytes);
    link->incoming = link->message = link->outgoing = (Buffer){0};
}

static void write_raw(Link *link, const uint8_t *bytes, size_t length) {
    if (link->stage == LINK_CLOSED) return;
    if (!link->outgoing.length) {
        ssize_t sent = send(link->descriptor, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            end(link, strerror(errno));
            return;
        }
        if (sent == (ssize_t)length) return;
        if (sent > 0) {
            bytes += sent;
            length -= (size_t)sent;
        }
        watch(link, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
    append(&link->outgoing, bytes, length);
}

static void write_rest(Link *link) {
    Buffer *rest = &link->outgoing;
    ssize_t sent = rest->length ? send(link->descriptor, rest->bytes, rest->length, MSG_NOSIGNAL) : 0;
    if (sent < 0) {
        if (errno != EAGAIN) end(link, strerror(errno));
        return;
    }
    drop_front(rest, (size_t)sent);
    if (!rest->length) watch(link, EPOLL_CTL_MOD, EPOLLIN);
}

static uint32_t next_mask(void) {
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static void send_frame(Link *link, int opcode, const uint8_t *bytes, size_t length) {
    static uint8_t *frame;
    static size_t capacity;
    if (length + 16 > capacity) frame = grown(frame, capacity = length * 2 + 4096);
    uint8_t *out = frame, mask[4];
    uint32_t random = next_mask();
    int length_bytes = length < 126 ? 0 : length < 65536 ? 2 : 8;
    *out++ = (uint8_t)(FINAL | opcode);
    *out++ = (uint8_t)(MASKED | (length_bytes == 0 ? length : length_bytes == 2 ? 126u : 127u));
    while (length_bytes--) *out++ = (uint8_t)((uint64_t)length >> 8 * length_bytes);
    memcpy(mask, &random, 4);
    memcpy(out, mask, 4);
    out += 4;
    for (size_t i = 0; i < length; i++) out[i] = bytes[i] ^ mask[i & 3];
    write_raw(link, frame, (size_t)(out - frame) + length);
}

void link_send(Link *link, const uint8_t *bytes, size_t length) {
    send_frame(link, OPCODE_BINARY, bytes, length);
}

static void shake_hands(Link *link) {
    char request[4096];
    int length = snprintf(request, sizeof request,
                          "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
                          "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s%s\r\n",
                          link->path, port, port, link->token ? "Sec-WebSocket-Protocol: " : "",
                          link->token ? link->token : "", link->token ? "\r\n" : "");
    link->stage = LINK_SHAKING_HANDS;
    watch(link, EPOLL_CTL_MOD, EPOLLIN);
    write_raw(link, (uint8_t *)request, (size_t)length);
}

/* Returns the length of the response's head, or 0 while it is not whole. */
static size_t take_handshake(Link *link, const uint8_t *bytes, size_t length) {
    const uint8_t *blank = memmem(bytes, length, "\r\n\r\n", 4);
    if (!blank) return 0;
    if (length < 12 || memcmp(bytes + 9, "101", 3)) {
        char why[64];
        snprintf(why, sizeof why, "refused: %.12s", (const char *)bytes);
        end(link, why);
    } else {
        link->stage = LINK_OPEN;
        on_link_open(link);
    }
    return (size_t)(blank - bytes) + 4;
}

static void take_close(Link *link, const uint8_t *payload, size_t length) {
    char why[160];
    link->close_code = length >= 2 ? (uint16_t)(payload[0] << 8 | payload[1]) : 1005;
    snprintf(why, sizeof why, "closed %u %.*s", link->close_code, length > 2 ? (int)length - 2 : 0,
             (const char *)payload + 2);
    end(link, why);
}

static void take_frame(Link *link, uint8_t first, const uint8_t *payload, size_t length, uint64_t time) {
    int opcode = first & 15, final = first & FINAL;
    if (opcode == OPCODE_CLOSE) {
        take_close(link, payload, length);
    } else if (opcode == OPCODE_PING) {
        send_frame(link, OPCODE_PONG, payload, length);
    } else if (opcode == OPCODE_BINARY && final) {
        links_messages++;
        links_bytes += length;
        on_link_message(link, payload, length, time);
    } else if (opcode < OPCODE_TEXT || opcode == OPCODE_BINARY) {
        append(&link->message, payload, length);
        if (!final) return;
        links_messages++;
        links_bytes += link->message.length;
        on_link_message(link, link->message.bytes, link->message.length, time);
        drop_front(&link->message, link->message.length);
    }
}

/* Returns the length of the first frame, or 0 while it is not whole. */
static size_t take_one(Link *link, const uint8_t *bytes, size_t length, uint64_t time) {
    if (link->stage == LINK_SHAKING_HANDS) return take_handshake(link, bytes, length);
    if (length < 2) return 0;
    size_t head = 2, payload = bytes[1] & 127;
    if (payload > 125) {
        size_t length_bytes = payload == 126 ? 2 : 8;
        head += length_bytes;
        if (length < head) return 0;
        payload = 0;
        for (size_t i = 0; i < length_bytes; i++) payload = payload << 8 | bytes[2 + i];
    }
    if (length - head < payload) return 0;
    take_frame(link, bytes[0], bytes + head, payload, time);
    return head + payload;
}

static size_t take_all(Link *link, const uint8_t *bytes, size_t length, uint64_t time) {
    size_t taken = 0, one;
    while (link->stage != LINK_CLOSED && (one = take_one(link, bytes + taken, length - taken, time)))
        taken += one;
    return link->stage == LINK_CLOSED ? length : taken;
}

static void read_some(Link *link) {
    for (int i = 0; i < READS_AT_ONCE && link->stage != LINK_CLOSED; i++) {
        ssize_t got = recv(link->descriptor, chunk, sizeof chunk, 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) {
            end(link, got ? strerror(errno) : "connection lost");
            return;
        }
        uint64_t time = clock_now();
        if (link->incoming.length) {
            append(&link->incoming, chunk, (size_t)got);
            drop_front(&link->incoming,
                       take_all(link, link->incoming.bytes, link->incoming.length, time));
        } else {
            size_t taken = take_all(link, chunk, (size_t)got, time);
            if (taken < (size_t)got) append(&link->incoming, chunk + taken, (size_t)got - taken);
        }
        if ((size_t)got < sizeof chunk) return;
    }
}

static void take_connected(Link *link) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(link->descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error)
        end(link, strerror(error));
    else
        shake_hands(link);
}

void links_poll(uint64_t nanoseconds) {
    static struct epoll_event events[1024];
    struct timespec timeout = {(time_t)(nanoseconds / SECOND), (long)(nanoseconds % SECOND)};
    int count = epoll_pwait2(epoll, events, 1024, &timeout, NULL);
    for (int i = 0; i < count; i++) {
        Link *link = events[i].data.ptr;
        if (link->stage == LINK_CONNECTING) {
            take_connected(link);
            continue;
        }
        if (link->stage != LINK_CLOSED && events[i].events & EPOLLOUT) write_rest(link);
        if (link->stage != LINK_CLOSED && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            read_some(link);
    }
}
