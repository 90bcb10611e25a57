/* People in rooms: what each has typed and shown, and what each has heard of the others. */
#ifndef CLIENT_H
#define CLIENT_H
#include <stdint.h>

#include "link.h"
#include "tally.h"
#include "yjs.h"

enum { FIRST_CLIENT_ID = 2000000000, SEED_AUTHOR_ID = 1000000000, SEED_AUTHORS = 64 };

typedef struct {
    uint32_t first, size; /* its members stand together in `clients` */
} Room;

typedef struct {
    Link link; /* first, so that a link is its client */
    const char *document;
    uint32_t id, room, place;
    int is_late, is_synced, has_answered;
    uint64_t synced_at;
    uint32_t clock, awareness_clock;
    uint64_t *typed_at, *shown_at; /* by clock: when it was due */
    uint32_t timed_edits, timed_shows;
    uint32_t *heard, *seen; /* by place: the others' clocks as far as they have come */
    uint64_t seed_units;
} Client;

typedef struct {
    int in_window;
    uint64_t window_start, window_end;
    uint64_t sent, sent_in_window, delivered, delivered_in_window;
    uint64_t repeated, skipped, unreadable;
    uint64_t shows_sent, shows_delivered_in_window, sync_messages, awareness_messages;
    Latencies edits, shows, lag;
} Traffic;

extern Client *clients;
extern Room *rooms;
extern uint32_t client_count, room_count;
extern int speaks_hocuspocus, synced_count, connecting_at_once;
extern Traffic traffic;

/* While more than 0, a client counts as synced only when it has that many units of the seed. */
extern uint64_t seed_units_expected;

/* Reads lines of "room path document token", "-" for none; leaves space for so many late ones. */
void clients_read(const char *file, uint32_t late);

/* Makes ready to note when so many edits and shows of each were due. */
void client_expect(Client *client, uint32_t edits, uint32_t shows);

/* Connects the next late one to a room; it only listens. */
Client *client_come_late(uint32_t room);

void client_type(Client *client, uint64_t due);
void client_show(Client *client, uint64_t due);
void client_send_update(Client *client, const uint8_t *update, size_t length);

/* Adds up the seed's units that an update holds. Returns -1 when it can't be read. */
int64_t seed_units_in(const uint8_t *update, size_t length);

/* Takes an event or a reply: JSON. In stepping.c, which is alone in looking at any. */
void hear_event(Reader event, uint64_t time);

/* Polls until so many are synced or all that time has passed; returns whether they are. */
int clients_wait_synced(int count, double seconds);
void clients_wait(double seconds);

/* Connects all, some at a time, and waits for them to be synced. Exits when they can't be. */
void clients_connect_all(void);

#endif
