/* The words of a frame: texts, each ended by a NUL. */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>
#include <stdint.h>

struct words {
    const char *at, *end;
};

/* Reads a frame of so many bytes, all of words. They are valid until the next such frame is read. */
struct words read_words(uint32_t length);

/* Each takes the next word off; a missing or malformed one is a fault. */
const char *next_word(struct words *words);
unsigned next_number(struct words *words);

#endif
