/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing policies and trust roots: the exact bytes of a JSON document into a DSSE file (DSSE
 * v1.0.2), and further signatures beside those that are there. What does not verify does not
 * appear.
 */
#ifndef SIGNET_ENDORSE_H
#define SIGNET_ENDORSE_H

#include <signet/buf.h>
#include <signet/io.h>
#include <signet/seckey.h>
#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** What is signed. The schema is the member "schema" of the document. */
enum signet_endorse_kind {
    SIGNET_ENDORSE_POLICY = 1, /* signet-policy/1, application/vnd.signet.policy+json */
    SIGNET_ENDORSE_ROOT,       /* signet-root/1, application/vnd.signet.root+json */
};

/** How to sign. Zero-initialise, then set size and what differs. Everything is borrowed for the
 *  call. */
struct signet_endorse_opts {
    size_t size; /* sizeof(struct signet_endorse_opts) */
    enum signet_endorse_kind kind;
    bool append;                        /* the text is a DSSE file, to which a signature is added */
    const char *path;                   /* what reports call the text; copied; NULL means "" */
    const struct signet_limits *limits; /* envelope, signatures; NULL means the defaults */
};

/** The kind of that name, "policy" or "root"; 0 for any other. */
SIGNET_API enum signet_endorse_kind signet_endorse_kind(const char *name);

/** A policy or root that is going to be signed. */
struct signet_endorsing;

/**
 * Reads what is to be signed. text is taken over whatever the result, and left empty. It must be
 * a document of the kind that those who verify would take: at most limits->envelope and
 * SIGNET_TRUST_PAYLOAD bytes of strict JSON that keep its schema. With append it is a DSSE file
 * whose payload is of the kind, by its type and as such a document.
 *
 * Returns SIGNET_OK; SIGNET_E_USAGE (opts->size, opts->kind); SIGNET_E_MALFORMED (not strict JSON,
 * with the offset in the document; against the schema, with the place; no sound DSSE file);
 * SIGNET_E_UNSUPPORTED (append: no DSSE file, or another payload type; a key in a root, or what a
 * policy asks for, is of no kind that is supported); SIGNET_E_FORBIDDEN (a key in a root);
 * SIGNET_E_AMBIGUOUS (append: two formats claim it); SIGNET_E_LIMIT (bytes, nesting; append: as
 * many signatures as are allowed); SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 * *endorsing is owned (free with signet_endorsing_free()) and set on success only.
 */
SIGNET_API SIGNET_NODISCARD int signet_endorsing_new(struct signet_buf *text,
                                                     const struct signet_endorse_opts *opts,
                                                     struct signet_endorsing **endorsing,
                                                     struct signet_err *err);

/** Releases endorsing, which may be NULL. */
SIGNET_API void signet_endorsing_free(struct signet_endorsing *endorsing);

/** The exact bytes that are going to be signed. Valid as long as endorsing. */
SIGNET_API struct signet_span signet_endorsing_payload(const struct signet_endorsing *endorsing);

/** How many signatures are there already: they stay, and nobody checks them. */
SIGNET_API size_t signet_endorsing_others(const struct signet_endorsing *endorsing);

/**
 * Signs with key and writes the DSSE file to out, to which nothing was written yet and which is
 * standard output only if it is held. The key id is the fingerprint. With append every byte that
 * was there stays: one signature object is put behind the last one. Then what out holds is read
 * back; it must verify by the key and the payload type like anyone's file, have the payload that
 * was read and one signature more than before, and, with append, hold every byte that was there. It
 * appears when the caller commits out; after a failure out is abandoned.
 *
 * signature_name is the name of the file in *verification (copied), which is owned (free with
 * signet_verification_free()) and set on success only; it holds no struct signet_verified, as a
 * policy or root is no artifact.
 *
 * Returns SIGNET_OK; SIGNET_E_FORBIDDEN (this key signed it already); SIGNET_E_BAD_SIGNATURE (a
 * signature that is there names this key, and does not verify); SIGNET_E_USAGE (out cannot be read
 * back, or holds something); SIGNET_E_LIMIT (the file would have more than limits->envelope bytes);
 * SIGNET_E_IO, SIGNET_E_NOMEM or SIGNET_E_INTERNAL (what was made does not verify).
 */
SIGNET_API SIGNET_NODISCARD int signet_endorsing_finish(const struct signet_endorsing *endorsing,
                                                        const struct signet_seckey *key,
                                                        const char *signature_name,
                                                        struct signet_output *out,
                                                        struct signet_verification **verification,
                                                        struct signet_err *err);

SIGNET_END_DECLS

#endif
