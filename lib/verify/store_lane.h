/* SPDX-License-Identifier: Apache-2.0
 *
 * What one thread reads of the folders of a store: files in, claims and refusals out.
 */
#ifndef SIGNET_VERIFY_STORE_LANE_H
#define SIGNET_VERIFY_STORE_LANE_H

#include <signet/pack.h>

#include "verify/store.h"

/** Bytes of a digest that it is found by. */
#define SIGNET_STORE_KEY 32

/** One claim. */
struct signet_store_key {
    uint8_t digest[SIGNET_STORE_KEY];
    struct signet_store_text text;
    uint16_t type; /* of the identity: see signet_store_type() */
};

/** A file to read; its texts are borrowed. */
struct signet_store_file {
    const char *name;
    const char *folder; /* its path */
    int folder_fd;
    bool lines; /* a text on each */
    /* It is in memory, and has no folder; NULL: it is not. */
    const struct signet_pack_text *packed;
};

/** What does not count, and why. */
struct signet_store_refused {
    uint32_t file;
    uint32_t line;
    struct signet_err err;
};

/** What was found, and memory to find more. Files are read in rising order. */
struct signet_store_lane {
    const struct signet_limits *limits;
    const struct signet_store_file *files; /* that texts are in, by index */
    struct signet_store_key *keys;
    size_t count, room;
    uint64_t texts;
    struct signet_store_refused first[SIGNET_STORE_TOLD];
    uint64_t refused;
    bool ended;                /* private: there is no room for more claims */
    struct signet_buf bytes;   /* private: of the file */
    struct signet_buf payload; /* private: of the text */
};

/** What an identity of this kind is found as. */
static inline uint16_t signet_store_type(enum signet_claimed kind, enum signet_digest_alg alg)
{
    return (uint16_t)(((unsigned)kind << 8) | (unsigned)alg);
}

/** Starts an empty lane; limits and files are borrowed. */
void signet_store_lane_init(struct signet_store_lane *lane,
                            const struct signet_limits *limits,
                            const struct signet_store_file *files);

/** Reads the file of that index. Returns SIGNET_OK, also if it does not count, SIGNET_E_LIMIT (more
 *  than SIGNET_STORE_CLAIMS) or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int
signet_store_lane_read(struct signet_store_lane *lane, uint32_t index, struct signet_err *err);

/** Records that something of that name, at or before a text, does not count, and why. */
void signet_store_lane_refuse(struct signet_store_lane *lane,
                              const struct signet_store_text *text,
                              const char *name,
                              struct signet_err *why);

/** Adds to all what a lane found. Results as signet_store_lane_read(). */
SIGNET_NODISCARD int signet_store_lane_merge(struct signet_store_lane *all,
                                             const struct signet_store_lane *lane,
                                             struct signet_err *err);

/** Releases what lane holds. */
void signet_store_lane_free(struct signet_store_lane *lane);

/** Opens a regular file, through no link. Returns SIGNET_OK, SIGNET_E_IO or SIGNET_E_FORBIDDEN; *fd
 *  is set on success only. */
SIGNET_NODISCARD int
signet_store_open_file(const struct signet_store_file *file, int *fd, struct signet_err *err);

/** Appends the name of a text in file, see signet_store_name(). */
void signet_store_put_name(const struct signet_store_file *file,
                           const struct signet_store_text *text,
                           struct signet_buf *out);

/** Too many files or claims: returns SIGNET_E_LIMIT. */
int signet_store_too_many(struct signet_err *err);

#endif
