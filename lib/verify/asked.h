/* SPDX-License-Identifier: Apache-2.0
 *
 * Which places of a document are asked for, by JSON pointer or bom-ref. Compares texts, of which
 * there may be thousands; knows nothing of signatures.
 */
#ifndef SIGNET_VERIFY_ASKED_H
#define SIGNET_VERIFY_ASKED_H

#include "artifact/bom_places.h"

/** A text that names places, and its number among all of them. */
struct signet_asked_text {
    struct signet_span text;
    size_t index;
};

/** All of them; zero-initialised is none, which asks for nothing. */
struct signet_asked {
    struct signet_asked_text *list; /* sorted */
    size_t count;
    size_t longest;        /* bytes of a text */
    struct signet_buf ref; /* a bom-ref without escapes */
};

/** For signet_asked_find(): the place is not asked for. */
#define SIGNET_NOT_ASKED SIZE_MAX

/** Makes list, of that many texts, ready to be asked; it is sorted here and borrowed. Free with
 *  signet_asked_free(). */
void signet_asked_init(struct signet_asked *asked, struct signet_asked_text *list, size_t count);

/**
 * The number of the text that names a place: its pointer if the text is empty or begins with "/",
 * else its bom-ref, without escapes. *index is SIGNET_NOT_ASKED if none does. Returns SIGNET_OK,
 * SIGNET_E_USAGE (two texts name it) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_asked_find(struct signet_asked *asked,
                                       const struct signet_bom_place *place,
                                       size_t *index,
                                       struct signet_err *err);

/** Releases what asked holds, which is empty then. */
void signet_asked_free(struct signet_asked *asked);

#endif
