/* Files on their way in. */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Each reads the rest of a PUT_* frame. Paths are absolute; what is missing of their directories is
 * made. A symbolic link is never followed. Whatever goes wrong is a fault. */
void put_directory(uint32_t length);
void put_file(uint32_t length, bool is_executable);

/* Tells whether a file's content is still what `put_file` gave it, for all that it says. */
bool is_as_put(const struct stat *status);

#endif
