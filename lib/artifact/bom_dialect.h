/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures in CycloneDX documents that no JSF is, as other tools write them. A verifier that
 * cannot accept one can say what it is.
 */
#ifndef SIGNET_ARTIFACT_BOM_DIALECT_H
#define SIGNET_ARTIFACT_BOM_DIALECT_H

#include "json/read.h"

/** Names what the value of a `signature` shows itself to be, or NULL if nothing in it is foreign;
 *  static storage. That an object looks like JSF does not say that it was made as one. */
const char *signet_bom_dialect(struct signet_json_value signature);

/** As signet_bom_dialect(), of a document: a signature that is kept elsewhere in it. */
const char *signet_bom_document_dialect(struct signet_json_value top);

#endif
