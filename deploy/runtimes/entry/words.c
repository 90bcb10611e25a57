#include "words.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"

enum { MAX_COMMAND_BYTES = 1 << 18 };

struct words read_words(uint32_t length) {
    static char words[MAX_COMMAND_BYTES];
    if (length > sizeof words) fault("a command of %u bytes", length);
    read_content(words, length);
    return (struct words){words, words + length};
}

const char *next_word(struct words *words) {
    const char *word = words->at;
    const char *nul = memchr(word, 0, (size_t)(words->end - word));
    if (nul == NULL) fault("a frame has too few words");
    words->at = nul + 1;
    return word;
}

unsigned next_number(struct words *words) {
    const char *word = next_word(words);
    char *end;
    errno = 0;
    unsigned long number = strtoul(word, &end, 10);
    if (errno || *end || end == word || number > UINT_MAX) fault("%s is no number", word);
    return (unsigned)number;
}
