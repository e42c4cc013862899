/* SPDX-License-Identifier: Apache-2.0
 *
 * Recognising a bill of materials (SBOM, AIBOM): CycloneDX and SPDX in JSON, from a checked text.
 * What is found is a claim of the document and nothing more; signatures are not judged here.
 */
#ifndef SIGNET_ARTIFACT_BOM_H
#define SIGNET_ARTIFACT_BOM_H

#include "json/canon.h"

/** Families of documents. */
enum signet_bom_kind {
    SIGNET_BOM_CYCLONEDX = 1,
    SIGNET_BOM_SPDX,
};

/** The signature that a version allows inside its documents. */
enum signet_bom_form {
    SIGNET_BOM_UNSIGNED = 1, /* none: CycloneDX before 1.4, SPDX before 3.1, unknown versions */
    SIGNET_BOM_JSF,          /* CycloneDX 1.4 to 1.7: `signature`, JSF 0.82 */
    SIGNET_BOM_JSS,          /* CycloneDX 2.0, SPDX 3.1: `signatures`, ITU-T X.590 */
};

/** What a document says that it is. Borrows from the text. */
struct signet_bom {
    enum signet_bom_kind kind;
    unsigned version; /* 10 * major + minor, such as 16 or 23; 0 if it is none of those known */
    enum signet_bom_form form;
    struct signet_json_value version_text; /* a STRING as it stands there: "1.6", "SPDX-2.3" */
    /* serialNumber, documentNamespace, or spdxId of the SpdxDocument: a STRING, or kind 0 */
    struct signet_json_value serial;
    /* CycloneDX: entries of `components`, and of those of components, at any depth; not what the
     * BOM is about (metadata.component), nor pedigree or tools. SPDX 2: entries of `packages`.
     * SPDX 3: software, AI and dataset packages in @graph. */
    uint64_t components;
};

/**
 * Recognises the document top. Known are CycloneDX 1.2 to 1.7 and 2.0, SPDX 2.2, 2.3, 3.0 and 3.1;
 * other versions, and an SPDX graph of several, are given as version 0.
 * Returns SIGNET_OK; SIGNET_E_UNSUPPORTED (top is no BOM); SIGNET_E_AMBIGUOUS (it bears the marks
 * of two kinds: bomFormat, specFormat, spdxVersion, @graph); SIGNET_E_MALFORMED (a member that is
 * read here is not what the kind says it is); or SIGNET_E_NOMEM. *bom is zeroed on failure.
 */
SIGNET_NODISCARD int
signet_bom_recognize(struct signet_json_value top, struct signet_bom *bom, struct signet_err *err);

/** As signet_bom_recognize() for the top value of a text, but leaves bom->components of CycloneDX
 *  at 0, which takes a walk through all of it. */
SIGNET_NODISCARD int signet_bom_identify(const struct signet_json_text *text,
                                         struct signet_bom *bom,
                                         struct signet_err *err);

/** Counts the components of an identified document. Returns SIGNET_OK, SIGNET_E_MALFORMED or
 *  SIGNET_E_NOMEM; *components is 0 on failure. */
SIGNET_NODISCARD int signet_bom_count(struct signet_json_value top,
                                      const struct signet_bom *bom,
                                      uint64_t *components,
                                      struct signet_err *err);

/** Appends a line for a report, such as "CycloneDX 1.6, 12 components, serial urn:uuid:…". What the
 *  document says is escaped as by signet_utf8_escape() and cut after 256 bytes; escapes of JSON are
 *  shown as they stand there. bom is a recognised one. Result as signet_buf_reserve(). */
int signet_bom_describe(const struct signet_bom *bom, struct signet_buf *out);

#endif
