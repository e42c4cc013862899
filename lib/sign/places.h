/* SPDX-License-Identifier: Apache-2.0
 *
 * The values of signatures inside a document, which stand in it already and say nothing yet.
 */
#ifndef SIGNET_SIGN_PLACES_H
#define SIGNET_SIGN_PLACES_H

#include <signet/seckey.h>

#include "verify/embedded.h"

/** What is to be made. Everything is borrowed. */
struct signet_places_request {
    const struct signet_envelope_ops *format;
    const struct signet_verify_opts *places; /* which places */
    const struct signet_limits *limits;
    const struct signet_seckey *key;
};

/**
 * Finds the places of a document that was scanned, makes the value of the last signature of each,
 * inner places first, and writes it over the one of sign/splice.h in document->document.text. What
 * a place covers stays there for whoever verifies it next; for a large one it was made a second
 * time meanwhile and found to be the same.
 * Returns SIGNET_OK, SIGNET_E_NOMEM, SIGNET_E_LIMIT, SIGNET_E_INTERNAL (no such signature, or what
 * was made twice differs), or as signet_embedded_find(): the values are undefined then. The caller
 * verifies what was made before anyone sees it.
 */
SIGNET_NODISCARD int signet_sign_places(struct signet_embedded *document,
                                        const struct signet_places_request *how,
                                        struct signet_err *err);

#endif
