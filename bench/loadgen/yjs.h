/* As much of Yjs' update encoding (version 1) and y-protocols as typing people and their readers need. */
#ifndef YJS_H
#define YJS_H
#include <stddef.h>
#include <stdint.h>

enum { MESSAGE_SYNC, MESSAGE_AWARENESS, MESSAGE_AUTH, MESSAGE_EVENT = 4 };
enum { SYNC_STEP_1, SYNC_STEP_2, SYNC_UPDATE };

/* Reads until the first malformed item, which sets `failed`; all reads after that give 0. */
typedef struct {
    const uint8_t *at, *end;
    int failed;
} Reader;

uint64_t read_varuint(Reader *reader);

/* Takes a length and as many bytes; a reader of just these. */
Reader read_block(Reader *reader);

/* Write and return the end. */
uint8_t *write_varuint(uint8_t *out, uint64_t value);
uint8_t *write_bytes(uint8_t *out, const void *bytes, size_t length);
uint8_t *write_block(uint8_t *out, const void *bytes, size_t length);

/* Writes the update by which a client adds one character to the run that it types in the Y.Text
   "content": its first character starts the run, each further one follows its own last. */
uint8_t *write_keystroke(uint8_t *out, uint32_t client, uint32_t clock);

/* Writes the awareness payload of an editor's cursor behind that character of the client's. */
uint8_t *write_cursor(uint8_t *out, uint32_t client, uint32_t awareness_clock, uint32_t clock);

/* Told of each run of content that an update holds: a client's clock, and its length. */
typedef void on_run(void *context, uint64_t client, uint64_t clock, uint64_t length);

/* Returns whether the update could be read to the end of its content. */
int read_update(Reader *reader, on_run *told, void *context);

#endif
