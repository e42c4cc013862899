/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form (RFC 8785) of values inside a text that was scanned once, for those who need
 * more than one of them, or an object other than it stands. The form of a whole text is in
 * <signet/json.h>.
 */
#ifndef SIGNET_JSON_CANON_H
#define SIGNET_JSON_CANON_H

#include <signet/json.h>

#include "json/read.h"
#include "json/scan.h"

/**
 * Writes the canonical form of part, the lexeme of one value inside text, to sink. Returns
 * SIGNET_OK, SIGNET_E_NOMEM or what the sink returned.
 */
SIGNET_NODISCARD int signet_json_canon_part(const struct signet_json_text *text,
                                            struct signet_span part,
                                            struct signet_sink sink,
                                            struct signet_err *err);

/** As signet_json_members() for the top value of text, without going through what lies between the
 *  members. Returns nothing, as a document may have any others. */
void signet_json_text_members(const struct signet_json_text *text,
                              const char *const *names,
                              struct signet_json_value *values);

/** The member of that name of the top object, and its name as it stands there, found in the same
 * way; false if there is none. */
bool signet_json_text_member(const struct signet_json_text *text,
                             const char *wanted,
                             struct signet_json_value *name,
                             struct signet_json_value *value);

/** How an object is written otherwise than it stands. Everything is borrowed. */
struct signet_json_recast {
    /* The name, as it stands in the object, of the member whose value is left open; kind 0: none */
    struct signet_json_value gap;
    /* Names of members that are left out, whether they exist or not; each is looked for at every
     * member, so there may be few. */
    const struct signet_json_value *left_out;
    size_t left_out_count;
};

/** A name for signet_json_recast.left_out from a literal without escapes. */
#define SIGNET_JSON_NAME(literal)                                                                  \
    {                                                                                              \
        SIGNET_JSON_STRING,                                                                        \
        {                                                                                          \
            (const uint8_t *)"\"" literal "\"", sizeof(literal) + 1                                \
        }                                                                                          \
    }

/**
 * Writes the canonical form of object, a value inside text, without some members, and *gap to the
 * number of bytes after which the value that was left open belongs. Results as
 * signet_json_canon_part().
 */
SIGNET_NODISCARD int signet_json_canon_recast(const struct signet_json_text *text,
                                              struct signet_json_value object,
                                              const struct signet_json_recast *recast,
                                              struct signet_sink sink,
                                              size_t *gap,
                                              struct signet_err *err);

#endif
