/* WebSocket connections to one server on this machine, all on one epoll. */
#ifndef LINK_H
#define LINK_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
} Buffer;

typedef enum { LINK_CONNECTING, LINK_SHAKING_HANDS, LINK_OPEN, LINK_CLOSED } LinkStage;

typedef struct Link {
    int descriptor;
    LinkStage stage;
    const char *path, *token;
    void *owner;
    Buffer incoming, message, outgoing;
    uint16_t close_code;
} Link;

/* What the owner of the links is told. `time` is when the bytes were read. */
void on_link_open(Link *link);
void on_link_message(Link *link, const uint8_t *bytes, size_t length, uint64_t time);

void links_begin(int port);
void link_connect(Link *link);
void link_send(Link *link, const uint8_t *bytes, size_t length);
void link_free(Link *link);

/* Waits for at most that long, and takes what there is. */
void links_poll(uint64_t nanoseconds);

/* How many have closed, and a few words about the first. */
extern int links_closed;
extern char links_first_close[160];

/* How many frames and bytes came in messages. */
extern uint64_t links_messages, links_bytes;

#endif
