/* SPDX-License-Identifier: Apache-2.0
 *
 * The components of a BOM that may be files of its model, and which of them are. Knows neither
 * hashes nor paths.
 */
#ifndef SIGNET_ARTIFACT_BOM_PARTS_H
#define SIGNET_ARTIFACT_BOM_PARTS_H

#include "artifact/bom.h"

/** A component, as offsets in the text of what it has; 0: it does not. */
struct signet_bom_part {
    uint32_t type, name, purl, hashes, ref;
    uint32_t stamp; /* private */
    bool inside;    /* it lies below the subject */
    bool file;      /* of type file or data */
    bool chosen;    /* it is a file of the model */
};

/** A bom-ref. */
struct signet_bom_ref {
    uint32_t offset; /* in the text */
    uint32_t part;   /* whose it is */
};

/** Components. Zero-initialised is none; free with signet_bom_parts_free(). */
struct signet_bom_parts {
    struct signet_span text;
    struct signet_bom_part *list; /* in the order of the text */
    size_t count, room;
    size_t subject;              /* metadata.component; SIZE_MAX if there is none */
    size_t chosen;               /* how many are */
    bool complete;               /* they are all that there are */
    struct signet_bom_ref *refs; /* private: the bom-refs, sorted by where they stand */
    uint32_t *sorted;            /* private: their offsets, sorted by what they say */
    size_t ref_count;
};

/**
 * Finds the components of the document top, a CycloneDX one, and chooses the files of its subject
 * as signet_bom_files_read() says. Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_AMBIGUOUS,
 * SIGNET_E_LIMIT (4 GiB or more) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_bom_parts_read(struct signet_json_value top,
                                           const struct signet_bom *bom,
                                           struct signet_bom_parts *parts,
                                           struct signet_err *err);

/** The value at an offset; kind 0 at 0. */
struct signet_json_value signet_bom_parts_value(const struct signet_bom_parts *parts,
                                                uint32_t offset);

/** Releases what parts holds and empties it. */
void signet_bom_parts_free(struct signet_bom_parts *parts);

#endif
