/* SPDX-License-Identifier: Apache-2.0
 *
 * All that was found out about one artifact, shared by the decision, which fills it, and the
 * report, which prints it.
 */
#ifndef SIGNET_VERIFY_VERIFICATION_H
#define SIGNET_VERIFY_VERIFICATION_H

#include "artifact/bom_files.h"
#include "trust/judge.h"
#include "verify/content.h"
#include "verify/embedded.h"

/** Only verify.c makes one, after everything that was demanded held. */
struct signet_verified {
    enum signet_artifact_kind kind;
    /* Only chosen entries of a bundle, or parts of a document, were verified: this proves nothing
     * about any other, and there is no identity, which would be that of the whole. */
    bool partial;
    struct signet_digest identity;          /* typed by kind; len 0 if partial */
    size_t from_parts;                      /* entries of whose contents nobody read a byte here */
    const struct signet_evidence *evidence; /* what decided */
    size_t signed_by;                       /* distinct keys over its payload */
};

struct signet_verification {
    char *path;
    char *artifact_name;            /* NULL if it could not be opened */
    enum signet_artifact_kind kind; /* 0 if it could not be opened */
    struct signet_source *sources;
    size_t source_count;
    size_t stored_refused; /* texts of a store that claim to be about it and that no given key
                              signed; the first are sources */
    struct signet_embedded embedded;        /* what stands in the artifact itself */
    const struct signet_verification *bom;  /* what it was compared with instead; NULL: nothing */
    struct signet_bom_files files;          /* which that lists */
    struct signet_content content;          /* against the source `compared` */
    const struct signet_manifest *manifest; /* what was measured, or NULL */
    const struct signet_source *compared;   /* NULL if nothing was */
    const struct signet_source *decided;    /* the source that passed, perhaps the bom's; or NULL */
    size_t attested_by; /* keys over what decided, if that is an attestation, or over a policy or
                           root: no proof then */
    const struct signet_trusted_key *keys; /* copies; names are owned by storage; or the bom's */
    size_t key_count;
    size_t threshold;
    const struct signet_trust *trust; /* what decided instead of keys and threshold; or NULL */
    const char *real_path;            /* where it stood when it was opened; NULL: nowhere */
    const char *rule;                 /* id of its rule that decided; NULL: none */
    enum signet_refusal refusal;      /* why that refused what is signed */
    const struct signet_demand_found *demands; /* what became of the rule's */
    size_t demand_count;
    const char *const
        *left_out; /* names that a bundle was compared without, for a policy to judge */
    size_t left_out_count;
    bool partial; /* only chosen entries or parts were asked for */
    struct signet_arena storage;
    struct signet_err err;            /* code is the verdict */
    struct signet_verified *verified; /* NULL unless it passed */
};

/** An empty one about the artifact at path (copied). Returns SIGNET_OK or SIGNET_E_NOMEM;
 *  *verification is owned (free with signet_verification_free()) and set on success only. */
SIGNET_NODISCARD int signet_verification_new(const char *path,
                                             struct signet_verification **verification,
                                             struct signet_err *err);

/**
 * signet_verify() for an artifact that was measured already: measured is used instead of reading it
 * again. Signing checks its own work with it. measured must outlive *verification.
 */
SIGNET_NODISCARD int signet_verify_measured(struct signet_artifact *artifact,
                                            const struct signet_manifest *measured,
                                            const char *path,
                                            const struct signet_verify_opts *opts,
                                            struct signet_verification **verification,
                                            struct signet_err *err);

/**
 * As signet_verify_measured(), for one signature file that holds an attestation about exactly what
 * was measured; anything else is refused. Signing checks its own work with it. A pass is no proof
 * that the artifact is signed, and there is no struct signet_verified.
 */
SIGNET_NODISCARD int signet_verify_attested(struct signet_artifact *artifact,
                                            const struct signet_manifest *measured,
                                            const char *path,
                                            const struct signet_verify_opts *opts,
                                            struct signet_verification **verification,
                                            struct signet_err *err);

/**
 * signet_verify() for a document in memory that was read with the same opts, which is taken over
 * whatever the result, as the artifact of that name. Signing checks its own work with it.
 */
SIGNET_NODISCARD int signet_verify_taken(struct signet_embedded *document,
                                         const char *name,
                                         const char *path,
                                         const struct signet_verify_opts *opts,
                                         struct signet_verification **verification,
                                         struct signet_err *err);

#endif
