/* SPDX-License-Identifier: Apache-2.0
 *
 * Authoring trust roots: a draft is edited step by step and is, whenever it is written, a root that
 * anyone would read; <signet/endorse.h> signs it. And showing one, to whom it is going to be given.
 */
#ifndef SIGNET_ROOT_H
#define SIGNET_ROOT_H

#include <signet/jsonout.h>
#include <signet/limits.h>
#include <signet/span.h>
#include <signet/trusted_key.h>

SIGNET_BEGIN_DECLS

/** A root that is being edited or shown. Nobody vouches for it. */
struct signet_root_draft;

/**
 * Starts version 1, without keys and roles. Both times are seconds since 1970-01-01. *draft is
 * owned (free with signet_root_draft_free()) and set on success only. Returns SIGNET_OK or
 * SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int signet_root_draft_new(int64_t issued,
                                                      int64_t expires,
                                                      struct signet_root_draft **draft,
                                                      struct signet_err *err);

/**
 * Reads a root, the bare document or its DSSE file. *text is taken over, whatever the result, and
 * empty afterwards. limits may be NULL. *draft is owned and set on success only. Returns SIGNET_OK,
 * SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (another format or payload type, or a key),
 * SIGNET_E_AMBIGUOUS, SIGNET_E_LIMIT, SIGNET_E_FORBIDDEN (a key), SIGNET_E_NOMEM or
 * SIGNET_E_INTERNAL.
 */
SIGNET_API SIGNET_NODISCARD int signet_root_draft_read(struct signet_buf *text,
                                                       const struct signet_limits *limits,
                                                       struct signet_root_draft **draft,
                                                       struct signet_err *err);

/** Releases draft, which may be NULL. */
SIGNET_API void signet_root_draft_free(struct signet_root_draft *draft);

/** Its version. */
SIGNET_API uint64_t signet_root_draft_version(const struct signet_root_draft *draft);

/** Whether it was read from a DSSE file: it can be shown and succeeded, and not be edited, as that
 *  would void its signatures. */
SIGNET_API bool signet_root_draft_is_signed(const struct signet_root_draft *draft);

/** Whether a key of this fingerprint is in the role, which is NULL for any place in the root. */
SIGNET_API bool
signet_root_draft_has(const struct signet_root_draft *draft, const char *id, const char *role);

/** The distinct keys of its role "root" that may sign it and did; and how many must. */
SIGNET_API size_t signet_root_draft_signers(const struct signet_root_draft *draft);
SIGNET_API size_t signet_root_draft_signers_needed(const struct signet_root_draft *draft);

/** A key that is added to a role. Zero-initialise, then set what differs. */
struct signet_root_addition {
    const char *role;                /* made if there is none, with threshold 1 */
    const struct signet_pubkey *key; /* one that is there already gets one role more */
    /* Of a key that is new: */
    const char *owner;         /* whose it is */
    const int64_t *not_before; /* NULL: it counts always */
    const int64_t *not_after;  /* NULL: it counts for ever */
    unsigned uses; /* SIGNET_USE_* bits; 0: time in the role "time", else bundle, dsse */
};

/**
 * What follows edits, and returns SIGNET_OK; SIGNET_E_FORBIDDEN (the root is signed);
 * SIGNET_E_USAGE (it names what is not there, or is there already); SIGNET_E_LIMIT
 * (SIGNET_ROOT_KEYS) or SIGNET_E_NOMEM. After a failure the draft is as before. Whether all of it
 * fits together is asked when it is written. Texts are copied; keys are named by fingerprint.
 */

/** Adds a key to a role. For one that is in the root already none of what is of new keys may be
 *  set. */
SIGNET_API SIGNET_NODISCARD int signet_root_draft_add(struct signet_root_draft *draft,
                                                      const struct signet_root_addition *addition,
                                                      struct signet_err *err);

/** Takes a key out of a role, or, if role is NULL, out of the root. A role without keys goes. */
SIGNET_API SIGNET_NODISCARD int signet_root_draft_remove(struct signet_root_draft *draft,
                                                         const char *id,
                                                         const char *role,
                                                         struct signet_err *err);

/** So many keys of the role must sign. */
SIGNET_API SIGNET_NODISCARD int signet_root_draft_set_threshold(struct signet_root_draft *draft,
                                                                const char *role,
                                                                uint64_t threshold,
                                                                struct signet_err *err);

/** The key, which is active, signs nothing more from that time on. */
SIGNET_API SIGNET_NODISCARD int signet_root_draft_retire(struct signet_root_draft *draft,
                                                         const char *id,
                                                         int64_t at,
                                                         struct signet_err *err);

/** The key, which is not revoked yet, is in other hands from that time on; one that is retired
 * since an earlier time, from that on: what did not count does not count again. */
SIGNET_API SIGNET_NODISCARD int signet_root_draft_revoke(struct signet_root_draft *draft,
                                                         const char *id,
                                                         int64_t at,
                                                         struct signet_err *err);

/** Makes its successor of a root, signed or not: one version more, with the same keys and roles and
 *  no signatures. expires NULL: it lasts as long as the one before. */
SIGNET_API SIGNET_NODISCARD int signet_root_draft_succeed(struct signet_root_draft *draft,
                                                          int64_t issued,
                                                          const int64_t *expires,
                                                          struct signet_err *err);

/**
 * Appends the document, in RFC 8785 form. Returns SIGNET_OK, SIGNET_E_FORBIDDEN (it is signed);
 * SIGNET_E_MALFORMED or SIGNET_E_UNSUPPORTED (nobody would read it as a root: the message says what
 * and where); SIGNET_E_LIMIT or SIGNET_E_NOMEM. Nothing is appended on failure.
 */
SIGNET_API SIGNET_NODISCARD int signet_root_draft_write(const struct signet_root_draft *draft,
                                                        struct signet_buf *out,
                                                        struct signet_err *err);

/** Appends what it says of itself, and who signed it, as lines that are marked UNVERIFIED: it is
 *  its own keys that are asked. Result as signet_buf_reserve(). */
SIGNET_API int signet_root_draft_text(const struct signet_root_draft *draft,
                                      struct signet_buf *out);

/** Writes the same as the member "unverified" of an open object. An error sticks to json->out. */
SIGNET_API void signet_root_draft_member(const struct signet_root_draft *draft,
                                         struct signet_jsonout *json);

/** Reads a point in time: YYYY-MM-DDTHH:MM:SSZ, or P<n>D or PT<n>H for so much later than from.
 *  *seconds since 1970-01-01 is set on success only. */
SIGNET_API bool signet_root_time(const char *text, int64_t from, int64_t *seconds);

/** Reads the names of uses, as `uses` in a root has them, with a comma between; each once. *uses is
 *  set on success only. */
SIGNET_API bool signet_root_uses(const char *text, unsigned *uses);

SIGNET_END_DECLS

#endif
