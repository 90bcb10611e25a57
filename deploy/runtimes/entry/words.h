/* The words of a frame: texts, each ended by a NUL. */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

struct words {
    const char *at, *end;
};

/* Each takes the next word off; a missing or malformed one is a fault. */
const char *next_word(struct words *words);
unsigned next_number(struct words *words);

#endif
