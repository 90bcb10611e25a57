#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "yjs.h"

enum { HOCUSPOCUS_SYNC_REPLY = 4, HEAD_BYTES = 256 };
#define CONNECT_SECONDS 90.0

Client *clients;
Room *rooms;
uint32_t client_count, room_count;
int speaks_hocuspocus, synced_count, connecting_at_once = 64;
Traffic traffic;
uint64_t seed_units_expected;

static uint32_t late_count, late_space;
static uint8_t *first_answer;
static size_t first_answer_length;

static char *word(char *text) { return strcmp(text, "-") ? strdup(text) : NULL; }

static void add_client(uint32_t room, char *path, char *document, char *token) {
    Client *client = &clients[client_count];
    client->link.path = word(path);
    client->link.token = word(token);
    client->document = word(document);
    client->id = FIRST_CLIENT_ID + client_count;
    client->room = room;
    if (room == room_count) rooms[room_count++].first = client_count;
    client->place = rooms[room].size++;
    client_count++;
}

void clients_read(const char *file, uint32_t late) {
    static char path[2048], document[256], token[2048];
    unsigned room;
    FILE *plan = fopen(file, "r");
    if (!plan) {
        perror(file);
        exit(2);
    }
    size_t lines = 0;
    for (int c; (c = fgetc(plan)) != EOF;) lines += c == '\n';
    rewind(plan);
    clients = calloc(lines + late, sizeof *clients);
    rooms = calloc(lines, sizeof *rooms);
    late_space = late;
    while (fscanf(plan, "%u %2047s %255s %2047s", &room, path, document, token) == 4)
        add_client(room, path, document, token);
    fclose(plan);
    for (uint32_t i = 0; i < client_count; i++) client_expect(&clients[i], 0, 0);
}

void client_expect(Client *client, uint32_t edits, uint32_t shows) {
    uint32_t size = rooms[client->room].size;
    free(client->heard);
    free(client->seen);
    client->heard = calloc(size, sizeof *client->heard);
    client->seen = calloc(size, sizeof *client->seen);
    client->timed_edits = edits;
    client->timed_shows = shows;
    client->typed_at = edits ? calloc(edits, sizeof *client->typed_at) : NULL;
    client->shown_at = shows ? calloc(shows, sizeof *client->shown_at) : NULL;
}

Client *client_come_late(uint32_t room) {
    if (late_count == late_space) return NULL;
    Client *client = &clients[client_count + late_count++], *first = &clients[rooms[room].first];
    client->link.path = first->link.path;
    client->link.token = first->link.token;
    client->document = first->document;
    client->id = FIRST_CLIENT_ID + client_count + late_count;
    client->room = room;
    client->is_late = 1;
    client_expect(client, 0, 0);
    link_connect(&client->link);
    return client;
}

static uint8_t *write_head(const Client *client, uint8_t *out, int type) {
    if (speaks_hocuspocus) out = write_block(out, client->document, strlen(client->document));
    return write_varuint(out, (uint64_t)type);
}

void client_send_update(Client *client, const uint8_t *update, size_t length) {
    uint8_t *message = malloc(length + HEAD_BYTES);
    uint8_t *out = write_varuint(write_head(client, message, MESSAGE_SYNC), SYNC_UPDATE);
    out = write_block(out, update, length);
    link_send(&client->link, message, (size_t)(out - message));
    free(message);
}

void client_type(Client *client, uint64_t due) {
    uint8_t update[64];
    size_t length = (size_t)(write_keystroke(update, client->id, client->clock) - update);
    if (client->clock < client->timed_edits) client->typed_at[client->clock] = due;
    client->clock++;
    traffic.sent++;
    traffic.sent_in_window += (uint64_t)traffic.in_window;
    client_send_update(client, update, length);
}

void client_show(Client *client, uint64_t due) {
    uint8_t payload[640], message[HEAD_BYTES + 640];
    uint32_t behind = client->clock ? client->clock - 1 : 0, clock = ++client->awareness_clock;
    uint8_t *end = write_cursor(payload, client->id, clock, behind);
    if (clock < client->timed_shows) client->shown_at[clock] = due;
    traffic.shows_sent++;
    uint8_t *out = write_block(write_head(client, message, MESSAGE_AWARENESS), payload,
                               (size_t)(end - payload));
    link_send(&client->link, message, (size_t)(out - message));
}

void on_link_open(Link *link) {
    Client *client = (Client *)link;
    uint8_t message[HEAD_BYTES], *out;
    if (speaks_hocuspocus) { /* its handshake: a token, which may be empty */
        out = write_head(client, message, MESSAGE_AUTH);
        *out++ = 0;
        *out++ = 0;
        link_send(link, message, (size_t)(out - message));
    }
    out = write_varuint(write_head(client, message, MESSAGE_SYNC), SYNC_STEP_1);
    out = write_block(out, "\0", 1); /* knows nothing */
    link_send(link, message, (size_t)(out - message));
}

/* The member of a client's room that has this Yjs client id, or NULL. */
static Client *member(const Client *client, uint64_t id) {
    if (id < FIRST_CLIENT_ID || id - FIRST_CLIENT_ID >= client_count) return NULL;
    Client *other = &clients[id - FIRST_CLIENT_ID];
    return other->room == client->room ? other : NULL;
}

static void note(Latencies *latencies, uint64_t due, uint64_t time) {
    if (due >= traffic.window_start && due < traffic.window_end)
        latencies_add(latencies, time > due ? time - due : 0);
}

typedef struct {
    Client *client;
    uint64_t time, seed_units;
} Hearing;

static void hear_run(void *context, uint64_t id, uint64_t clock, uint64_t length) {
    Hearing *hearing = context;
    Client *client = hearing->client;
    if (id >= SEED_AUTHOR_ID && id < SEED_AUTHOR_ID + SEED_AUTHORS) hearing->seed_units += length;
    Client *writer = client ? member(client, id) : NULL;
    if (!writer || writer == client) return;
    uint32_t *heard = &client->heard[writer->place];
    uint64_t end = clock + length, from = clock > *heard ? clock : *heard;
    if (clock > *heard) traffic.skipped += clock - *heard;
    if (clock < *heard) traffic.repeated += (end < *heard ? end : *heard) - clock;
    if (end <= *heard) return;
    *heard = (uint32_t)end;
    if (client->is_late) return;
    traffic.delivered += end - from;
    if (traffic.in_window) traffic.delivered_in_window += end - from;
    for (uint64_t k = from; k < end && k < writer->timed_edits; k++)
        note(&traffic.edits, writer->typed_at[k], hearing->time);
}

int64_t seed_units_in(const uint8_t *update, size_t length) {
    Reader reader = {update, update + length, 0};
    Hearing hearing = {NULL, 0, 0};
    return read_update(&reader, hear_run, &hearing) ? (int64_t)hearing.seed_units : -1;
}

static void note_synced(Client *client, int sync_type, uint64_t time) {
    if (client->is_synced) return;
    if (seed_units_expected ? client->seed_units < seed_units_expected : sync_type != SYNC_STEP_2)
        return;
    client->is_synced = 1;
    client->synced_at = time;
    synced_count++;
}

/* While a large document goes to many, only the first copy is parsed; the others must equal it. */
static void hear_update(Client *client, Reader update, uint64_t time) {
    size_t length = (size_t)(update.end - update.at);
    if (seed_units_expected && first_answer && length == first_answer_length &&
        !memcmp(update.at, first_answer, length)) {
        client->seed_units = seed_units_expected;
        return;
    }
    const uint8_t *bytes = update.at;
    Hearing hearing = {client, time, 0};
    if (!read_update(&update, hear_run, &hearing)) traffic.unreadable++;
    client->seed_units += hearing.seed_units;
    if (seed_units_expected && hearing.seed_units == seed_units_expected && !first_answer) {
        first_answer = memcpy(malloc(length), bytes, length);
        first_answer_length = length;
    }
}

static void answer_step_1(Client *client) {
    if (client->has_answered) return;
    client->has_answered = 1;
    uint8_t message[HEAD_BYTES];
    uint8_t *out = write_varuint(write_head(client, message, MESSAGE_SYNC), SYNC_STEP_2);
    out = write_block(out, "\0", 2); /* an update that holds nothing and deletes nothing */
    link_send(&client->link, message, (size_t)(out - message));
}

static void hear_awareness(Client *client, Reader payload, uint64_t time) {
    traffic.awareness_messages += (uint64_t)traffic.in_window;
    for (uint64_t n = read_varuint(&payload); n && !payload.failed; n--) {
        uint64_t id = read_varuint(&payload), clock = read_varuint(&payload);
        read_block(&payload);
        Client *shown = member(client, id);
        if (payload.failed || !shown || shown == client || clock <= client->seen[shown->place])
            continue;
        client->seen[shown->place] = (uint32_t)clock;
        traffic.shows_delivered_in_window += (uint64_t)traffic.in_window;
        if (clock < shown->timed_shows) note(&traffic.shows, shown->shown_at[clock], time);
    }
    traffic.unreadable += (uint64_t)payload.failed;
}

void on_link_message(Link *link, const uint8_t *bytes, size_t length, uint64_t time) {
    Client *client = (Client *)link;
    Reader reader = {bytes, bytes + length, 0};
    if (speaks_hocuspocus) read_block(&reader);
    uint64_t type = read_varuint(&reader);
    if (type == MESSAGE_AWARENESS) {
        hear_awareness(client, read_block(&reader), time);
    } else if (type == MESSAGE_SYNC || (speaks_hocuspocus && type == HOCUSPOCUS_SYNC_REPLY)) {
        int sync_type = (int)read_varuint(&reader);
        Reader block = read_block(&reader);
        if (sync_type == SYNC_STEP_1) {
            answer_step_1(client);
            return;
        }
        traffic.sync_messages += (uint64_t)traffic.in_window;
        hear_update(client, block, time);
        note_synced(client, sync_type, time);
    } else if (type == MESSAGE_EVENT) {
        hear_event(reader, time);
    }
}

int clients_wait_synced(int count, double seconds) {
    uint64_t end = clock_wall() + (uint64_t)(seconds * SECOND);
    while (synced_count < count && clock_wall() < end) links_poll(2000000);
    return synced_count >= count;
}

void clients_wait(double seconds) {
    uint64_t end = clock_wall() + (uint64_t)(seconds * SECOND);
    while (clock_wall() < end) links_poll(5000000);
}

void clients_connect_all(void) {
    uint64_t end = clock_wall() + (uint64_t)(CONNECT_SECONDS * SECOND);
    int started = 0, count = (int)client_count;
    while (synced_count < count && clock_wall() < end && !links_closed) {
        for (; started < count && started - synced_count < connecting_at_once; started++)
            link_connect(&clients[started].link);
        links_poll(2000000);
    }
    if (synced_count == count) return;
    printf("{\"error\": \"%d of %d connections synced; %d closed, first: %s\"}\n", synced_count, count,
           links_closed, links_first_close);
    exit(1);
}
