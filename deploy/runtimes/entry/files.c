#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "frames.h"

static char chunk[CHUNK_BYTES];

/* Opens the directory that a path's parts are to be looked up in, from the root on. */
static int open_directory(int parent, const char *name) {
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) fault("%s: %s", name, strerror(errno));
    return fd;
}

/* Makes and opens all directories of a path, and returns the last; `path` becomes the rest, which
 * has no slash. */
static int make_parents(char **path) {
    int directory = open_directory(AT_FDCWD, "/");
    if (**path == '/') ++*path;
    for (char *slash; (slash = strchr(*path, '/')) != NULL; *path = slash + 1) {
        *slash = 0;
        if (**path == 0 || strcmp(*path, ".") == 0 || strcmp(*path, "..") == 0)
            fault("a path has a part %s", *path);
        if (mkdirat(directory, *path, 0755) < 0 && errno != EEXIST)
            fault("%s: %s", *path, strerror(errno));
        int child = open_directory(directory, *path);
        close(directory);
        directory = child;
    }
    return directory;
}

void put_directory(uint32_t length) {
    char bytes[PATH_BYTES], *path = bytes;
    if (length > sizeof bytes - 2) fault("a path of %u bytes", length);
    read_content(bytes, length);
    memcpy(bytes + length, "/", 2);
    close(make_parents(&path));
}

/* Reads up to and with the NUL that ends a path; returns how many bytes that were. */
static uint32_t read_path(char *path, uint32_t length) {
    for (uint32_t at = 0; at < length && at < PATH_BYTES; at++) {
        read_content(path + at, 1);
        if (path[at] == 0) return at + 1;
    }
    fault("a path is too long");
}

static void write_all(int fd, const char *bytes, size_t length, const char *name) {
    while (length > 0) {
        ssize_t count = write(fd, bytes, length);
        if (count < 0) fault("%s: %s", name, strerror(errno));
        bytes += count;
        length -= (size_t)count;
    }
}

/* When files that the server puts say they were changed: a time that no change gives a file. */
static const struct timespec *time_put(void) {
    static struct timespec put;
    if (put.tv_sec == 0) put = (struct timespec){time(NULL), 1};
    return &put;
}

bool is_as_put(const struct stat *status) {
    const struct timespec *put = time_put();
    return status->st_mtim.tv_sec == put->tv_sec && status->st_mtim.tv_nsec == put->tv_nsec;
}

void put_file(uint32_t length, bool is_executable) {
    char bytes[PATH_BYTES], *name = bytes;
    length -= read_path(bytes, length);
    int directory = make_parents(&name);
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(directory, name, flags, is_executable ? 0755 : 0644);
    if (fd < 0) fault("%s: %s", name, strerror(errno));
    while (length > 0) {
        size_t count = length < sizeof chunk ? length : sizeof chunk;
        read_content(chunk, count);
        write_all(fd, chunk, count, name);
        length -= (uint32_t)count;
    }
    const struct timespec times[] = {*time_put(), *time_put()};
    if (futimens(fd, times) < 0) fault("%s: %s", name, strerror(errno));
    close(fd);
    close(directory);
}
