#include "yjs.h"

#include <stdio.h>
#include <string.h>

enum { KIND = 31, HAS_PARENT_KEY = 32, HAS_RIGHT_ORIGIN = 64, HAS_ORIGIN = 128 };
enum {
    GC = 0,
    DELETED = 1,
    JSON = 2,
    BINARY = 3,
    STRING = 4,
    EMBED = 5,
    FORMAT = 6,
    TYPE = 7,
    ANY = 8,
    SKIP = 10
};
enum { XML_ELEMENT = 3, XML_HOOK = 5 };

uint64_t read_varuint(Reader *reader) {
    uint64_t value = 0;
    for (int shift = 0; shift < 63 && reader->at < reader->end; shift += 7) {
        uint8_t byte = *reader->at++;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) return value;
    }
    reader->failed = 1;
    reader->at = reader->end;
    return 0;
}

static void skip(Reader *reader, uint64_t length) {
    if (length > (uint64_t)(reader->end - reader->at)) {
        reader->failed = 1;
        length = (uint64_t)(reader->end - reader->at);
    }
    reader->at += length;
}

Reader read_block(Reader *reader) {
    uint64_t length = read_varuint(reader);
    Reader block = {reader->at, reader->at, reader->failed};
    skip(reader, length);
    block.end = reader->at;
    block.failed = reader->failed;
    return block;
}

uint8_t *write_varuint(uint8_t *out, uint64_t value) {
    for (; value > 127; value >>= 7) *out++ = (uint8_t)(value & 127) | 128;
    *out++ = (uint8_t)value;
    return out;
}

uint8_t *write_bytes(uint8_t *out, const void *bytes, size_t length) {
    memcpy(out, bytes, length);
    return out + length;
}

uint8_t *write_block(uint8_t *out, const void *bytes, size_t length) {
    return write_bytes(write_varuint(out, length), bytes, length);
}

uint8_t *write_keystroke(uint8_t *out, uint32_t client, uint32_t clock) {
    *out++ = 1; /* one client's */
    *out++ = 1; /* one item */
    out = write_varuint(out, client);
    out = write_varuint(out, clock);
    if (clock == 0) {
        *out++ = STRING;
        *out++ = 1; /* the parent is a root type, by name */
        out = write_block(out, "content", 7);
    } else {
        *out++ = STRING | HAS_ORIGIN;
        out = write_varuint(out, client);
        out = write_varuint(out, clock - 1);
    }
    *out++ = 1;
    *out++ = (uint8_t)('a' + clock % 26);
    *out++ = 0; /* nothing deleted */
    return out;
}

#define POSITION "{\"type\":null,\"tname\":\"content\",\"item\":{\"client\":%u,\"clock\":%u},\"assoc\":0}"

uint8_t *write_cursor(uint8_t *out, uint32_t client, uint32_t awareness_clock, uint32_t clock) {
    char state[512];
    int length = snprintf(state, sizeof state,
                          "{\"user\":{\"name\":\"Student %04u\",\"color\":\"#30bced\","
                          "\"colorLight\":\"#30bced33\"},\"cursor\":{\"anchor\":" POSITION
                          ",\"head\":" POSITION "}}",
                          client % 10000, client, clock, client, clock);
    *out++ = 1; /* one client's */
    out = write_varuint(out, client);
    out = write_varuint(out, awareness_clock);
    return write_block(out, state, (size_t)length);
}

static uint64_t utf16_length(Reader text) {
    uint64_t units = 0;
    for (; text.at < text.end; text.at++)
        if ((*text.at & 0xC0) != 0x80) units += *text.at >= 0xF0 ? 2 : 1;
    return units;
}

static void skip_any(Reader *reader, int depth) {
    if (reader->at >= reader->end || depth > 32) {
        reader->failed = 1;
        return;
    }
    switch (*reader->at++) {
    case 119: /* string */
    case 116: /* bytes */
        read_block(reader);
        break;
    case 118: /* object */
        for (uint64_t n = read_varuint(reader); n && !reader->failed; n--) {
            read_block(reader);
            skip_any(reader, depth + 1);
        }
        break;
    case 117: /* array */
        for (uint64_t n = read_varuint(reader); n && !reader->failed; n--) skip_any(reader, depth + 1);
        break;
    case 125: /* integer, whose first byte has a sign too, but ends in the same way */
        read_varuint(reader);
        break;
    case 124: /* float */
        skip(reader, 4);
        break;
    case 123: /* double */
    case 122: /* big integer */
        skip(reader, 8);
        break;
    }
}

/* Returns how many clocks the content takes. */
static uint64_t read_content(Reader *reader, int kind) {
    uint64_t count, type;
    switch (kind) {
    case DELETED:
        return read_varuint(reader);
    case STRING:
        return utf16_length(read_block(reader));
    case BINARY:
    case EMBED:
        read_block(reader);
        return 1;
    case FORMAT:
        read_block(reader);
        read_block(reader);
        return 1;
    case TYPE:
        type = read_varuint(reader);
        if (type == XML_ELEMENT || type == XML_HOOK) read_block(reader);
        return 1;
    case JSON:
        count = read_varuint(reader);
        for (uint64_t n = count; n && !reader->failed; n--) read_block(reader);
        return count;
    case ANY:
        count = read_varuint(reader);
        for (uint64_t n = count; n && !reader->failed; n--) skip_any(reader, 0);
        return count;
    default:
        reader->failed = 1;
        return 0;
    }
}

static void skip_id(Reader *reader) {
    read_varuint(reader);
    read_varuint(reader);
}

static uint64_t read_item(Reader *reader, uint8_t info) {
    if (info & HAS_ORIGIN) skip_id(reader);
    if (info & HAS_RIGHT_ORIGIN) skip_id(reader);
    if (!(info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN))) {
        if (read_varuint(reader))
            read_block(reader);
        else
            skip_id(reader);
        if (info & HAS_PARENT_KEY) read_block(reader);
    }
    return read_content(reader, info & KIND);
}

static void read_section(Reader *reader, on_run *told, void *context) {
    uint64_t items = read_varuint(reader), client = read_varuint(reader);
    uint64_t clock = read_varuint(reader), start = clock;
    for (; items && !reader->failed; items--) {
        if (reader->at >= reader->end) {
            reader->failed = 1;
            return;
        }
        uint8_t info = *reader->at++;
        int kind = info & KIND;
        if (kind == SKIP) {
            if (clock > start) told(context, client, start, clock - start);
            start = clock += read_varuint(reader);
        } else {
            clock += kind == GC ? read_varuint(reader) : read_item(reader, info);
        }
    }
    if (clock > start && !reader->failed) told(context, client, start, clock - start);
}

int read_update(Reader *reader, on_run *told, void *context) {
    for (uint64_t n = read_varuint(reader); n && !reader->failed; n--)
        read_section(reader, told, context);
    return !reader->failed;
}
