/* Files on their way in, and what was built on its way back. */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stdint.h>

/* Each reads the rest of a PUT_* frame. Paths are absolute; what is missing of their directories is
 * made. A symbolic link is never followed. Whatever goes wrong is a fault. */
void put_directory(uint32_t length);
void put_file(uint32_t length, bool is_executable);

/* Answers a COLLECT frame: with all regular files below a directory, by paths relative to it. */
void collect(uint32_t length);

#endif
