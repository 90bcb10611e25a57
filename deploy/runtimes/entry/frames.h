/* Frames on the stream that ties a sandbox to its server: 1 byte kind, 3 bytes zero, 4 bytes length
 * (big endian), then so many bytes. executor/entry.py is the other side. "Words" are texts, each
 * ended by a NUL.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HEADER_BYTES = 8,
    CHUNK_BYTES = 1 << 15,
    PATH_BYTES = 1 << 12,
    INPUT_BYTES = 1 << 16,
    FRAME_BYTES = 1 << 18, /* the longest that comes while something runs */
};

enum to_sandbox {
    PUT_DIRECTORY = 'd',  /* path */
    PUT_FILE = 'f',       /* path, NUL, content */
    PUT_EXECUTABLE = 'x', /* the same */
    BEGIN = 'b',          /* words, see step.h */
    DEBUG = 'g',          /* words, see debug.h; from here to FINISH while it runs */
    SPAWN = 'p',          /* words, see debug.h */
    CONNECT = 'n',        /* words: channel, address, milliseconds */
    SAY = 's',            /* u8 channel, bytes */
    GRANT = 'm',          /* words: how many more bytes of output may be sent */
    FINISH = 'q',
    INPUT = 'i',          /* at most INPUT_BYTES */
    END_INPUT = 'e',
    RESIZE = 'w',  /* words: columns, rows */
    COLLECT = 'c', /* words: directory, most bytes */
    GATHER = 'h',  /* words: directory, most bytes, files, bytes of a file, names to leave out */
};

enum from_sandbox {
    READY = 'R',
    FAULT = 'F', /* why the sandbox is of no use; its last */
    BEGUN = 'B',
    OUT = '1',
    ERR = '2',
    TERMINAL = '3',
    SPAWNED = 'P',    /* words: process number */
    CONNECTED = 'N',  /* words: channel */
    SAID = 'S',       /* u8 channel, bytes */
    HUNG_UP = 'H',    /* words: channel */
    TAKEN = 'T',      /* the program's terminal has taken the last INPUT */
    LEFT = 'L',       /* words: exit code of what was spawned */
    ENDED = 'E',      /* words: exit code, processes killed for want of memory, processes refused */
    FILE_BACK = 'f',  /* path, NUL, content */
    EXEC_BACK = 'x',  /* the same */
    COLLECTED = 'C',  /* words: how many can't be given back; of a COLLECT, 1 for any */
};

struct frame {
    char kind;
    uint32_t length;
};

/* Ends all programs, tells the server why, and waits for it to go. */
_Noreturn void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Waits for the next frame's header; ends the sandbox when the server has gone. */
struct frame read_header(void);

/* Waits for the next bytes of the frame's content. */
void read_content(void *to, size_t length);

#define SERVER_INPUT 0
#define SERVER_OUTPUT 1

/* Takes a whole frame of at most INPUT_BYTES off what was read, if there is one; its content is
 * valid until the next `fill`. */
bool take_frame(struct frame *frame, const char **content);

/* Reads what is there, or waits for it; ends the sandbox if that is the stream's end. */
void fill(void);

/* Sends a whole frame, however long the server takes to read it. */
void send_frame(char kind, const void *content, size_t length);

/* The same in one piece: the content lies HEADER_BYTES behind `frame`. */
void send_in_place(char kind, char *frame, size_t length);

/* Sends a header alone; `send_bytes` sends what it announces. */
void send_header(char kind, size_t length);
void send_bytes(const void *bytes, size_t length);

#endif
