/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing artifacts: measure, state, sign, verify what was made. What does not verify does not
 * appear.
 */
#ifndef SIGNET_SIGN_H
#define SIGNET_SIGN_H

#include <signet/artifact.h>
#include <signet/attest.h>
#include <signet/io.h>
#include <signet/part.h>
#include <signet/reuse.h>
#include <signet/seckey.h>
#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** How to sign. Zero-initialise, then set size and what differs. Everything is borrowed. */
struct signet_sign_opts {
    size_t size;                /* sizeof(struct signet_sign_opts) */
    const char *format;         /* "bundle" or "dsse"; NULL means "bundle" */
    enum signet_digest_alg alg; /* SHA256 or BLAKE2B; NONE means SHA256 */
    /* Bytes; 0: whole files. Otherwise the files of a bundle are signed in shards of this size, so
     * that one large file keeps all processors busy. Then empty files are not signed, and there is
     * no identity of the bundle. At most 2^53 - 1. */
    uint64_t shard_size;
    /* Paths of a bundle to leave out besides the git names; NULL-terminated, may be NULL. They are
     * recorded in what is signed. */
    const char *const *ignore;
    /* Names of files in a folder, NULL-terminated, as signet_system_files() gives them: the bundle
     * is these alone, and nothing else in the folder is looked at or left out. NULL: all that is in
     * it. */
    const char *const *files;
    /* Sign what an archive holds, as the bundle that it is: without the one folder that all lies
     * below, if there is one, which then is the subject's name. No effect on a directory. */
    bool contents;
    /* Takes all digests of a bundle from the manifests of its parts instead of reading it, as
     * signet_measure_opts.part_files; what is signed does not depend on it, but that nothing is
     * said of what the files are for. NULL: reads it. */
    const struct signet_part_file *part_files;
    size_t part_file_count;
    const char *path;     /* what reports call the artifact; NULL means its own name */
    const char *own_name; /* the signature file's name inside the bundle, or NULL */
    const struct signet_limits *limits; /* NULL means the defaults */
    size_t jobs;                        /* threads for hashing; 0 means one for each processor */
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    void *progress_ctx;
    bool (*stop)(void *ctx); /* as signet_measure_opts.stop; may be NULL */
    void *stop_ctx;
    /* Takes digests over from an earlier signature, and learns others for the next time; of a
     * bundle by SHA-256 only. May be NULL. */
    struct signet_reuse *reuse;
    /* Attests something else than that it is signed: the statement is of this predicate type, see
     * signet_predicate_type_find(), and its subject is the file, or the bundle by its identity;
     * there are no shards and no reuse then. NULL: signs. */
    const char *predicate_type;
    struct signet_span
        predicate; /* its text: JSON, an object, as the type demands if it is known */
    /* What it attests was found by this verification of artifact, which is therefore measured as it
     * was then, without what was left out then, and must still be what it was. NULL: it need not.
     */
    const struct signet_verification *found;
    /* Signs the RFC 8785 form of a JSON file by SHA-256, so that another layout of it verifies too;
     * neither contents nor an attestation. */
    bool canonical;
    /* Signs as the release NAME@VERSION, a SemVer version, at that time: a file by a statement that
     * says so, a bundle, which has no shards, by another one behind the list of its files, see
     * signet_signing_release(). NULL: names none. */
    const char *release;
    int64_t released_at; /* seconds since 1970-01-01 UTC */
    /* What it is for: program, interp, lib, script, model or data; NULL: of a file what its first
     * bytes tell, of a bundle nothing is said. */
    const char *usage;
    /* Signs the exact statement in this signature file again, whose own signatures do not matter,
     * instead of making one: it must say "signed" of one thing, as release if it is one, and
     * artifact be what it says, or nothing is given out. Goes with release, format, path, limits,
     * jobs and progress alone. Empty: makes one. */
    struct signet_span add_to;
};

/** A statement about an artifact, ready to be signed. */
struct signet_signing;

/**
 * Measures artifact (borrowed until signet_signing_free()) and states what it is: for a file an
 * in-toto statement of predicate type https://sigstore.dev/cosign/sign/v1, for a bundle the OMS
 * statement, in which whole files of a folder that are code have their size and what they are for,
 * as it was found in the bytes that were digested, or what opts->predicate says; all in RFC 8785
 * form. Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (format, alg), SIGNET_E_USAGE (opts->size; options
 * that do not go together or with the artifact; the predicate type), SIGNET_E_MALFORMED or
 * SIGNET_E_AMBIGUOUS (the predicate; with an offset a predicate or file that is not strict JSON, or
 * that has an integer beyond +-(2^53 - 1)), SIGNET_E_MISMATCH (it is not what opts->found found),
 * SIGNET_E_NOMEM, SIGNET_E_LIMIT, or what signet_artifact_measure() returns. *signing is owned
 * (free with signet_signing_free()) and set on success only.
 */
SIGNET_API SIGNET_NODISCARD int signet_signing_new(struct signet_artifact *artifact,
                                                   const struct signet_sign_opts *opts,
                                                   struct signet_signing **signing,
                                                   struct signet_err *err);

/**
 * Of a bundle and with opts->release: states, in the place of the list of its files, that release,
 * over the identity of the bundle as it was measured, to be signed as another statement. Returns
 * SIGNET_OK, SIGNET_E_USAGE (there is nothing more to state) or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int signet_signing_release(struct signet_signing *signing,
                                                       struct signet_err *err);

/** Releases signing, which may be NULL. */
SIGNET_API void signet_signing_free(struct signet_signing *signing);

/** The exact bytes that are going to be signed. Valid until signet_signing_finish(); empty after.
 */
SIGNET_API struct signet_span signet_signing_statement(const struct signet_signing *signing);

/** The measured artifact. Valid as long as signing. */
SIGNET_API const struct signet_manifest *
signet_signing_manifest(const struct signet_signing *signing);

/**
 * Signs with key, once, and writes the signature file to out, to which nothing was written yet and
 * which is standard output only if it is held. Then what out holds is read back and must verify
 * like anyone's file: signature, statement and every digest as measured, which is as believed for
 * those that came from parts: nothing is read again. It appears when the caller
 * commits out; after a failure out is abandoned. signature_name is its name in *verification, which
 * is owned (free with signet_verification_free() before signing is freed) and set on success only.
 * Returns SIGNET_OK, SIGNET_E_USAGE (signed before; out cannot be read back), SIGNET_E_IO,
 * SIGNET_E_NOMEM, SIGNET_E_LIMIT (bundle or envelope) or SIGNET_E_INTERNAL (what was made does not
 * verify).
 */
SIGNET_API SIGNET_NODISCARD int signet_signing_finish(struct signet_signing *signing,
                                                      const struct signet_seckey *key,
                                                      const char *signature_name,
                                                      struct signet_output *out,
                                                      struct signet_verification **verification,
                                                      struct signet_err *err);

SIGNET_END_DECLS

#endif
