/* SPDX-License-Identifier: Apache-2.0
 *
 * Signature objects put into a document at several places at once: how they are spelled and where
 * they go. Their values say nothing until they are filled in. Every other byte of the document
 * stays as it is. Knows nothing of what is signed.
 */
#ifndef SIGNET_SIGN_SPLICE_H
#define SIGNET_SIGN_SPLICE_H

#include <signet/embed.h>

#include "verify/embedded.h"

/** How the signature objects are spelled. */
struct signet_splice_rules {
    const struct signet_pubkey *key;
    enum signet_embed_form form; /* of JSF */
    bool jss;
    const char *key_id; /* NULL: the key itself */
};

/** Characters of a value: an Ed25519 signature in base64url without padding. */
#define SIGNET_SPLICE_VALUE 86

/**
 * Puts one more signature into document at each place that was asked for: a new object behind the
 * last member, set off as the first one is, or one more in the list that is there. The document is
 * used up: *text is its text with the signatures, freed by the caller, also after a failure.
 * *settled is how many bytes at its start no value that is filled in will change. Returns
 * SIGNET_OK, SIGNET_E_LIMIT, SIGNET_E_NOMEM or SIGNET_E_INTERNAL (a list that is none).
 */
SIGNET_NODISCARD int signet_splice(struct signet_embedded *document,
                                   const struct signet_splice_rules *rules,
                                   struct signet_buf *text,
                                   size_t *settled,
                                   struct signet_err *err);

#endif
