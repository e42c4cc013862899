/* SPDX-License-Identifier: Apache-2.0
 *
 * The DSSE envelope object (DSSE v1.0.2), shared by the DSSE file and the sigstore bundle around
 * it.
 */
#ifndef SIGNET_ENVELOPE_DSSE_H
#define SIGNET_ENVELOPE_DSSE_H

#include "envelope/envelope.h"

/**
 * Appends the pre-authentication encoding, the bytes that are signed: "DSSEv1", then for type and
 * payload a space, the length in decimal, a space and the bytes. Result as signet_buf_reserve().
 */
int signet_dsse_pae(struct signet_span payload_type,
                    struct signet_span payload,
                    struct signet_buf *out);

/**
 * Reads the envelope object into env: payload from the bytes of text themselves, so that it is
 * never held as a tree, the rest through doc. *rest is owned (free with signet_doc_free()) and is
 * the document with the payload left empty; it is set on success only. Returns SIGNET_OK,
 * SIGNET_E_MALFORMED, SIGNET_E_LIMIT or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_dsse_read_payload(struct signet_span text,
                                              struct signet_json_value envelope,
                                              struct signet_envelope *env,
                                              struct signet_doc **rest,
                                              struct signet_err *err);

/** Reads payloadType and signatures (at most max) of the closed envelope object into env. Results
 * as signet_dsse_read_payload(). */
SIGNET_NODISCARD int signet_dsse_read_rest(const struct signet_doc_value *envelope,
                                           uint64_t max,
                                           struct signet_envelope *env,
                                           struct signet_err *err);

/** Appends the envelope object. Result as signet_buf_reserve(). */
int signet_dsse_write(const struct signet_envelope *env, struct signet_buf *out);

/** Requires value to be a base64 string of at most max bytes and decodes it into env's storage.
 *  Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_LIMIT or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_dsse_read_base64(const struct signet_doc_value *value,
                                             size_t max,
                                             const char *where,
                                             struct signet_arena *storage,
                                             struct signet_span *bytes,
                                             struct signet_err *err);

#endif
