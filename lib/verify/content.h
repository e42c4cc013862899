/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing what a verified statement says with what an artifact is.
 */
#ifndef SIGNET_VERIFY_CONTENT_H
#define SIGNET_VERIFY_CONTENT_H

#include "verify/evidence.h"

/** How an entry differs. */
enum signet_difference_kind {
    SIGNET_DIFFERENCE_CHANGED = 1,
    SIGNET_DIFFERENCE_MISSING,  /* signed, and not there */
    SIGNET_DIFFERENCE_UNSIGNED, /* there, and not signed */
    SIGNET_DIFFERENCE_IGNORED,  /* there, and left out by the statement */
};

/** One difference. name and the hex texts live in the content's storage. */
struct signet_difference {
    enum signet_difference_kind kind;
    const char *name;
    const char *expected; /* digest as "sha256:HEX"; "" unless CHANGED */
    const char *found;
    bool refuses; /* whether it alone refuses the artifact */
};

/** The artifact as measured, and its comparison with one statement. */
struct signet_content {
    struct signet_manifest manifest; /* by the digest and ignore rules of the last statement */
    bool measured;
    struct signet_manifest first; /* what was measured first, if it was a bundle, and again then */
    size_t matched;               /* entries */
    bool canonical;     /* it is the RFC 8785 form of the file that matched, not its bytes */
    size_t not_checked; /* entries that are signed and were not asked for */
    struct signet_difference *differences;
    size_t difference_count;
    size_t difference_cap;
    struct signet_arena storage;
    const char **own_names;     /* set by the caller: signature files inside the bundle */
    const char **left_out;      /* as well: all paths that a bundle is identified without */
    struct signet_ahead *ahead; /* the artifact being measured by a guess, or NULL */
    const char *archive;        /* format of the archive whose contents were compared, or NULL */
    struct signet_err formless; /* set by the caller: why the artifact has no canonical form */
};

/** What an archive is stripped of to be the bundle of that name: the folder called so, unless
 *  opts->strip says how many. */
struct signet_strip signet_content_strip(const struct signet_verify_opts *opts, const char *name);

/** How a bundle is measured to compare it; what is compared may ask for more. All is borrowed. */
struct signet_measure_opts signet_content_how(const struct signet_verify_opts *opts,
                                              const char *const *ignore,
                                              const char *const *own_names);

/** Measures artifact into content->manifest, which becomes content->first if it is the first one of
 * a whole bundle: takes what is being measured already, if that is by
 * the same rules. Results as signet_artifact_measure(). */
SIGNET_NODISCARD int signet_content_measure(struct signet_content *content,
                                            struct signet_artifact *artifact,
                                            const struct signet_measure_opts *how,
                                            struct signet_err *err);

/** Whether a list of names that ends with NULL, and may be NULL, has this one. */
bool signet_content_lists(const char *const *names, const char *name);

/** Releases what content holds and zeroes it. */
void signet_content_clear(struct signet_content *content);

/**
 * Measures artifact as evidence demands (anew only if it must be read another way than before) and
 * compares, of a bundle only the entries that opts->only names, if it does. If measured is not NULL
 * it is used as the artifact's manifest and nothing is read that it tells. A subject in RFC 8785
 * form is compared with measured->canonical alone.
 * Returns SIGNET_OK if every digest matches and nothing differs that refuses, SIGNET_E_MISMATCH,
 * SIGNET_E_NO_SIGNATURE (the statement is about another kind of thing), or what
 * signet_artifact_measure() returns.
 */
SIGNET_NODISCARD int signet_content_compare(struct signet_content *content,
                                            struct signet_artifact *artifact,
                                            const struct signet_manifest *measured,
                                            const struct signet_evidence *evidence,
                                            const struct signet_verify_opts *opts,
                                            struct signet_err *err);

/** Measures artifact, a FILE, into content->manifest by this digest, unless it was before. Returns
 *  SIGNET_OK, SIGNET_E_IO (it is not what it was), or as signet_artifact_measure(). */
SIGNET_NODISCARD int signet_content_as_file(struct signet_content *content,
                                            struct signet_artifact *artifact,
                                            enum signet_digest_alg alg,
                                            const struct signet_verify_opts *opts,
                                            struct signet_err *err);

/** Ignore paths of a statement and the bundle's own signature files, in one list (NULL-terminated,
 *  like both; in storage); NULL: out of memory. The names are borrowed. */
const char **signet_content_ignores(struct signet_arena *storage,
                                    const char *const *recorded,
                                    const char *const *own_names);

/** Forgets what was compared before. */
void signet_content_begin(struct signet_content *content);

/** Records, if anything that differs refuses, how much does. Returns SIGNET_OK or
 *  SIGNET_E_MISMATCH. */
SIGNET_NODISCARD int signet_content_summarise(const struct signet_content *content,
                                              struct signet_err *err);

/** Notes of each path that was ignored whether it refuses: git's own names and signature files do
 *  not. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_content_compare_ignored(struct signet_content *content,
                                                    const struct signet_manifest *manifest,
                                                    const struct signet_verify_opts *opts,
                                                    struct signet_err *err);

/** Whether the entry of that name is there and not signed, after a comparison that found nothing to
 *  refuse: only then it is no difference that refuses. */
bool signet_content_is_unsigned(const struct signet_content *content, const char *name);

#endif
