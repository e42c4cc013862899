/* SPDX-License-Identifier: Apache-2.0
 *
 * The characters of JSON (RFC 8259 sections 2, 7): white space, runs inside strings, escapes, and
 * the order of names (RFC 8785 section 3.2.3). The one home of each, for the scanner, the canonical
 * writer and the reader; it knows nothing of values and nesting.
 *
 * "Checked" means inside a text that signet_json_scan() accepted: a string there has its closing
 * quote, every escape is whole, and every surrogate has its partner.
 */
#ifndef SIGNET_JSON_TEXT_H
#define SIGNET_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"

/* Eight bytes, of which byte i is byte i counted from the low end of the word. */
#define SIGNET_JSON_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint64_t signet_json_word(uint64_t loaded)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return SIGNET_SWAP_BYTES(loaded);
#else
    return loaded;
#endif
}

static inline uint64_t signet_json_load(const uint8_t *p)
{
    uint64_t word = 0;
    memcpy(&word, p, sizeof(word));
    return signet_json_word(word);
}

/* The first byte of a word that is not 0. */
static inline size_t signet_json_lowest(uint64_t word)
{
    return (size_t)SIGNET_TRAILING_ZEROS(word) / 8;
}

/* Sixteen bytes, signed: those outside ASCII are below every other. Comparing two of them gives a
 * block that is not 0 where it is true, in the vector registers of any processor that has some. */
typedef int8_t signet_json_block SIGNET_VECTOR(16);
typedef uint64_t signet_json_words SIGNET_VECTOR(16);

static inline signet_json_block signet_json_load_block(const uint8_t *p)
{
    signet_json_block block;
    memcpy(&block, p, sizeof(block));
    return block;
}

/* Where the first byte of a comparison is that is not 0; 16 if there is none. */
static inline size_t signet_json_first(signet_json_block found)
{
    signet_json_words words = (signet_json_words)found;
    if (words[0] != 0) {
        return signet_json_lowest(signet_json_word(words[0]));
    }
    return words[1] != 0 ? 8 + signet_json_lowest(signet_json_word(words[1])) : 16;
}

/** The first byte at or after p that is no white space, or end. */
static inline const uint8_t *signet_json_skip_space(const uint8_t *p, const uint8_t *end)
{
    for (;;) {
        while (end - p >= 8) {
            uint64_t others = signet_json_load(p) ^ SIGNET_JSON_EACH(' ');
            if (others != 0) {
                p += signet_json_lowest(others);
                break;
            }
            p += 8;
        }
        if (p == end || *p > ' ' || (*p != ' ' && *p != '\n' && *p != '\t' && *p != '\r')) {
            return p;
        }
        p++;
    }
}

/** The first quote, backslash, control character or byte outside ASCII at or after p, or end. */
static inline const uint8_t *signet_json_skip_plain(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 16) {
        signet_json_block block = signet_json_load_block(p);
        size_t first = signet_json_first((block < 0x20) | (block == '"') | (block == '\\'));
        p += first;
        if (first < 16) {
            return p;
        }
    }
    while (p < end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\') {
        p++;
    }
    return p;
}

/** The first quote or backslash at or after p, or end. */
static inline const uint8_t *signet_json_skip_verbatim(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 16) {
        signet_json_block block = signet_json_load_block(p);
        size_t first = signet_json_first((block == '"') | (block == '\\'));
        p += first;
        if (first < 16) {
            return p;
        }
    }
    while (p < end && *p != '"' && *p != '\\') {
        p++;
    }
    return p;
}

/** The first quote or bracket of an object or array at or after p, or end. */
static inline const uint8_t *signet_json_skip_flat(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 16) {
        signet_json_block block = signet_json_load_block(p);
        signet_json_block brackets = block | 0x20; /* "[" and "]" become braces */
        size_t first = signet_json_first((block == '"') | (brackets == '{') | (brackets == '}'));
        p += first;
        if (first < 16) {
            return p;
        }
    }
    while (p < end && *p != '"' && (*p | 0x20) != '{' && (*p | 0x20) != '}') {
        p++;
    }
    return p;
}

/** The byte after the closing quote of a checked string; p is behind its opening quote. */
static inline const uint8_t *signet_json_string_end(const uint8_t *p, const uint8_t *end)
{
    p = signet_json_skip_verbatim(p, end);
    while (*p == '\\') {
        p = signet_json_skip_verbatim(p + 2, end);
    }
    return p + 1;
}

/** The byte after a checked number, literal or run of letters and digits that starts at p. */
static inline const uint8_t *signet_json_word_end(const uint8_t *p, const uint8_t *end)
{
    while (p < end && ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') || *p == '.' ||
                       *p == '-' || *p == '+' || *p == 'E')) {
        p++;
    }
    return p;
}

/** The names of a wide object are read in an order that jumps all over the text: while number `at`
 *  of count is in use, asks the processor to fetch one that soon will be. */
static inline void
signet_json_fetch_ahead(const uint8_t *text, const uint32_t *names, size_t at, size_t count)
{
    enum {
        AHEAD = 8
    };
    if (at + AHEAD < count) {
        SIGNET_PREFETCH(text + names[at + AHEAD]);
    }
}

/** Reads one character or escape of a checked string; returns the byte after it. */
const uint8_t *signet_json_char(const uint8_t *p, uint32_t *code_point);

/** Writes one character as RFC 8785 section 3.2.2.2 has it in a string; returns 1 to 6 bytes. */
size_t signet_json_put_char(uint32_t code_point, uint8_t out[6]);

/**
 * Order of two checked names by the UTF-16 code units of their unescaped form, a prefix first:
 * less than, equal to or greater than 0. a and b are behind the opening quotes.
 */
int signet_json_name_order(const uint8_t *a, const uint8_t *b);

#endif
