/* SPDX-License-Identifier: Apache-2.0
 *
 * The one strict reading of JSON: RFC 8259 grammar and the I-JSON rules of RFC 8785 (unique names,
 * valid Unicode, numbers that are doubles). It builds no tree: what it leaves is the order of the
 * members of those objects that do not stand in canonical order already.
 */
#ifndef SIGNET_JSON_SCAN_H
#define SIGNET_JSON_SCAN_H

#include <signet/err.h>
#include <signet/limits.h>

/** Longest text, so that offsets fit 32 bits and their highest value can mean none. */
#define SIGNET_JSON_TEXT_MAX UINT32_MAX

/** An array of 32-bit numbers. */
struct signet_json_offsets {
    uint32_t *at;
    size_t len, cap;
};

/** An object of the text; in order all the same if names is SIGNET_JSON_IN_ORDER. */
struct signet_json_object {
    uint32_t open;  /* offset of its brace */
    uint32_t names; /* where in the names its count stands, followed by that many offsets */
};

#define SIGNET_JSON_IN_ORDER UINT32_MAX

/**
 * What canonical output has to know beside the text: each object that needs sorting, by rising
 * offset (and some that do not), with the offsets of its members' names in canonical order.
 * Zero-initialised is empty.
 */
struct signet_json_index {
    struct signet_json_object *objects;
    size_t len, cap;
    struct signet_json_offsets names;
    size_t depth; /* of the deepest nesting in the text */
    /* One more than the offset of the first integer, written without fraction and exponent, beyond
     * +-(2^53 - 1): its canonical form may be another integer. 0: there is none. */
    uint32_t inexact;
};

/** Frees the contents; index is empty then. */
void signet_json_index_clear(struct signet_json_index *index);

/**
 * Checks text, nested at most depth deep, to its end. Fills index, which is empty at the start and
 * may be NULL if only the check is wanted.
 * Returns SIGNET_OK; SIGNET_E_MALFORMED or SIGNET_E_LIMIT with the offset of the wrong byte; or
 * SIGNET_E_NOMEM. index is to be cleared by the caller in any case.
 */
SIGNET_NODISCARD int signet_json_scan(struct signet_span text,
                                      uint64_t depth,
                                      struct signet_json_index *index,
                                      struct signet_err *err);

/** A text and what canonical output has to know beside it; zero-initialised but for its bytes. */
struct signet_json_text {
    struct signet_span bytes; /* borrowed */
    struct signet_json_index index;
};

/**
 * Checks text->bytes by signet_json_scan() within limits->document and limits->json_depth and fills
 * the index. Results as signet_json_scan(); text is to be cleared by the caller in any case.
 */
SIGNET_NODISCARD int signet_json_text_scan(struct signet_json_text *text,
                                           const struct signet_limits *limits,
                                           struct signet_err *err);

/** Frees the index. */
void signet_json_text_clear(struct signet_json_text *text);

#endif
