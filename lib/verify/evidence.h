/* SPDX-License-Identifier: Apache-2.0
 *
 * A statement that a trusted key signed. The only way to get one is signet_evidence_read(), and
 * nothing of a payload is parsed before a given key was found to have signed it.
 */
#ifndef SIGNET_VERIFY_EVIDENCE_H
#define SIGNET_VERIFY_EVIDENCE_H

#include <signet/verify.h>

#include "envelope/facts.h"
#include "envelope/jsf.h"
#include "envelope/jss.h"
#include "envelope/oms.h"
#include "envelope/signers.h"
#include "envelope/statement.h"

/** What a statement says about its subject. */
enum signet_claim {
    SIGNET_CLAIM_ATTESTATION = 0, /* something about it; never that the signer vouches for it */
    SIGNET_CLAIM_SIGNED,          /* "signed", by digests of whole artifacts */
    SIGNET_CLAIM_OMS,             /* "signed", by the list of a bundle's files */
    SIGNET_CLAIM_DOCUMENT,        /* "signed", by standing inside what it is over */
};

/** A verified statement. Only evidence.c makes one. */
struct signet_evidence {
    struct signet_statement statement; /* zeroed if claim is DOCUMENT */
    enum signet_claim claim;
    struct signet_oms oms;     /* filled if claim is OMS */
    struct signet_facts facts; /* what it says, for a policy; borrowed from here */
    int facts_code; /* not SIGNET_OK: it does not say what its type demands, and never counts */
};

/** What an attestation turned out to be about. */
enum signet_about {
    SIGNET_ABOUT_UNKNOWN = 0, /* not compared */
    SIGNET_ABOUT_THIS,        /* one of its subjects is the artifact, by every digest of it */
    SIGNET_ABOUT_OTHER,
};

/** One signature file, or signature object inside a document, and what became of it. Free with
 *  signet_source_clear(). */
struct signet_source {
    const char *own_name;             /* borrowed; NULL if it lies outside the bundle */
    const char *name;                 /* borrowed */
    struct signet_digest file_digest; /* of the file, for a policy; else absent */
    bool stored;                      /* from a store: it may be about anything */
    const char *covers;            /* borrowed: what a signature inside the document is over, as a
                                      JSON pointer; NULL if it is a file */
    struct signet_envelope env;    /* zeroed if it could not be parsed */
    struct signet_signers signers; /* empty if they could not be judged */
    struct signet_evidence *evidence; /* NULL if no given key signed, or the statement is refused */
    struct signet_err err;       /* why there is no evidence, or why its content does not match */
    struct signet_buf kept;      /* the text of the file, if opts->keep_texts; else empty */
    struct signet_buf kept_time; /* likewise its notes about time */
    struct signet_err time_err;  /* why notes about its time count for nothing; code OK: they may */
    enum signet_about about;     /* of an attestation; about.c alone sets it */
    bool content_matches;        /* set by the comparison with the artifact, as is what follows */
    const struct signet_source *alike; /* the first source with the same payload, or itself */
    struct signet_digest identity;     /* of what matched, as it was measured then */
    enum signet_artifact_kind kind; /* as what it was compared, also an attestation: an archive can
                                       be both */
    /* Of a list that vouches for a file by an entry: that, borrowed, and what it says of the file;
     * NULL: it does not. */
    const struct signet_oms_use *entry;
    struct signet_facts entry_facts;
    bool shared; /* from lists that outlive it: all that it points at is borrowed */
};

/** What a source with evidence says of the artifact. */
const struct signet_facts *signet_source_facts(const struct signet_source *source);

/** Whether two sources with evidence carry one payload, byte for byte: what signatures add up over.
 *  What an embedded signature is over is the payload of no other source. */
bool signet_source_same_payload(const struct signet_source *a, const struct signet_source *b);

/**
 * Reads one signature file of at most max bytes, whose text it takes over, into source: parse,
 * check signatures, and if one is valid parse the statement. The outcome is source->err.code;
 * source is in a clean state whatever it is.
 */
void signet_source_read(struct signet_source *source,
                        struct signet_signature_file *file,
                        uint64_t max,
                        const struct signet_verify_opts *opts);

/** Where a signature object stands, and what is left of the work that may be done for all that
 *  stand in one document. */
struct signet_source_place {
    const struct signet_envelope_ops *format; /* one that stands in documents */
    const struct signet_json_text *text;
    struct signet_inplace place;
    uint64_t *work_left; /* as signet_signers_request.work_left */
};

/**
 * As signet_source_read() for a signature object inside a document. `excludes` is refused for names
 * that opts->allow_excludes lacks, and a chain for a link that is known not to verify, by a given
 * key or by the one that it carries.
 */
void signet_source_read_embedded(struct signet_source *source,
                                 const struct signet_source_place *where,
                                 const struct signet_verify_opts *opts);

/**
 * Whether each signature of an envelope whose signers were judged is known not to verify: it names
 * a given key, or carries a key itself, and is not that key's. broken has room for as many as there
 * are signatures, and *any tells whether one is. That a signature is not broken proves nothing.
 * Results as signet_signers_check().
 */
SIGNET_NODISCARD int signet_source_find_broken(const struct signet_envelope *env,
                                               const struct signet_signers *signers,
                                               uint64_t *work_left,
                                               bool *broken,
                                               bool *any,
                                               struct signet_err *err);

/** Requires that a signature leaves out (JSF `excludes`) only members that opts->allow_excludes
 *  has. Returns SIGNET_OK or SIGNET_E_DENIED. */
SIGNET_NODISCARD int signet_source_check_excludes(const struct signet_envelope *env,
                                                  const struct signet_verify_opts *opts,
                                                  struct signet_err *err);

/** The number of members that the signatures of source leave out, and in *names, which may be NULL,
 *  their names, borrowed from it. */
size_t signet_source_excluded(const struct signet_source *source,
                              const struct signet_json_value **names);

/** Takes its evidence from source, which then counts for nothing. */
void signet_source_drop_evidence(struct signet_source *source);

/** Releases what source holds and zeroes it. */
void signet_source_clear(struct signet_source *source);

#endif
