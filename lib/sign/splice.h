/* SPDX-License-Identifier: Apache-2.0
 *
 * Signature objects put into a document at several places at once: how they are spelled, where they
 * go, and where everything stands afterwards. Their values say nothing until they are filled in.
 * Every other byte of the document stays as it is. Knows nothing of what is signed.
 */
#ifndef SIGNET_SIGN_SPLICE_H
#define SIGNET_SIGN_SPLICE_H

#include <signet/embed.h>

#include "verify/embedded.h"

/** One place and the text that is spliced in for it. */
struct signet_splice {
    const struct signet_embedded_place *place;
    size_t offset; /* in the original, before which the text goes */
    size_t before; /* bytes of all splices that come before this one */
    struct signet_buf text;
    size_t name;  /* where in the text the name of a new member begins */
    size_t value; /* where in it the value begins that is to be filled in */
};

/** All of a document. Zero-initialised is none; free with signet_splices_free(). */
struct signet_splices {
    const struct signet_embedded *document; /* borrowed: as it was before */
    struct signet_splice *list;             /* by rising offset */
    size_t count;
    struct signet_buf text; /* the document with all of them */
};

/** How the signature objects are spelled. */
struct signet_splice_rules {
    const struct signet_pubkey *key;
    enum signet_embed_form form;
    const char *key_id; /* NULL: the key itself */
};

/**
 * Splices a signature into document at each place that was asked for: a new object behind the last
 * member, set off as that is, or one more in the list that is there. Returns SIGNET_OK,
 * SIGNET_E_LIMIT, SIGNET_E_NOMEM or SIGNET_E_INTERNAL (a list that is none).
 */
SIGNET_NODISCARD int signet_splices_make(struct signet_splices *splices,
                                         const struct signet_embedded *document,
                                         const struct signet_splice_rules *rules,
                                         struct signet_err *err);

/** Where the signature object of a splice stands in splices->text. */
struct signet_jsf_place signet_splices_place(const struct signet_splices *splices,
                                             const struct signet_splice *splice);

/** Writes the value of a splice over the one that says nothing. Returns SIGNET_OK, SIGNET_E_NOMEM,
 *  or SIGNET_E_INTERNAL (not of the length of an Ed25519 signature). */
SIGNET_NODISCARD int signet_splices_fill(struct signet_splices *splices,
                                         const struct signet_splice *splice,
                                         struct signet_span signature);

/** How many bytes at the start of splices->text no value that is filled in will change. */
size_t signet_splices_settled(const struct signet_splices *splices);

/** Releases what splices holds and zeroes it. */
void signet_splices_free(struct signet_splices *splices);

#endif
