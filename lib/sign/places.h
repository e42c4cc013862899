/* SPDX-License-Identifier: Apache-2.0
 *
 * The values of signatures inside a document, which stand in it already and say nothing yet.
 */
#ifndef SIGNET_SIGN_PLACES_H
#define SIGNET_SIGN_PLACES_H

#include <signet/seckey.h>

#include "verify/embedded.h"

/**
 * Makes the value of the last signature of each place, inner places first, and writes it over the
 * one of sign/splice.h in document->document.text. What a place covers stays there for whoever
 * verifies it next; for a large one it was made a second time meanwhile and found to be the same.
 * Returns SIGNET_OK, SIGNET_E_NOMEM, SIGNET_E_LIMIT, or SIGNET_E_INTERNAL (no such signature, or
 * what was made twice differs): the values are undefined then. The caller verifies what was made
 * before anyone sees it.
 */
SIGNET_NODISCARD int signet_sign_places(struct signet_embedded *document,
                                        const struct signet_limits *limits,
                                        const struct signet_seckey *key,
                                        struct signet_err *err);

#endif
