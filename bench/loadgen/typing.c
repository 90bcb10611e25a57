/* Open loop: everybody types at a jittered rate, whatever the server does. */
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "clock.h"
#include "scenario.h"

enum { EDIT, SHOW, BURST = 256, LATE_ROOMS = 20 };
#define LONGEST_WALL_SECONDS 90.0
#define SETTLE_SECONDS 0.5

typedef struct {
    uint64_t due;
    uint32_t client;
    int kind;
} Deed;

static Deed *deeds; /* a heap, the next one first */
static size_t deed_count;

static void plan_deed(Deed deed) {
    size_t at = deed_count++;
    for (; at && deeds[(at - 1) / 2].due > deed.due; at = (at - 1) / 2) deeds[at] = deeds[(at - 1) / 2];
    deeds[at] = deed;
}

static Deed next_deed(void) {
    Deed next = deeds[0], last = deeds[--deed_count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < deed_count; at = child) {
        if (child + 1 < deed_count && deeds[child + 1].due < deeds[child].due) child++;
        if (deeds[child].due >= last.due) break;
        deeds[at] = deeds[child];
    }
    deeds[at] = last;
    return next;
}

static int is_writer(const Options *options, const Client *client) {
    return options->edits_per_second > 0 && (!options->writers || client->place < options->writers);
}

static uint32_t most_deeds(const Options *options, double per_second) {
    return (uint32_t)((options->seconds + options->warm_up) * per_second * 2) + 64;
}

static void expect_deeds(const Options *options) {
    double shows = options->shows_per_second;
    for (uint32_t i = 0; i < client_count; i++) {
        int writes = is_writer(options, &clients[i]);
        double rate = shows + (writes && options->shows_with_edits ? options->edits_per_second : 0);
        client_expect(&clients[i], writes ? most_deeds(options, options->edits_per_second) : 0,
                      rate > 0 ? most_deeds(options, rate) : 0);
    }
}

static uint64_t interval(const Options *options, int kind) {
    return (uint64_t)(SECOND / (kind == EDIT ? options->edits_per_second : options->shows_per_second));
}

static void plan_first_deeds(const Options *options, uint64_t start) {
    deeds = malloc(2 * client_count * sizeof *deeds);
    for (uint32_t i = 0; i < client_count; i++)
        for (int kind = EDIT; kind <= SHOW; kind++) {
            if (kind == EDIT ? !is_writer(options, &clients[i]) : options->shows_per_second <= 0) continue;
            plan_deed((Deed){start + (uint64_t)(drand48() * (double)interval(options, kind)), i, kind});
        }
}

static void do_deed(const Options *options, Deed deed) {
    Client *client = &clients[deed.client];
    if (deed.kind == EDIT) client_type(client, deed.due);
    if (deed.kind == SHOW || options->shows_with_edits) client_show(client, deed.due);
    deed.due += (uint64_t)((double)interval(options, deed.kind) * (0.5 + drand48()));
    plan_deed(deed);
}

static void do_what_is_due(const Options *options) {
    uint64_t now = clock_now();
    for (int done = 0; deed_count && deeds[0].due <= now && done < BURST; done++) {
        Deed deed = next_deed();
        if (traffic.in_window) latencies_add(&traffic.lag, now - deed.due);
        do_deed(options, deed);
    }
}

static void work_until(const Options *options, uint64_t end, uint64_t wall_end) {
    uint64_t now;
    while ((now = clock_now()) < end && clock_wall() < wall_end) {
        do_what_is_due(options);
        now = clock_now();
        uint64_t next = deed_count && deeds[0].due < end ? deeds[0].due : end;
        uint64_t wait = next > now ? next - now : 0;
        links_poll(wait < 5000000 ? wait : 5000000);
    }
}

static uint64_t expected_of(uint64_t (*count)(const Client *)) {
    uint64_t total = 0;
    for (uint32_t i = 0; i < client_count; i++) total += count(&clients[i]) * (rooms[clients[i].room].size - 1);
    return total;
}

static uint64_t edits_of(const Client *client) { return client->clock; }

static double drain(double seconds) {
    uint64_t start = clock_wall(), end = start + (uint64_t)(seconds * SECOND);
    uint64_t expected = expected_of(edits_of);
    while (traffic.delivered < expected && clock_wall() < end) links_poll(2000000);
    double took = (double)(clock_wall() - start) / SECOND;
    clients_wait(0.2); /* for repetitions, and the last cursors */
    return took;
}

/* How many (receiver, sender) pairs lack the sender's last cursor. */
static uint64_t stale_cursors(void) {
    uint64_t stale = 0;
    for (uint32_t i = 0; i < client_count; i++) {
        Room *room = &rooms[clients[i].room];
        for (uint32_t place = 0; place < room->size; place++)
            stale += place != clients[i].place &&
                     clients[i].seen[place] < clients[room->first + place].awareness_clock;
    }
    return stale;
}

static int has_everything(const Client *late) {
    Room *room = &rooms[late->room];
    for (uint32_t place = 0; place < room->size; place++)
        if (late->heard[place] != clients[room->first + place].clock) return 0;
    return 1;
}

static void ask_late(unsigned *came, unsigned *complete) {
    uint32_t step = room_count > LATE_ROOMS ? room_count / LATE_ROOMS : 1;
    *came = *complete = 0;
    for (uint32_t room = 0; room < room_count; room += step) {
        Client *late = client_come_late(room);
        if (!late) return;
        clients_wait_synced(synced_count + 1, 5);
        (*came)++;
        *complete += (unsigned)has_everything(late);
    }
}

static void print_latencies(const char *name, const Latencies *latencies) {
    printf("\"%s_p50\": %.2f, \"%s_p99\": %.2f, \"%s_max\": %.2f, ", name, latencies_quantile(latencies, .5),
           name, latencies_quantile(latencies, .99), name, (double)latencies->greatest / 1e6);
}

typedef struct {
    double cpu, own_cpu;
    uint64_t time, wall, messages, bytes;
} Mark;

static Mark mark(void) {
    return (Mark){server_cpu(), own_cpu(), clock_now(), clock_wall(), links_messages, links_bytes};
}

static void print_window(Mark from, Mark to) {
    double seconds = (double)(to.time - from.time) / SECOND;
    double wall = (double)(to.wall - from.wall) / SECOND;
    printf("{\"mode\": \"typing\", \"connections\": %u, \"rooms\": %u, \"seconds\": %.3f, \"wall\": %.3f, ",
           client_count, room_count, seconds, wall);
    printf("\"cpu\": %.3f, \"generator_cpu\": %.3f, \"sent\": %lu, \"delivered\": %lu, ", to.cpu - from.cpu,
           to.own_cpu - from.own_cpu, traffic.sent_in_window, traffic.delivered_in_window);
    printf("\"shows_delivered\": %lu, \"messages\": %lu, \"bytes\": %lu, ", traffic.shows_delivered_in_window,
           to.messages - from.messages, to.bytes - from.bytes);
    printf("\"sync_messages\": %lu, \"awareness_messages\": %lu, ", traffic.sync_messages,
           traffic.awareness_messages);
    print_latencies("edit", &traffic.edits);
    print_latencies("show", &traffic.shows);
    print_latencies("lag", &traffic.lag);
}

static void print_whole(double drained) {
    unsigned came, complete;
    ask_late(&came, &complete);
    printf("\"all_delivered\": %lu, \"all_expected\": %lu, \"repeated\": %lu, \"skipped\": %lu, ",
           traffic.delivered, expected_of(edits_of), traffic.repeated, traffic.skipped);
    printf("\"unreadable\": %lu, \"stale_cursors\": %lu, \"late\": %u, \"late_complete\": %u, ",
           traffic.unreadable, stale_cursors(), came, complete);
    printf("\"drained\": %.2f, \"closed\": %d, \"first_close\": \"%s\", \"rss_kb\": %ld, \"peak_kb\": %ld}\n",
           drained, links_closed, links_first_close, server_memory("VmRSS"), server_memory("VmHWM"));
}

void run_typing(const Options *options) {
    expect_deeds(options);
    clients_connect_all();
    clients_wait(SETTLE_SECONDS);
    if (options->compensates) clock_compensate(server_main());
    uint64_t start = clock_now(), wall_end = clock_wall() + (uint64_t)(LONGEST_WALL_SECONDS * SECOND);
    traffic.window_start = start + (uint64_t)(options->warm_up * SECOND);
    traffic.window_end = traffic.window_start + (uint64_t)(options->seconds * SECOND);
    plan_first_deeds(options, start);
    work_until(options, traffic.window_start, wall_end);
    traffic.in_window = 1;
    Mark from = mark();
    work_until(options, traffic.window_end, wall_end);
    traffic.in_window = 0;
    Mark to = mark();
    double drained = drain(options->drain);
    print_window(from, to);
    print_whole(drained);
}
