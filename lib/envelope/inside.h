/* SPDX-License-Identifier: Apache-2.0
 *
 * What the formats of signatures inside documents, JSF and JSS, share: members that both have, and
 * the bytes that a signature is made from: the canonical form (RFC 8785) of what is covered, in
 * which the signatures themselves stand as the one that is checked sees them.
 */
#ifndef SIGNET_ENVELOPE_INSIDE_H
#define SIGNET_ENVELOPE_INSIDE_H

#include "envelope/envelope.h"
#include "envelope/inplace.h"
#include "json/canon.h"

/** The state behind an envelope that stands in a document; a format's own state begins with it. */
struct signet_inside {
    const struct signet_json_text *text; /* borrowed */
    struct signet_inplace place;
    struct signet_json_value *cores; /* in the envelope's storage; as many as signatures */
    struct signet_covered covered;
};

/**
 * Makes env, which is zeroed here, an empty one of that format, whose state takes size bytes and
 * begins with a struct signet_inside. text is borrowed. Returns SIGNET_OK or SIGNET_E_NOMEM: env is
 * zeroed then.
 */
SIGNET_NODISCARD int signet_inside_begin(struct signet_envelope *env,
                                         const struct signet_envelope_ops *format,
                                         size_t size,
                                         const struct signet_json_text *text,
                                         const struct signet_inplace *place,
                                         const struct signet_limits *limits);

/** The object of the signature of that index, as it stands in the document. */
struct signet_json_value signet_inside_core(const struct signet_envelope *env, size_t index);

/** What is covered, if a message was made: the same whatever values the signatures get. Borrowed;
 *  who moves it out zeroes it. */
struct signet_covered *signet_inside_covered(const struct signet_envelope *env);

/** signet_envelope_ops.release of all these formats. */
void signet_inside_release(struct signet_envelope *env);

/** Makes room for count signatures, of which max are allowed. Returns SIGNET_OK, SIGNET_E_LIMIT or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_inside_make_room(struct signet_envelope *env,
                                             size_t count,
                                             uint64_t max,
                                             struct signet_err *err);

/** Reads `algorithm`. Returns SIGNET_OK, SIGNET_E_MALFORMED, or SIGNET_E_UNSUPPORTED: none of a
 *  public key (HS256: a shared secret proves no signer). */
SIGNET_NODISCARD int signet_inside_algorithm(struct signet_json_value value,
                                             struct signet_signature *signature,
                                             struct signet_err *err);

/** Appends the bytes that a STRING stands for. Returns SIGNET_OK, SIGNET_E_MALFORMED, or as
 *  signet_buf_reserve(). */
typedef int signet_inside_decode(struct signet_json_value value, struct signet_buf *out);

/** How a member is spelled. */
struct signet_inside_spelling {
    const char *member;
    signet_inside_decode *decode;
    const char *expected; /* "base64url without padding" … */
};

/** Reads the bytes of a signature into env's storage. Returns SIGNET_OK, SIGNET_E_MALFORMED or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_inside_value(struct signet_envelope *env,
                                         struct signet_json_value value,
                                         const struct signet_inside_spelling *spelling,
                                         struct signet_span *bytes,
                                         struct signet_err *err);

/** The key in the first certificate of a list: see signet_pubkey_from_certificate(), whose results
 *  it has. */
SIGNET_NODISCARD int signet_inside_leaf(struct signet_json_value list,
                                        const struct signet_inside_spelling *spelling,
                                        struct signet_pubkey *key,
                                        struct signet_err *err);

/** Requires that signature can be made with the key that it carries. Returns SIGNET_OK or
 *  SIGNET_E_MALFORMED. */
SIGNET_NODISCARD int signet_inside_fits(const struct signet_signature *signature,
                                        const struct signet_pubkey *key,
                                        struct signet_err *err);

/** How the two halves of a message are written. Results as signet_json_canon_recast(). */
struct signet_inside_writers {
    /* Writes what is covered to inside->covered.text, which is empty, and sets its gap. */
    int (*covered)(struct signet_inside *inside, struct signet_err *err);
    /* Writes the signatures as the one of that index sees them. */
    int (*signatures)(const struct signet_inside *inside,
                      size_t index,
                      struct signet_buf *out,
                      struct signet_err *err);
};

/** What stands in the place of a value that was left open. */
struct signet_inside_filling {
    int (*write)(const struct signet_inside *inside,
                 size_t index,
                 struct signet_buf *out,
                 struct signet_err *err);
    size_t index; /* passed on */
};

/** Writes the covered OBJECT without some members; the first half of a message. */
SIGNET_NODISCARD int signet_inside_write_object(struct signet_inside *inside,
                                                const struct signet_json_value *left_out,
                                                size_t left_out_count,
                                                struct signet_err *err);

/** Appends an object of the text without some members. */
SIGNET_NODISCARD int signet_inside_write_core(const struct signet_inside *inside,
                                              struct signet_json_value core,
                                              const struct signet_json_recast *recast,
                                              struct signet_buf *out,
                                              struct signet_err *err);

/** Appends an object of the text without some members and with what fill writes for the value of
 *  the one that recast leaves open. */
SIGNET_NODISCARD int signet_inside_write_around(const struct signet_inside *inside,
                                                struct signet_json_value object,
                                                const struct signet_json_recast *recast,
                                                const struct signet_inside_filling *filling,
                                                struct signet_buf *out,
                                                struct signet_err *err);

/**
 * The canonical bytes that the signature of that index is over, valid until the next call: what is
 * covered is written once. Returns SIGNET_OK, SIGNET_E_LIMIT, SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_inside_message(struct signet_inside *inside,
                                           const struct signet_inside_writers *writers,
                                           size_t index,
                                           struct signet_span *message,
                                           struct signet_err *err);

#endif
