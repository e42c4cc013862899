/* SPDX-License-Identifier: Apache-2.0
 *
 * The DSSE envelope object (DSSE v1.0.2), shared by the DSSE file and the sigstore bundle around
 * it.
 */
#ifndef SIGNET_ENVELOPE_DSSE_H
#define SIGNET_ENVELOPE_DSSE_H

#include "envelope/envelope.h"

/**
 * Appends what stands before the payload in the pre-authentication encoding, the bytes that are
 * signed: "DSSEv1", then for type and payload a space, the length in decimal, a space and the
 * bytes. Result as signet_buf_reserve().
 */
int signet_dsse_head(struct signet_span payload_type, size_t payload_len, struct signet_buf *out);

/** Room that the head before any in-toto payload fits. */
#define SIGNET_DSSE_ROOM 64

/**
 * Decodes the payload of the envelope object, a value of env's text, where it stands, so that it is
 * never held twice, and reads the rest through doc. *rest is owned (free with signet_doc_free())
 * and is the document with the payload left empty; it is set on success only. Of limits counts
 * envelope (bytes of the rest). Nothing may be read from the text afterwards. Returns SIGNET_OK,
 * SIGNET_E_MALFORMED, SIGNET_E_LIMIT or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_dsse_read_payload(struct signet_json_value envelope,
                                              const struct signet_limits *limits,
                                              struct signet_envelope *env,
                                              struct signet_doc **rest,
                                              struct signet_err *err);

/** Reads payloadType and signatures (at most max) of the closed envelope object into env, whose
 * payload was read, and completes the message. Results as signet_dsse_read_payload(). */
SIGNET_NODISCARD int signet_dsse_read_rest(const struct signet_doc_value *envelope,
                                           uint64_t max,
                                           struct signet_envelope *env,
                                           struct signet_err *err);

/** Writes the envelope object. Returns SIGNET_OK, SIGNET_E_NOMEM, or what the sink returned. */
SIGNET_NODISCARD int signet_dsse_write(const struct signet_envelope *env,
                                       struct signet_sink sink,
                                       struct signet_err *err);

/** Appends one object of "signatures", as signet_dsse_write() does. Result as
 *  signet_buf_reserve(). */
int signet_dsse_put_signature(struct signet_buf *out, const struct signet_signature *signature);

/** Hands what out holds to sink and empties it. Results as signet_dsse_write(), also for an error
 *  that stuck to out. */
SIGNET_NODISCARD int
signet_dsse_flush(struct signet_buf *out, struct signet_sink sink, struct signet_err *err);

/** Requires value to be a base64 string of at most max bytes and decodes it into env's storage.
 *  Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_LIMIT or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_dsse_read_base64(const struct signet_doc_value *value,
                                             size_t max,
                                             const char *where,
                                             struct signet_arena *storage,
                                             struct signet_span *bytes,
                                             struct signet_err *err);

#endif
