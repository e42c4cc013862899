/* SPDX-License-Identifier: Apache-2.0
 *
 * Typed access to small JSON documents (envelopes without payload, keys, trust roots, policies)
 * through cJSON, behind the strict scanner: cJSON sees only bytes that were checked, hold no
 * \u0000 (it would cut a name there, and a cut name is a forged one), nest at most 64 deep and
 * carry no integer beyond +-(2^53 - 1). It produces no bytes that are signed.
 */
#ifndef SIGNET_JSON_DOC_H
#define SIGNET_JSON_DOC_H

#include <signet/err.h>
#include <signet/span.h>

/** Values a document may hold: each costs a hundred bytes of tree and as little as two of text. */
#define SIGNET_DOC_VALUES 1000000

/** Characters a number may have: a tree cuts longer ones. */
#define SIGNET_DOC_NUMBER 63

/** A parsed document; read-only. */
struct signet_doc;

/** A value inside a document; NULL stands for absent. Valid as long as the document. */
struct signet_doc_value;

/**
 * Checks and parses text (at most max bytes). *doc is owned (free with signet_doc_free()) and set
 * on success only. Returns SIGNET_OK; SIGNET_E_MALFORMED (with offset: not strict JSON, a \u0000,
 * an integer out of range, a number too long); SIGNET_E_LIMIT (size, depth, values); or
 * SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_doc_parse(struct signet_span text,
                                      uint64_t max,
                                      struct signet_doc **doc,
                                      struct signet_err *err);

/** Releases doc, which may be NULL. */
void signet_doc_free(struct signet_doc *doc);

/** The top value. */
const struct signet_doc_value *signet_doc_top(const struct signet_doc *doc);

bool signet_doc_is_object(const struct signet_doc_value *value);
bool signet_doc_is_array(const struct signet_doc_value *value);
bool signet_doc_is_null(const struct signet_doc_value *value);

/** The member of exactly that name (case matters), or NULL. */
const struct signet_doc_value *signet_doc_member(const struct signet_doc_value *object,
                                                 const char *name);

/** The i-th element of an array counted from 0, or NULL; takes i steps. */
const struct signet_doc_value *signet_doc_element(const struct signet_doc_value *array, size_t i);

/** How many elements or members a container has; 0 for other values. */
size_t signet_doc_count(const struct signet_doc_value *container);

/** The first element or member of a container, or NULL; then the one after value, or NULL. */
const struct signet_doc_value *signet_doc_first(const struct signet_doc_value *container);
const struct signet_doc_value *signet_doc_next(const struct signet_doc_value *value);

/** The name of a value that is a member of an object, borrowed; NULL for every other. */
const char *signet_doc_name(const struct signet_doc_value *value);

/** The string, borrowed and NUL-terminated, or NULL if value is absent or no string. */
const char *signet_doc_string(const struct signet_doc_value *value);

/** An integer from 0 to 2^53 - 1, judged by its lexeme: digits, and at most a fraction of zeros. */
bool signet_doc_uint(const struct signet_doc_value *value, uint64_t *number);

/** A number from 0 to 999999.9 that is written as digits and at most one more behind a point, in
 *  tenths; false for every other. */
bool signet_doc_tenths(const struct signet_doc_value *value, uint64_t *tenths);

/** Whether value is a boolean; *truth is set then. */
bool signet_doc_bool(const struct signet_doc_value *value, bool *truth);

/**
 * Requires every member of object to be one of allowed (NULL-terminated).
 * Returns SIGNET_OK or SIGNET_E_MALFORMED naming the first unknown member; where names the object
 * in messages.
 */
SIGNET_NODISCARD int signet_doc_closed(const struct signet_doc_value *object,
                                       const char *const *allowed,
                                       const char *where,
                                       struct signet_err *err);

#endif
