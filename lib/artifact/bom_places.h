/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a BOM may be signed: all objects in which its version allows a signature, and one of them
 * by its bom-ref or by a JSON pointer.
 */
#ifndef SIGNET_ARTIFACT_BOM_PLACES_H
#define SIGNET_ARTIFACT_BOM_PLACES_H

#include "artifact/bom.h"

/** An object that may be signed. Borrows from the text. */
struct signet_bom_place {
    size_t index;               /* 0 is the BOM itself, then in the order of the text */
    size_t parent;              /* index of the innermost place around it; SIZE_MAX for the BOM */
    const char *type;           /* "bom", "component", …; "document" for SPDX; static storage */
    struct signet_span pointer; /* RFC 6901, "" for the BOM */
    struct signet_json_value object;
    struct signet_json_value signature;      /* of any kind, signatures of JSS; kind 0 if absent */
    struct signet_json_value signature_name; /* as it stands there; kind 0 if absent */
    struct signet_json_value ref;            /* bom-ref, of any kind; kind 0 if absent */
};

/** What is called for a place, whose pointer is valid during the call. */
typedef int
signet_bom_visit(void *ctx, const struct signet_bom_place *place, struct signet_err *err);

/**
 * Calls visit for each place of the document top, which bom was recognised from: outer before
 * inner, in the order of the text. A version without
 * signatures has no place. Time is linear in the size of the text, whatever its nesting; memory is
 * below that size. A call that fails ends the visits.
 * Returns SIGNET_OK; SIGNET_E_MALFORMED (a member on the way to a place is not what the schema
 * has); SIGNET_E_LIMIT (4 GiB or more); SIGNET_E_NOMEM; or what visit returned.
 */
SIGNET_NODISCARD int signet_bom_places(struct signet_json_value top,
                                       const struct signet_bom *bom,
                                       signet_bom_visit *visit,
                                       void *ctx,
                                       struct signet_err *err);

/** As signet_bom_places() for the BOM itself and those places that are signed, which takes half the
 *  time if no other is. */
SIGNET_NODISCARD int signet_bom_signed_places(struct signet_json_value top,
                                              const struct signet_bom *bom,
                                              signet_bom_visit *visit,
                                              void *ctx,
                                              struct signet_err *err);

/**
 * Finds the place that asked names: a JSON pointer if it is empty or begins with "/", else the
 * bom-ref of a place. *place is set on success only; its pointer stands in *pointer, which is
 * reset, and whose maximum bounds it.
 * Returns SIGNET_OK; SIGNET_E_UNSUPPORTED (the version allows no signature); SIGNET_E_USAGE (asked
 * names nothing, or something that may not be signed: the message says what); SIGNET_E_AMBIGUOUS
 * (two places have this bom-ref); SIGNET_E_LIMIT; or as signet_bom_places().
 */
SIGNET_NODISCARD int signet_bom_find(struct signet_json_value top,
                                     const struct signet_bom *bom,
                                     struct signet_span asked,
                                     struct signet_bom_place *place,
                                     struct signet_buf *pointer,
                                     struct signet_err *err);

#endif
