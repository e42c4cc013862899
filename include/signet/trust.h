/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom to trust for what, as a signed document that can be read, reviewed and changed: a trust
 * root, which says whose keys there are and in which roles, and a policy, which says which roles
 * must have signed what.
 */
#ifndef SIGNET_TRUST_H
#define SIGNET_TRUST_H

#include <signet/buf.h>
#include <signet/clock.h>
#include <signet/jsonout.h>
#include <signet/limits.h>

SIGNET_BEGIN_DECLS

/** What is going to be done with an artifact, as bits: a rule of a policy is for some of them. */
enum signet_action {
    SIGNET_ACTION_VERIFY = 1 << 0,
    SIGNET_ACTION_EXECUTE = 1 << 1, /* run it as a program */
    SIGNET_ACTION_LOAD = 1 << 2,    /* let a program run code of it */
    SIGNET_ACTION_OPEN = 1 << 3,    /* read it as data */
};

/** A document of trust, read by the caller. */
struct signet_trust_file {
    const char *name;       /* borrowed; for messages */
    struct signet_buf text; /* taken over: empty afterwards */
    uint64_t version;       /* of a root: the one that it must be; 0: any */
};

/** What is to be trusted. Zero-initialise, then set size and what differs. */
struct signet_trust_opts {
    size_t size; /* sizeof(struct signet_trust_opts) */
    /* The root, a DSSE envelope that the caller chose, from which everything else follows; and the
     * roots that follow it, each signed as it and the one before demand. The last one counts. */
    struct signet_trust_file *roots;
    size_t root_count; /* 1 or more */
    /* Borrowed: the path of the folder that keeps the roots, the same each time. The first of them
     * is what the caller chose on the first use only, which the state remembers: later they must
     * reach from the newest one seen, and the older ones may be gone. NULL: they are no folder's.
     */
    const char *root_folder;
    /* Roots of another's copy of the chain, in the order of their versions, each with its version.
     * Those after the last of roots follow it, and the others must be the same roots. NULL: none.
     */
    struct signet_trust_file *further;
    size_t further_count;
    const char *policy_name;          /* borrowed: what the policy must be called; NULL: anything */
    struct signet_trust_file *policy; /* a DSSE envelope signed by the last root's role "policy" */
    /* policy is the bare document, which nobody signed. */
    bool insecure_unsigned_policy;
    /* clock tells a time that somebody chose: the state is compared with, and nothing is recorded.
     */
    bool insecure_clock;
    /* Borrowed: the file that remembers the highest versions seen, so that nothing older passes for
     * the newest; in a folder that exists. NULL: nothing is remembered. */
    const char *state;
    const struct signet_clock *clock;   /* NULL means that of the system; read once */
    const struct signet_limits *limits; /* NULL means the defaults */
};

/** A root and a policy that hold now. */
struct signet_trust;

/**
 * Verifies a root by its own role "root", each next one by that role of the root before and by its
 * own, and a policy by the role "policy" of the last: each by as many distinct keys as the role
 * demands, over exactly the bytes that are then read.
 *
 * With opts->state a policy, and a root, of a lower version than was seen before, or of the same
 * version and other bytes, or a chain of roots that does not reach from the one that was seen, is
 * refused, and what holds is recorded there before this returns. A file
 * that is not there yet is the first use of it, see signet_trust_first_use(); one that cannot be
 * read or written refuses, and is never made anew. A policy that demands a state refuses without
 * one, and on its first use.
 *
 * *trust is owned (free with signet_trust_free()) and set on success only. The texts of all files
 * are taken over in any case.
 *
 * Returns SIGNET_OK; SIGNET_E_STALE (the root or the policy has expired, is older than one that was
 * seen, or the policy asks for a later root); SIGNET_E_DENIED (the policy demands a state, or is
 * called otherwise); SIGNET_E_MISMATCH (another root in opts->further than the one of that
 * version); SIGNET_E_THRESHOLD (fewer keys of the role signed); SIGNET_E_MALFORMED,
 * SIGNET_E_UNSUPPORTED, SIGNET_E_AMBIGUOUS or SIGNET_E_LIMIT (one of them is not what it should be:
 * the message begins with its name and says where); SIGNET_E_USAGE (a file is not given,
 * opts->size), SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_API SIGNET_NODISCARD int signet_trust_new(const struct signet_trust_opts *opts,
                                                 struct signet_trust **trust,
                                                 struct signet_err *err);

/** Whether opts->state had nothing of this policy by this root: nothing older than what is trusted
 *  now can be told. */
SIGNET_API bool signet_trust_first_use(const struct signet_trust *trust);

/** The version of a root, by its index among those that opts->roots had. */
SIGNET_API uint64_t signet_trust_root_version(const struct signet_trust *trust, size_t index);

/** Folders that the policy names as places of evidence: absolute paths, *count of them, valid as
 *  long as trust. See signet_store_open(). */
SIGNET_API const char *const *signet_trust_evidence(const struct signet_trust *trust,
                                                    size_t *count);

/**
 * Looks for what the author of the policy did not mean, by the root that is trusted: a rule that
 * never passes, as one before it is for the same, or a role is missing or has too few keys that
 * could sign so; one for which too few keys count now; what expires within 30 days. Appends a line
 * for each to text, and writes them as the member "findings" of the open object json; errors stick
 * to both. Returns whether a rule never passes: what is not plain is not claimed.
 */
SIGNET_API SIGNET_NODISCARD bool signet_trust_lint(const struct signet_trust *trust,
                                                   struct signet_buf *text,
                                                   struct signet_jsonout *json);

/** Releases trust, which may be NULL. */
SIGNET_API void signet_trust_free(struct signet_trust *trust);

SIGNET_END_DECLS

#endif
