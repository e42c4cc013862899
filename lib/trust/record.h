/* SPDX-License-Identifier: Apache-2.0
 *
 * The records of a state file in memory, and its text (signet-state/1, see trust/state.h). Judges
 * no version and opens nothing.
 */
#ifndef SIGNET_TRUST_RECORD_H
#define SIGNET_TRUST_RECORD_H

#include <signet/buf.h>
#include <signet/digest.h>

/** The same shape on three levels: roots with policies with releases. */
enum signet_record_level {
    SIGNET_RECORD_ROOT,
    SIGNET_RECORD_POLICY,
    SIGNET_RECORD_RELEASE,
    SIGNET_RECORD_LEVELS
};

/** The highest number that a root or policy may have. */
#define SIGNET_RECORD_HIGHEST (((uint64_t)1 << 53) - 1)

/** No trusted time was seen. */
#define SIGNET_RECORD_NO_TIME (-1)

/** The version and the payload of something. */
struct signet_record_seen {
    uint64_t number;     /* of a root or policy */
    const char *release; /* of a release, else NULL */
    struct signet_digest payload;
};

/** What was seen of one root, policy or release. */
struct signet_record {
    struct signet_record *next;
    struct signet_record *inner; /* of the next level */
    char *name;                  /* owned */
    struct signet_record_seen seen;
    char *release; /* owned: that of seen */
    int64_t time;  /* of a root */
};

/** An empty record of that name (copied), or NULL without memory. */
struct signet_record *signet_record_new(const char *name);

/** Puts what was seen (copied) in the place of what the record has. Returns SIGNET_OK or
 *  SIGNET_E_NOMEM: the record is as before then. */
SIGNET_NODISCARD int signet_record_fill(struct signet_record *record,
                                        const struct signet_record_seen *seen,
                                        struct signet_err *err);

/** Releases a list of records and all in it; it may be NULL. */
void signet_record_free(struct signet_record *list);

/** Reads a SHA-256 in hex, in its one spelling with lower-case digits; *digest is undefined if it
 *  is none. */
bool signet_record_hex(const char *text, struct signet_digest *digest);

/** All that a state file holds. Zero-initialised is nothing; free with signet_records_free(). */
struct signet_records {
    struct signet_record *roots;
    struct signet_record *folders; /* by their paths; seen.payload is of the lineage's first root */
};

/** Releases what records holds and empties it. */
void signet_records_free(struct signet_records *records);

/** Reads the text of a state file. *records is owned, and empty on failure. Returns SIGNET_OK,
 *  SIGNET_E_MALFORMED, SIGNET_E_LIMIT or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_record_parse(struct signet_span text,
                                         struct signet_records *records,
                                         struct signet_err *err);

/** Appends the text of a state file. Result as signet_buf_reserve(). */
SIGNET_NODISCARD int signet_record_print(const struct signet_records *records,
                                         struct signet_buf *out);

#endif
