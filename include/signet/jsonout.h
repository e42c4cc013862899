/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing the JSON objects of --json and --report. Not the canonical form and nothing that is
 * signed: text of any origin goes in and comes out as valid JSON that is safe on a terminal.
 */
#ifndef SIGNET_JSONOUT_H
#define SIGNET_JSONOUT_H

#include <signet/buf.h>

SIGNET_BEGIN_DECLS

/** Where writing stands; start with {.out = buffer}. Errors stick to the buffer. */
struct signet_jsonout {
    struct signet_buf *out; /* borrowed */
    bool comma;             /* the next value follows another one */
};

/** In all of these, name is the member's name inside an object and NULL inside an array. */
SIGNET_API void signet_jsonout_open_object(struct signet_jsonout *json, const char *name);
SIGNET_API void signet_jsonout_close_object(struct signet_jsonout *json);
SIGNET_API void signet_jsonout_open_array(struct signet_jsonout *json, const char *name);
SIGNET_API void signet_jsonout_close_array(struct signet_jsonout *json);

/** Text as a string: characters that could deceive a reader become \uXXXX, and each byte that is
 *  not UTF-8 becomes U+FFFD. */
SIGNET_API void
signet_jsonout_bytes(struct signet_jsonout *json, const char *name, struct signet_span text);

/** A NUL-terminated string, or null if text is NULL. */
SIGNET_API void
signet_jsonout_text(struct signet_jsonout *json, const char *name, const char *text);

SIGNET_API void
signet_jsonout_number(struct signet_jsonout *json, const char *name, uint64_t number);
SIGNET_API void signet_jsonout_bool(struct signet_jsonout *json, const char *name, bool truth);
SIGNET_API void signet_jsonout_null(struct signet_jsonout *json, const char *name);

/** What another writer wrote: complete values, or members with names, with commas between. */
SIGNET_API void signet_jsonout_spliced(struct signet_jsonout *json, struct signet_span written);

SIGNET_END_DECLS

#endif
