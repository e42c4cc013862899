/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading documents of a closed schema: each value is required to be what the schema has, and what
 * is not is said with its JSON pointer. Knows no schema.
 */
#ifndef SIGNET_TRUST_FIELD_H
#define SIGNET_TRUST_FIELD_H

#include "json/doc.h"

/** A value of a document and how it is reached. The one it is in outlives it. */
struct signet_field {
    const struct signet_doc_value *value;
    const struct signet_field *in; /* NULL: the top */
    const char *name;              /* of a member; NULL: an element */
    size_t index;                  /* of an element */
};

/** Room for a JSON pointer in a message; a longer one is cut. */
#define SIGNET_FIELD_POINTER 128

/** The top value of a document. */
struct signet_field signet_field_top(const struct signet_doc *doc);

/** Writes the JSON pointer of field, "" for the top, fit to be shown. */
const char *signet_field_pointer(const struct signet_field *field, char out[SIGNET_FIELD_POINTER]);

/** Sets err to "POINTER: expected …" and returns SIGNET_E_MALFORMED. expected ends the sentence. */
int signet_field_wrong(const struct signet_field *field,
                       const char *expected,
                       struct signet_err *err);

/** Requires an object with no other members than allowed (NULL-terminated). This, and what
 *  follows, returns SIGNET_OK or SIGNET_E_MALFORMED. */
SIGNET_NODISCARD int signet_field_closed(const struct signet_field *object,
                                         const char *const *allowed,
                                         struct signet_err *err);

/** The member of that name; false if there is none: *member is not set then. */
bool signet_field_find(const struct signet_field *object,
                       const char *name,
                       struct signet_field *member);

/** The member of that name, which must be there. */
SIGNET_NODISCARD int signet_field_get(const struct signet_field *object,
                                      const char *name,
                                      struct signet_field *member,
                                      struct signet_err *err);

/** Requires an array or an object that is not empty, and steps through it: *item is the first
 *  member or element, then each next one; false at the end. */
SIGNET_NODISCARD int
signet_field_list(const struct signet_field *array, size_t *count, struct signet_err *err);
SIGNET_NODISCARD int
signet_field_map(const struct signet_field *object, size_t *count, struct signet_err *err);
bool signet_field_first(const struct signet_field *container, struct signet_field *item);
bool signet_field_next(struct signet_field *item);

/** Whether a text is not empty and holds no control character and nothing that deceives a reader.
 */
bool signet_field_plain(const char *text);

/** A string that is not empty and holds no control character; borrowed from the document. */
SIGNET_NODISCARD int
signet_field_text(const struct signet_field *field, const char **text, struct signet_err *err);

/** Exactly this string. */
SIGNET_NODISCARD int
signet_field_is(const struct signet_field *field, const char *text, struct signet_err *err);

/** One of these strings (NULL-terminated); *index is which. */
SIGNET_NODISCARD int signet_field_word(const struct signet_field *field,
                                       const char *const *words,
                                       size_t *index,
                                       struct signet_err *err);

/** An integer from least to most. */
SIGNET_NODISCARD int signet_field_uint(const struct signet_field *field,
                                       uint64_t least,
                                       uint64_t most,
                                       uint64_t *number,
                                       struct signet_err *err);

/** See signet_doc_tenths(); at most most tenths. */
SIGNET_NODISCARD int signet_field_tenths(const struct signet_field *field,
                                         uint64_t most,
                                         uint64_t *tenths,
                                         struct signet_err *err);

SIGNET_NODISCARD int
signet_field_bool(const struct signet_field *field, bool *truth, struct signet_err *err);

/** See signet_instant_parse() and signet_duration_parse(). */
SIGNET_NODISCARD int
signet_field_instant(const struct signet_field *field, int64_t *seconds, struct signet_err *err);
SIGNET_NODISCARD int
signet_field_duration(const struct signet_field *field, int64_t *seconds, struct signet_err *err);

#endif
