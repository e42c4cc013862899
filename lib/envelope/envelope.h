/* SPDX-License-Identifier: Apache-2.0
 *
 * Signature containers as data: which format, which payload, which signatures claim to be over it.
 * Nothing here says that anything is true. DSSE v1.0.2 and sigstore bundle v0.3.
 */
#ifndef SIGNET_ENVELOPE_ENVELOPE_H
#define SIGNET_ENVELOPE_ENVELOPE_H

#include <signet/digest.h>
#include <signet/json.h>
#include <signet/trusted_key.h>

#include "base/arena.h"
#include "crypto/sigcheck.h"
#include "json/doc.h"
#include "json/read.h"

/** The payload type of in-toto statements, the only one that artifacts are signed with. */
#define SIGNET_PAYLOAD_TYPE_INTOTO "application/vnd.in-toto+json"

/** One claimed signature. */
struct signet_signature {
    const char *keyid; /* unauthenticated; "" if absent, empty or null */
    struct signet_span sig;
    enum signet_sig_alg alg;           /* NONE: what goes with the key */
    enum signet_digest_alg digest;     /* its message is a digest by this one; NONE: it is not */
    const struct signet_pubkey *named; /* the key that it carries, which proves nothing; or NULL */
    bool counter;           /* a counter-signature: it is over the one before it, and none itself */
    bool revoked;           /* it says so itself */
    const char *valid_from; /* what it says itself and nobody checked; NULL: nothing */
    const char *valid_until;
};

/** A parsed container. Owns all it points at; release with signet_envelope_free(). */
struct signet_envelope {
    const struct signet_envelope_ops *format;
    const char *payload_type;
    struct signet_span payload; /* the bytes that are signed, decoded */
    struct signet_span message; /* their pre-authentication encoding, which they end */
    size_t file_size;           /* bytes of the file */
    struct signet_signature *signatures;
    size_t signature_count; /* 1 or more */
    /* For writing: fills in the signatures, which are looked at only after it; NULL: they are
     * there. */
    int (*settle)(void *ctx, struct signet_err *err);
    void *settle_ctx;
    const char *hint;            /* unauthenticated; "" if the format or the file has none */
    bool unchecked_log_entries;  /* transparency log entries are present; nobody checks them */
    bool unchecked_timestamps;   /* so are timestamps */
    bool unchecked_counters;     /* so are counter-signatures of counter-signatures */
    size_t hashed;               /* bytes that are hashed to make one message; 0: none */
    struct signet_buf text;      /* private: the memory of the file, where the message stands */
    struct signet_arena storage; /* private */
    void *inside;                /* private to the format */
};

struct signet_json_text;
struct signet_inplace;

/** A format of container: one file and one line in envelopes.def; one that stands inside documents
 *  has no such line. */
struct signet_envelope_ops {
    const char *name; /* as in reports and --format */
    unsigned use;     /* the SIGNET_USE_* bit a key needs */
    /* Whether the top value is certainly meant to be this format. */
    bool (*probe)(struct signet_json_value top);
    /* Fills *env, whose text and storage are ready, from its checked JSON text, which is used up.
     */
    int (*parse)(struct signet_json_value top,
                 const struct signet_limits *limits,
                 struct signet_envelope *env,
                 struct signet_err *err);
    /* Writes the file's bytes for env, from payload, payload_type, signatures and hint. Returns
     * SIGNET_OK, SIGNET_E_NOMEM, or what the sink or settle returned. */
    int (*write)(const struct signet_envelope *env,
                 struct signet_sink sink,
                 struct signet_err *err);
    /* Reads signatures that stand in a document; NULL: a format of files. See signet_jsf_read(). */
    int (*read)(const struct signet_json_text *text,
                const struct signet_inplace *place,
                const struct signet_limits *limits,
                struct signet_envelope *env,
                struct signet_err *err);
    /* The bytes that the signature of that index is over, valid until the next call; NULL: for each
     * env->message. Returns SIGNET_OK, SIGNET_E_LIMIT, SIGNET_E_NOMEM or SIGNET_E_INTERNAL. */
    int (*message)(const struct signet_envelope *env,
                   size_t index,
                   struct signet_span *message,
                   struct signet_err *err);
    void (*release)(struct signet_envelope *env); /* of env->inside; NULL: there is none */
};

/** The registered formats. */
extern const struct signet_envelope_ops *const signet_envelope_formats[];
extern const size_t signet_envelope_format_count;

/** The format of exactly that name, or NULL. */
const struct signet_envelope_ops *signet_envelope_format(struct signet_span name);

/**
 * Parses one signature file. Its text is taken over, whatever the result, and *text left empty: the
 * payload is decoded where it stands, the rest is given back. max is how many bytes the file may
 * have; of limits count envelope (bytes of all but the payload) and signatures.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (no known format, or a part of one
 * that is not supported), SIGNET_E_AMBIGUOUS (two formats claim it), SIGNET_E_LIMIT or
 * SIGNET_E_NOMEM; err->offset where a byte is to blame. *env is zeroed on failure.
 */
SIGNET_NODISCARD int signet_envelope_parse(struct signet_buf *text,
                                           uint64_t max,
                                           const struct signet_limits *limits,
                                           struct signet_envelope *env,
                                           struct signet_err *err);

/** Releases what env holds and zeroes it. env may be NULL. */
void signet_envelope_free(struct signet_envelope *env);

#endif
