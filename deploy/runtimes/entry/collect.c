#include "collect.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "frames.h"
#include "words.h"

enum { MAX_DEPTH = 16, MAX_FILES = 1024 };

/* What is asked for, and how much more of it may be given. */
struct search {
    size_t bytes, files, file_bytes;
    bool is_choosy;      /* takes what was written since `begin`, and goes on after what it can't */
    struct words omitted; /* names */
    unsigned missed;
};

static char chunk[CHUNK_BYTES];
static struct timespec begin;

void note_begin(void) { clock_gettime(CLOCK_REALTIME_COARSE, &begin); } /* as files are stamped */

/* Tells whether the last program wrote a file. */
static bool is_written(const struct stat *status) {
    if (is_as_put(status)) return false; /* perhaps at the very moment at which it began */
    if (status->st_ctim.tv_sec != begin.tv_sec) return status->st_ctim.tv_sec > begin.tv_sec;
    return status->st_ctim.tv_nsec >= begin.tv_nsec;
}

static bool is_omitted(const struct search *search, const char *name) {
    struct words words = search->omitted;
    if (name[0] == '.') return true;
    while (words.at < words.end)
        if (strcmp(next_word(&words), name) == 0) return true;
    return false;
}

/* Counts what can't be given; returns whether to go on. */
static bool miss(struct search *search) {
    search->missed++;
    return search->is_choosy;
}

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

static bool search_file(struct search *search, int directory, const char *name, const char *path) {
    struct stat status;
    int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return search->is_choosy || miss(search);
    bool is_file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    bool is_wanted = !search->is_choosy || (is_file && is_written(&status));
    size_t size = is_file ? (size_t)status.st_size : 0;
    bool fits = is_file && search->files > 0 && size <= search->bytes && size <= search->file_bytes;
    if (is_wanted && fits) {
        search->files--;
        search->bytes -= size;
        give_back(fd, path, &status);
    }
    close(fd);
    return !is_wanted || fits || miss(search);
}

static bool search_directory(struct search *search, int directory, const char *prefix, int depth);

static bool search_child(struct search *search, int parent, const char *path, const char *name,
                         int depth) {
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? miss(search) : search_directory(search, fd, path, depth);
}

/* Takes `directory` over. `prefix` is its path with a slash, or empty. Returns whether to go on. */
static bool search_directory(struct search *search, int directory, const char *prefix, int depth) {
    DIR *entries = depth < MAX_DEPTH ? fdopendir(directory) : NULL;
    if (entries == NULL) {
        close(directory);
        return miss(search);
    }
    bool goes_on = true;
    for (struct dirent *entry; goes_on && (entry = readdir(entries)) != NULL;) {
        char path[PATH_BYTES];
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
        if (search->is_choosy && is_omitted(search, name)) continue;
        bool is_directory = entry->d_type == DT_DIR;
        int length = snprintf(path, sizeof path, "%s%s%s", prefix, name, is_directory ? "/" : "");
        if (length >= (int)sizeof path)
            goes_on = miss(search);
        else if (is_directory)
            goes_on = search_child(search, dirfd(entries), path, name, depth + 1);
        else
            goes_on = search_file(search, dirfd(entries), name, path);
    }
    closedir(entries);
    return goes_on;
}

static void answer(struct search *search, const char *path) {
    int directory = openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0)
        miss(search);
    else
        search_directory(search, directory, "", 0);
    char told[16];
    int length = snprintf(told, sizeof told, "%u", search->missed);
    send_frame(COLLECTED, told, (size_t)length + 1);
}

void collect(uint32_t length) {
    struct words words = read_words(length);
    const char *path = next_word(&words);
    size_t bytes = next_number(&words);
    struct search search = {.bytes = bytes, .files = MAX_FILES, .file_bytes = bytes};
    answer(&search, path);
}

void gather(uint32_t length) {
    struct words words = read_words(length);
    const char *path = next_word(&words);
    struct search search = {.is_choosy = true};
    search.bytes = next_number(&words);
    search.files = next_number(&words);
    search.file_bytes = next_number(&words);
    search.omitted = words;
    answer(&search, path);
}
