/* SPDX-License-Identifier: Apache-2.0
 *
 * The one decision: does this artifact carry valid signatures, by enough of the given keys, over
 * exactly what it is?
 */
#ifndef SIGNET_VERIFY_H
#define SIGNET_VERIFY_H

#include <signet/artifact.h>
#include <signet/buf.h>
#include <signet/store.h>
#include <signet/trust.h>
#include <signet/trusted_key.h>

SIGNET_BEGIN_DECLS

/** A signature file, read by the caller. The library looks for none by itself. */
struct signet_signature_file {
    const char *name; /* borrowed; for reports */
    /* Its bytes. They can be many, so signet_verify() takes them over and works where they stand;
     * the buffer is empty afterwards, or still the caller's if nothing was verified. */
    struct signet_buf text;
    /* Borrowed: its name inside the bundle that is verified, or NULL if it lies elsewhere. Such a
     * file need not be signed itself, if a given key signed what it says. */
    const char *own_name;
    /* Borrowed: notes about the time of its signatures, which lie beside it in NAME.time; of use
     * with a policy alone. What is no such file counts for nothing. Empty: there are none. */
    struct signet_span time;
};

/** What is demanded. Zero-initialise, then set size and what differs. Everything is borrowed but
 *  the text of the signature files. */
struct signet_verify_opts {
    size_t size; /* sizeof(struct signet_verify_opts) */
    const struct signet_trusted_key *keys;
    size_t key_count; /* 1 or more, unless there is a bom or trust */
    size_t threshold; /* distinct keys over one payload; 0 means 1; at most key_count */
    struct signet_signature_file *signatures;
    size_t signature_count;
    /* Recorded ignore paths whose contents may be present; NULL-terminated, may be NULL. */
    const char *const *accept_ignored;
    /* How names in an archive are compared with a bundle's statement: COUNT as it says, anything
     * else means that one folder at the top is taken off if it is what the statement calls its
     * subject. */
    struct signet_strip strip;
    /* Verifies these entries of a bundle alone, NULL-terminated and at least one; NULL means the
     * whole. Each is the name of a signed entry, or of a folder that signed entries lie below.
     * Nothing else in the bundle is looked at, so a pass is partial, see
     * signet_verification_partial(). */
    const char *const *only;
    /* Only what stands in a FILE artifact itself counts, at these places of it (each a bom-ref or a
     * JSON pointer), NULL-terminated and at least one: each must be signed by itself. NULL: the
     * whole must be. No signature files are given then. */
    const char *const *at;
    /* Signatures inside the artifact do not count, and are not looked for. */
    bool files_only;
    /* Of a BOM whose verification is going to say what a model is, see `bom`: the text is kept,
     * whatever signed it, so one above limits->document is refused. */
    bool keep_document;
    /* The artifact passes if it is the model that this BOM lists: see signet_verify(). Borrowed,
     * also by the verification that is made. Then there are no keys, signature files, `only` or
     * `at`. */
    const struct signet_verification *bom;
    const char *bom_name; /* of the BOM inside the artifact; NULL if it lies elsewhere */
    /* Members of a document that an embedded signature may leave out; NULL-terminated, may be
     * NULL: then one that leaves out any does not count. */
    const char *const *allow_excludes;
    /* The artifact passes if a rule of this policy lets it, instead of by keys and threshold, which
     * are not given then: see signet_verify(). Borrowed, also by the verification that is made. */
    const struct signet_trust *trust;
    /* Where further signature files are looked for: those that claim to be about the artifact,
     * which is read first then. Borrowed, also by the verification that is made; NULL: nowhere.
     * Unlike a file in signatures, one that a given key signed and that is about something else
     * after all refuses nothing. Not for `only`.
     */
    const struct signet_store *store;
    /* Passes only as the signed release of exactly this name, and version unless that is NULL;
     * borrowed. NULL: as anything. */
    const char *expected_name;
    const char *expected_version;
    bool keep_texts;                    /* of signature files: see signet_pack_take_evidence() */
    enum signet_action action;          /* which rules are for; 0 means SIGNET_ACTION_VERIFY */
    bool insecure_ignore_unsigned;      /* entries that are not signed do not refuse a bundle */
    const struct signet_limits *limits; /* NULL means the defaults */
    size_t jobs;                        /* threads for hashing; 0 means one for each processor */
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    void *progress_ctx;
};

/** All that was found out about one artifact; what reports are made of. */
struct signet_verification;

/** Proof that an artifact passed: only signet_verify() and signing make one, and policy and gate
 * accept nothing else. One of a partial verification holds no identity, and stands for the chosen
 * entries alone. Owned by its verification. */
struct signet_verified;

/** How many bytes a signature file of artifact may have: limits->envelope, or for a bundle, whose
 *  statement lists its files, limits->bundle if that is more. */
SIGNET_API uint64_t signet_signature_max(const struct signet_artifact *artifact,
                                         const struct signet_limits *limits);

/**
 * Verifies artifact. Signatures are checked before any byte of the artifact is read; statements are
 * parsed only after a given key was found to have signed them. A signature file may have as many
 * bytes as signet_signature_max() says; what then turns out to hold the statement over a bundle
 * (OMS) is held to limits->bundle, anything else to limits->envelope.
 *
 * A statement that lists files (OMS) is compared with a directory, with what an archive holds, or,
 * if it lists one file that is named as the artifact or ".", with that file.
 *
 * It passes if signature files with one identical payload were signed by at least threshold
 * distinct keys, that payload is an in-toto statement that says "signed" (predicate types SIGNED,
 * OMS), and every digest it states about the artifact matches. A file that a given key validly
 * signed over other content refuses, whatever others say. An attestation (any other predicate type)
 * is reported and never counts as a signature.
 *
 * With opts->bom the artifact is a model and passes if it is what that BOM lists, which must be a
 * passed verification of the whole of a CycloneDX document, made with keep_document and with
 * nothing excluded; otherwise no byte of the artifact is read. What is compared is read from the
 * bytes that were verified. The subject of the BOM, metadata.component, must be a
 * machine-learning-model; its files are compared as those of a bundle are, each by every strong
 * hash. A file that is not listed refuses if a composition says that the list is complete;
 * otherwise a pass is partial if there is one. Git's own names, if nothing of them is listed, and
 * the BOM are left out. SIGNET_E_UNVERIFIED: the BOM did not pass. Keys and threshold are those of
 * the BOM.
 *
 * With opts->trust every key of the root is looked for, and what matches the artifact is put to the
 * policy: the first rule whose actions and match fit decides alone, by the roles that it names. The
 * path that a rule is for is the real one of what was opened, whatever name led there. The
 * deny list of the policy refuses whatever else holds. SIGNET_E_DENIED: no rule is for it, the deny
 * list has it, or a demand does not hold; SIGNET_E_THRESHOLD: fewer keys of a role signed than the
 * rule demands; SIGNET_E_STALE: the policy does not hold any more.
 *
 * To execute or to load (opts->action), and only then, a file passes by a list of files (OMS) too,
 * of which one entry or more has its digest, its size, and a use: what it is for is what all of
 * these say, and it is the release of nothing. Such lists are among opts->signatures, or in
 * opts->store, if that was opened with opts->trust.
 *
 * path names the artifact in reports (copied). *verification is owned (free with
 * signet_verification_free()); it is set whatever the verdict, except after SIGNET_E_USAGE and
 * SIGNET_E_NOMEM.
 *
 * Returns SIGNET_OK for a pass and nothing else, or the gravest reason:
 * SIGNET_E_NO_SIGNATURE (no signature file, or attestations only), SIGNET_E_BAD_SIGNATURE,
 * SIGNET_E_UNTRUSTED (a key that was not given), SIGNET_E_THRESHOLD, SIGNET_E_MISMATCH (changed,
 * missing or unsigned entries; recorded ignore paths present; entries chosen of a file),
 * SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED, SIGNET_E_AMBIGUOUS, SIGNET_E_FORBIDDEN, SIGNET_E_LIMIT,
 * SIGNET_E_IO, SIGNET_E_NOMEM, SIGNET_E_INTERNAL, or SIGNET_E_USAGE (no key, threshold above the
 * number of keys, an empty list of entries, opts->size).
 */
SIGNET_API SIGNET_NODISCARD int signet_verify(struct signet_artifact *artifact,
                                              const char *path,
                                              const struct signet_verify_opts *opts,
                                              struct signet_verification **verification,
                                              struct signet_err *err);

/**
 * A verification that failed before it began, such as for an artifact that cannot be opened, so
 * that one report covers it too. *verification is owned; SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int
signet_verification_failed(const char *path,
                           const struct signet_err *reason,
                           struct signet_verification **verification,
                           struct signet_err *err);

/** Releases verification, which may be NULL. */
SIGNET_API void signet_verification_free(struct signet_verification *verification);

/** SIGNET_OK if it passed, else why not. */
SIGNET_API int signet_verification_code(const struct signet_verification *verification);

/** The proof, or NULL if it did not pass. Valid as long as verification. */
SIGNET_API const struct signet_verified *
signet_verification_verified(const struct signet_verification *verification);

/** Whether only chosen entries were to be verified. A pass then says nothing about the rest of the
 *  bundle: other entries may be changed, missing or added, although the statement lists them. */
SIGNET_API bool signet_verification_partial(const struct signet_verification *verification);

/** The verified payload bytes that decided; empty if it did not pass. Valid as long as
 * verification. */
SIGNET_API struct signet_span
signet_verification_statement(const struct signet_verification *verification);

SIGNET_END_DECLS

#endif
