/* SPDX-License-Identifier: Apache-2.0
 *
 * What was seen before, so that nothing older passes: the highest version of each root, policy and
 * release with the digest of its payload, and the newest trusted time. Owns the file
 * (signet-state/1) and its lock, PATH.lock; verifies nothing and reads no clock. What it is told
 * must be verified already.
 *
 *   {"schema":"signet-state/1",
 *    "roots":{FIRST:{"version":2,"sha256":HEX,"time":"2026-11-01T00:00:00Z",
 *      "policies":{POLICY:{"version":7,"sha256":HEX,
 *        "releases":{NAME:{"version":"1.4.0","sha256":HEX}}}}}},
 *    "folders":{PATH:FIRST}}
 *
 * FIRST is the lower-case hex SHA-256 of the payload of the lineage's first root; "folders" are
 * those from which roots were read. "time", "policies", "releases" and "folders" may be absent;
 * nothing else may be there, and nothing is empty.
 *
 * The lock is held from open to close: other processes wait meanwhile. What takes long, such as
 * reading an artifact, is done before.
 */
#ifndef SIGNET_TRUST_STATE_H
#define SIGNET_TRUST_STATE_H

#include <signet/digest.h>
#include <stdbool.h>

/** Bytes a state file may have. */
#define SIGNET_STATE_MAX (16U << 20)

/** A state file that is locked and read. */
struct signet_state;

/** What a record is about. */
struct signet_state_key {
    const struct signet_digest *first; /* SHA-256 of the payload of the lineage's first root */
    const char *policy;                /* its name; NULL: the root itself */
    const char *name;                  /* the signed name of a release; NULL: the policy itself */
};

/**
 * Locks and reads the state file at path, in a folder that exists. A missing file is an empty
 * state: see signet_state_is_new(). wait_ms bounds how long another process that holds the lock is
 * waited for. *state is owned (signet_state_close()) and set on success only.
 * Returns SIGNET_OK; SIGNET_E_MALFORMED (the file is no signet-state/1); SIGNET_E_FORBIDDEN (a
 * link, no regular file, of another user, or others may write it); SIGNET_E_IO (unreadable, no lock
 * within that time); SIGNET_E_USAGE (path is a directory); SIGNET_E_LIMIT or SIGNET_E_NOMEM. The
 * file stays as it is, whatever it holds.
 */
SIGNET_NODISCARD int signet_state_open(const char *path,
                                       uint64_t wait_ms,
                                       struct signet_state **state,
                                       struct signet_err *err);

/** Gives back the lock and drops what was not committed. state may be NULL. */
void signet_state_close(struct signet_state *state);

/** Whether there was no file: the first use. */
bool signet_state_is_new(const struct signet_state *state);

/** Whether anything was seen of that root, policy or release before. */
bool signet_state_holds(const struct signet_state *state, const struct signet_state_key *key);

/** The highest root seen of a lineage; false, and nothing is set, if none was. */
bool signet_state_root(const struct signet_state *state,
                       const struct signet_digest *first,
                       uint64_t *version,
                       struct signet_digest *payload);

/** The payload of the highest version seen of what key names; false, and nothing is set, if nothing
 *  was. */
bool signet_state_payload(const struct signet_state *state,
                          const struct signet_state_key *key,
                          struct signet_digest *payload);

/** The lineage of which this is the highest root seen: for a chain whose older part is not at hand.
 *  False, and nothing is set, if there is none. */
bool signet_state_find(const struct signet_state *state,
                       uint64_t version,
                       const struct signet_digest *payload,
                       struct signet_digest *first);

/** The lineage of the roots that were seen in the folder of that path; false, and nothing is set,
 * if none were. */
bool signet_state_folder(const struct signet_state *state,
                         const char *path,
                         struct signet_digest *first);

/** The newest trusted time seen with a lineage, in seconds since 1970; false if none was. */
bool signet_state_time(const struct signet_state *state,
                       const struct signet_digest *first,
                       int64_t *seconds);

/**
 * What follows compares with what was seen before and records in memory: a higher version takes the
 * place of the one recorded; the same version with the same payload changes nothing. Returns
 * SIGNET_OK; SIGNET_E_STALE (a lower version, or the same version of another payload);
 * SIGNET_E_USAGE (a digest that is no SHA-256, a number that is 0 or above 2^53 - 1, a policy of a
 * lineage or a release of a policy that was not seen itself, a key for something else);
 * SIGNET_E_MALFORMED (a name that is empty or has control characters, a version that is no
 * semantic one) or SIGNET_E_NOMEM. After a failure nothing is changed.
 */

/** The last root of a chain; key has neither policy nor name. */
SIGNET_NODISCARD int signet_state_see_root(struct signet_state *state,
                                           const struct signet_state_key *key,
                                           uint64_t version,
                                           const struct signet_digest *payload,
                                           struct signet_err *err);

/** Any other root of a chain, of which nothing is recorded: only where it has the version that is
 *  recorded must it be the same. */
SIGNET_NODISCARD int signet_state_pass_root(const struct signet_state *state,
                                            const struct signet_state_key *key,
                                            uint64_t version,
                                            const struct signet_digest *payload,
                                            struct signet_err *err);

/** A policy; key has no name. */
SIGNET_NODISCARD int signet_state_see_policy(struct signet_state *state,
                                             const struct signet_state_key *key,
                                             uint64_t version,
                                             const struct signet_digest *payload,
                                             struct signet_err *err);

/** A release. Versions of equal precedence are the same version, whatever their build metadata. */
SIGNET_NODISCARD int signet_state_see_release(struct signet_state *state,
                                              const struct signet_state_key *key,
                                              const char *version,
                                              const struct signet_digest *payload,
                                              struct signet_err *err);

/** The folder that the roots of a lineage, of which one was seen, are read from. Returns SIGNET_OK;
 *  SIGNET_E_STALE (those of another lineage were); SIGNET_E_USAGE; SIGNET_E_MALFORMED (path is no
 *  text without control characters) or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_state_see_folder(struct signet_state *state,
                                             const char *path,
                                             const struct signet_digest *first,
                                             struct signet_err *err);

/** A trusted time from 1970 to 9999; an older one than recorded changes nothing and is fine. The
 *  root of the lineage must have been seen. Returns SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_state_see_time(struct signet_state *state,
                                           const struct signet_digest *first,
                                           int64_t seconds,
                                           struct signet_err *err);

/**
 * Replaces the file (mode 0600) by one that holds what was recorded and all else as it was: durable
 * and in one step. Without anything new the file stays untouched. Returns SIGNET_OK,
 * SIGNET_E_LIMIT (it would be too large to be read again), SIGNET_E_FORBIDDEN, SIGNET_E_IO or
 * SIGNET_E_NOMEM; the file is as before then, and commit can be tried again.
 */
SIGNET_NODISCARD int signet_state_commit(struct signet_state *state, struct signet_err *err);

#endif
