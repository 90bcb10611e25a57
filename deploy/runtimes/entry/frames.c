#include "frames.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 512 };

static char buffer[HEADER_BYTES + FRAME_BYTES];
static size_t begin, end; /* of what was read and not taken yet */

_Noreturn void fault(const char *format, ...) {
    char message[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    kill(-1, SIGKILL);
    send_frame(FAULT, message, length < MESSAGE_BYTES ? (size_t)length : MESSAGE_BYTES - 1);
    for (;;) { /* or the rest of what the server writes would take the message along */
        end = 0;
        begin = 0;
        fill();
    }
}

void fill(void) {
    memmove(buffer, buffer + begin, end - begin);
    end -= begin;
    begin = 0;
    ssize_t count = read(SERVER_INPUT, buffer + end, sizeof buffer - end);
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) exit(EXIT_SUCCESS); /* the server has gone */
    end += (size_t)count;
}

static struct frame header(void) {
    uint32_t length;
    memcpy(&length, buffer + begin + 4, sizeof length);
    return (struct frame){buffer[begin], ntohl(length)};
}

struct frame read_header(void) {
    while (end - begin < HEADER_BYTES) fill();
    struct frame frame = header();
    begin += HEADER_BYTES;
    return frame;
}

void read_content(void *to, size_t length) {
    char *at = to;
    while (length > 0) {
        if (begin == end) fill();
        size_t count = end - begin < length ? end - begin : length;
        memcpy(at, buffer + begin, count);
        begin += count;
        at += count;
        length -= count;
    }
}

bool take_frame(struct frame *frame, const char **content) {
    if (end - begin < HEADER_BYTES) return false;
    *frame = header();
    if (frame->length > FRAME_BYTES) fault("a frame %c of %u bytes", frame->kind, frame->length);
    if (end - begin < HEADER_BYTES + frame->length) return false;
    *content = buffer + begin + HEADER_BYTES;
    begin += HEADER_BYTES + frame->length;
    return true;
}

void send_bytes(const void *bytes, size_t length) {
    const char *at = bytes;
    while (length > 0) {
        ssize_t count = write(SERVER_OUTPUT, at, length);
        if (count < 0) {
            if (errno != EINTR) exit(EXIT_FAILURE); /* the server has gone */
            continue;
        }
        at += count;
        length -= (size_t)count;
    }
}

static void put_header(char *to, char kind, size_t length) {
    uint32_t big_endian = htonl((uint32_t)length);
    memset(to, 0, HEADER_BYTES);
    to[0] = kind;
    memcpy(to + 4, &big_endian, sizeof big_endian);
}

void send_header(char kind, size_t length) {
    char header[HEADER_BYTES];
    put_header(header, kind, length);
    send_bytes(header, sizeof header);
}

void send_in_place(char kind, char *frame, size_t length) {
    put_header(frame, kind, length);
    send_bytes(frame, HEADER_BYTES + length);
}

void send_frame(char kind, const void *content, size_t length) {
    send_header(kind, length);
    send_bytes(content, length);
}
