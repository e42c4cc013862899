/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing a document in place: JSF 0.82 signatures inside CycloneDX 1.4 to 1.7. The signature is
 * spliced into the original bytes, every other byte of which stays.
 */
#ifndef SIGNET_EMBED_H
#define SIGNET_EMBED_H

#include <signet/artifact.h>
#include <signet/io.h>
#include <signet/seckey.h>
#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** What is made of the signature object of each place. */
enum signet_embed_form {
    SIGNET_EMBED_SINGLE = 0, /* the only one; the place must not be signed yet */
    SIGNET_EMBED_MULTI,      /* one of several, beside those that are there */
    SIGNET_EMBED_CHAIN,      /* the next link, over those that are there too */
};

/** How to sign. Zero-initialise, then set size and what differs. Everything is borrowed. */
struct signet_embed_opts {
    size_t size; /* sizeof(struct signet_embed_opts) */
    /* The places to sign, each a bom-ref or a JSON pointer (RFC 6901), NULL-terminated; NULL: the
     * whole document. Of places inside each other the inner ones are signed first. */
    const char *const *at;
    enum signet_embed_form form;
    const char *key_id; /* written as keyId in the place of publicKey; NULL: publicKey */
    const char *path;   /* what reports call the document; NULL means its own name */
    const struct signet_limits *limits; /* NULL means the defaults */
};

/** A document that is going to be signed. */
struct signet_embedding;

/**
 * Reads artifact and finds the places to sign. Returns SIGNET_OK; SIGNET_E_UNSUPPORTED (no document
 * that can be signed in place: the text says how else); SIGNET_E_USAGE (opts->size; no such place,
 * one twice, or one that may not be signed; a key id that is no UTF-8 or holds control characters);
 * SIGNET_E_AMBIGUOUS (a bom-ref of two objects);
 * SIGNET_E_FORBIDDEN (a place is signed already, or in another form); SIGNET_E_MALFORMED (no strict
 * JSON; an integer beyond +-(2^53 - 1), which other readers round; with its offset);
 * SIGNET_E_LIMIT, SIGNET_E_IO, SIGNET_E_NOMEM or SIGNET_E_INTERNAL. *embedding is owned (free with
 * signet_embedding_free()) and set on success only; it borrows opts.
 */
SIGNET_API SIGNET_NODISCARD int signet_embedding_new(struct signet_artifact *artifact,
                                                     const struct signet_embed_opts *opts,
                                                     struct signet_embedding **embedding,
                                                     struct signet_err *err);

/** As signet_embedding_new() for a document in memory, which is taken over whatever the result, as
 *  the artifact of that name (copied). */
SIGNET_API SIGNET_NODISCARD int signet_embedding_of(struct signet_buf *text,
                                                    const char *name,
                                                    const struct signet_embed_opts *opts,
                                                    struct signet_embedding **embedding,
                                                    struct signet_err *err);

/** Releases embedding, which may be NULL. */
SIGNET_API void signet_embedding_free(struct signet_embedding *embedding);

/**
 * Checks what is signed there already, signs with key, once, and writes the whole document to out,
 * to which nothing was written yet and which is standard output only if it is held. Then what out
 * holds is read back and must verify like anyone's document, at every place that was signed. It
 * appears when the caller commits out; after a failure out is abandoned. *verification is owned
 * (free with signet_verification_free()) and set on success only. Returns SIGNET_OK;
 * SIGNET_E_BAD_SIGNATURE (a signature that is there does not verify by the key that it carries);
 * SIGNET_E_UNTRUSTED (one beside which to sign carries no key, so that nobody can tell);
 * SIGNET_E_USAGE (signed before; out cannot be read back; a key id that is the fingerprint of
 * another key), SIGNET_E_IO, SIGNET_E_NOMEM, SIGNET_E_LIMIT or SIGNET_E_INTERNAL (what was made
 * does not verify).
 */
SIGNET_API SIGNET_NODISCARD int signet_embedding_finish(struct signet_embedding *embedding,
                                                        const struct signet_seckey *key,
                                                        struct signet_output *out,
                                                        struct signet_verification **verification,
                                                        struct signet_err *err);

SIGNET_END_DECLS

#endif
