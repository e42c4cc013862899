/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Signature Scheme, ITU-T X.590 (10/2023): a list of signatures that stands in the object they
 * are over. Reads it into an envelope (data only), and gives the digests that the signatures are
 * made from. Where such lists may stand, and what covering an object is worth, is for others.
 */
#ifndef SIGNET_ENVELOPE_JSS_H
#define SIGNET_ENVELOPE_JSS_H

#include "envelope/envelope.h"
#include "envelope/inplace.h"
#include "json/scan.h"

/**
 * Reads the list of signatures at place, inside text, into *env: each of the list, and behind it
 * the counter-signature (`signature`) that it holds. text and what it borrows must outlive env; so
 * must place's values, which lie in text. Of limits count signatures and document.
 *
 * The message of a signature is a digest, by its `hash_algorithm`, of the canonical form (RFC 8785)
 * of the covered object, in which the list holds this signature alone, without `value` and without
 * a counter-signature: that is what is to be signed. A counter-signature is over the same, but with
 * the signature it stands in and its `value`, and with itself without its own.
 *
 * Refused: an empty list; a signature without `hash_algorithm`, `algorithm`, `value`, or any of
 * public_key, public_cert_chain, cert_url and thumbprint; a key that does not go with the
 * algorithm; two that are not the same; an algorithm that is none of a public key; a hash other
 * than sha-256, sha-384 and sha-512; metadata that X.590 section 6.3 defines and that are not as it
 * says. Members that it does not define are allowed; all but `value` are signed.
 *
 * What is not looked at: who issued a certificate; cert_url is never fetched, thumbprint names a
 * certificate and so no key; valid_from and valid_until are noted, not judged. Returns SIGNET_OK,
 * SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED, SIGNET_E_FORBIDDEN, SIGNET_E_LIMIT, SIGNET_E_NOMEM, or
 * SIGNET_E_INTERNAL (libcrypto). *env is zeroed on failure.
 */
SIGNET_NODISCARD int signet_jss_read(const struct signet_json_text *text,
                                     const struct signet_inplace *place,
                                     const struct signet_limits *limits,
                                     struct signet_envelope *env,
                                     struct signet_err *err);

/** The format of such lists. No file is one, so it is not among the registered. */
extern const struct signet_envelope_ops signet_envelope_jss;

#endif
