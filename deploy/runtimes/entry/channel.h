/* Streams between the server and a debug adapter, by number: the adapter's own, and connections to
 * where it listens. */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADAPTER = 0, ADAPTER_ERRORS = 1, MAX_CHANNELS = 16, POLLS_PER_CHANNEL = 2 };

/* Forgets all channels. */
void forget_channels(void);

/* Takes two descriptors over as a channel; -1 for a direction that it does not have. */
void make_channel(unsigned number, int input, int output);

/* Connects a channel to a port of the sandbox, or to a Unix socket where the address is a path; tries
 * again until somebody listens there, for so many milliseconds at most. */
void connect_channel(unsigned number, const char *address, unsigned milliseconds);

/* Gives bytes to whoever is at the other end, as soon as they are taken. */
void say(unsigned number, const char *bytes, size_t length);

/* Fills in what to wait for; returns the longest time to wait, in microseconds. */
uint64_t await_channels(struct pollfd *polls);

/* Does what can be done now. */
void serve_channels(const struct pollfd *polls);

/* Passes on what is left to be read, once all processes have ended. */
void drain_channels(void);

#endif
