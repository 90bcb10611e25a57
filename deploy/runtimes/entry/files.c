#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frames.h"
#include "words.h"

enum { MAX_DEPTH = 16, MAX_FILES = 1024, CONTROL_BYTES = 2 * PATH_BYTES };

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
    close(fd);
    close(directory);
}

struct room {
    size_t bytes, files;
};

/* Gives one file back. Whoever made it has ended, so its size is what it was. */
static void give_back(int fd, const char *path, const struct stat *status) {
    size_t left = (size_t)status->st_size, path_bytes = strlen(path) + 1;
    send_header(status->st_mode & S_IXUSR ? EXEC_BACK : FILE_BACK, path_bytes + left);
    send_bytes(path, path_bytes);
    while (left > 0) {
        ssize_t count = read(fd, chunk, left < sizeof chunk ? left : sizeof chunk);
        if (count <= 0) fault("%s can't be read", path);
        send_bytes(chunk, (size_t)count);
        left -= (size_t)count;
    }
}

static bool collect_file(struct room *left, int directory, const char *name,
                         const char *path) {
    struct stat status;
    int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return false;
    bool fits = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && left->files > 0 &&
                (size_t)status.st_size <= left->bytes;
    if (fits) {
        left->files--;
        left->bytes -= (size_t)status.st_size;
        give_back(fd, path, &status);
    }
    close(fd);
    return fits;
}

/* Takes `directory` over. `prefix` is its path with a slash, or empty. */
static bool collect_directory(struct room *left, int directory, const char *prefix,
                              int depth) {
    DIR *entries = depth < MAX_DEPTH ? fdopendir(directory) : NULL;
    if (entries == NULL) {
        close(directory);
        return false;
    }
    bool is_whole = true;
    for (struct dirent *entry; is_whole && (entry = readdir(entries)) != NULL;) {
        char path[PATH_BYTES];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        bool is_directory = entry->d_type == DT_DIR;
        int length = snprintf(path, sizeof path, "%s%s%s", prefix, entry->d_name,
                              is_directory ? "/" : "");
        if (length >= (int)sizeof path)
            is_whole = false;
        else if (is_directory) {
            int child = openat(dirfd(entries), entry->d_name,
                               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            is_whole = child >= 0 && collect_directory(left, child, path, depth + 1);
        } else
            is_whole = collect_file(left, dirfd(entries), entry->d_name, path);
    }
    closedir(entries);
    return is_whole;
}

void collect(uint32_t length) {
    char bytes[CONTROL_BYTES];
    if (length > sizeof bytes) fault("a COLLECT frame of %u bytes", length);
    read_content(bytes, length);
    struct words words = {bytes, bytes + length};
    const char *path = next_word(&words);
    struct room left = {next_number(&words), MAX_FILES};
    int directory = openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool is_whole = directory >= 0 && collect_directory(&left, directory, "", 0);
    send_frame(COLLECTED, is_whole ? "1" : "0", 2);
}
