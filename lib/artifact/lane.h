/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of bytes of a file on its way into digests: what is still to be read, what was read and
 * is still to be digested. Each byte is read once; a file that changes meanwhile is an error.
 */
#ifndef SIGNET_ARTIFACT_LANE_H
#define SIGNET_ARTIFACT_LANE_H

#include <signet/usage.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "artifact/digester.h"

/** Who looks at a file while it is watched. */
struct signet_lane_look {
    /* Tells what the file behind fd is for, if that is code, or 0; head is its first bytes, as they
     * were digested, or empty if they are not at hand. Several threads at once. Returns SIGNET_OK,
     * or what ends the run. */
    int (*look)(int fd, struct signet_span head, enum signet_usage *usage, struct signet_err *err);
};

/** Bytes of a head. */
#define SIGNET_LANE_HEAD 4

/** One thread at a time. Zero-initialised holds nothing. */
struct signet_lane {
    struct signet_digester digester;
    uint8_t *buffer;
    size_t room;              /* bytes of buffer */
    struct signet_span ready; /* read, and not digested yet */
    int fd;
    bool owned;                     /* fd is closed with the run */
    bool to_end;                    /* the run ends where the file ends */
    bool ended;                     /* nothing is left to be read */
    bool spent;                     /* the digester holds bytes of a run that failed */
    bool watched;                   /* before is what the file was, and must stay */
    struct stat before;             /* what the file was when it was opened */
    uint64_t at;                    /* of the next byte to read, in the file */
    uint64_t left;                  /* bytes of the run to read */
    uint8_t head[SIGNET_LANE_HEAD]; /* of the run; head_len of them */
    size_t head_len;
    /* Looks at the file when all was read of a run that is a whole watched one, before it is seen
     * that the file is what it was; set between runs. NULL: nobody does. */
    const struct signet_lane_look *look;
    enum signet_usage usage; /* that was found of the last run that was finished */
};

/** Makes ready for runs that are digested by alg, and by SHA-256 too if both, with a buffer of room
 *  bytes. Returns as signet_hash_new(); signet_lane_clear() releases what it holds after either. */
SIGNET_NODISCARD int signet_lane_init(struct signet_lane *lane,
                                      enum signet_digest_alg alg,
                                      bool both,
                                      size_t room,
                                      struct signet_err *err);

/** A run of bytes of a regular file. */
struct signet_lane_run {
    int fd;
    bool owned;                /* close fd with the run */
    bool to_end;               /* the file must end where the run does */
    const struct stat *before; /* what fstat() said of it; NULL if somebody else watches the file */
    uint64_t at;
    uint64_t len;
};

/** Begins a run. Returns SIGNET_OK or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_lane_begin(struct signet_lane *lane, const struct signet_lane_run *run);

/**
 * Reads more if nothing is ready and the run has not ended. If wait is false, *cold tells that the
 * next bytes are not in memory; nothing was read then. Returns SIGNET_OK or SIGNET_E_IO
 * (unreadable, shorter or longer than it was).
 */
SIGNET_NODISCARD int
signet_lane_read(struct signet_lane *lane, bool wait, bool *cold, struct signet_err *err);

/** Whether everything was read and digested. */
bool signet_lane_done(const struct signet_lane *lane);

/** Digests what is ready in both lanes, of the longer at least as much as the other has. Returns
 *  SIGNET_OK or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_lane_digest_pair(struct signet_lane *a, struct signet_lane *b);

/** Digests what is ready, with the lane's own digester or with another. Returns SIGNET_OK or
 *  SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_lane_digest(struct signet_lane *lane, struct signet_digester *digester);

/** Ends a run that is done: has the file looked at, sees that it is what it was, and writes the
 *  digests. Returns SIGNET_OK, SIGNET_E_IO (it changed), SIGNET_E_INTERNAL, or as lane->look. */
SIGNET_NODISCARD int signet_lane_finish(struct signet_lane *lane,
                                        const struct signet_digest_slots *slots,
                                        struct signet_err *err);

/** Lets go of the file of a run that is over, however it ended. */
void signet_lane_drop(struct signet_lane *lane);

/** Releases what lane holds and empties it. */
void signet_lane_clear(struct signet_lane *lane);

#endif
