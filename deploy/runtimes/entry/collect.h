/* Files on their way back: what was built, and what a program wrote. Only regular files that hold
 * what they seem to, by paths relative to the directory asked for; no link is ever followed.
 */
#ifndef COLLECT_H
#define COLLECT_H

#include <stdint.h>

/* A program begins: what changes from now on is its own. */
void note_begin(void);

/* Answers a COLLECT frame: all that lies below a directory, up to the first that can't be given. */
void collect(uint32_t length);

/* Answers a GATHER frame: what the last program has written below a directory, except hidden files
 * and other names that are to be left out; what can't be given is passed over, and counted. */
void gather(uint32_t length);

#endif
