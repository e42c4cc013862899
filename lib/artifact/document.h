/* SPDX-License-Identifier: Apache-2.0
 *
 * A file held in memory, for artifacts that must be read and not only digested, such as a document
 * that carries its own signature: its bytes, and the manifest of exactly these bytes, so that what
 * is parsed is what is identified. Knows nothing of what the bytes mean.
 */
#ifndef SIGNET_ARTIFACT_DOCUMENT_H
#define SIGNET_ARTIFACT_DOCUMENT_H

#include <signet/artifact.h>
#include <signet/buf.h>

#include "json/scan.h"

/** Zero-initialised is empty; free with signet_document_free(). */
struct signet_document {
    struct signet_buf text;
    struct signet_manifest manifest; /* of kind FILE; empty until it is described */
};

/**
 * Whether a FILE artifact may be a JSON object: it begins with a brace, perhaps behind white space
 * of less than 4 KiB. Returns SIGNET_OK or SIGNET_E_IO.
 */
SIGNET_NODISCARD int
signet_document_probe(const struct signet_artifact *artifact, bool *object, struct signet_err *err);

/**
 * Reads a FILE artifact of at most max bytes whole. Returns SIGNET_OK, SIGNET_E_IO (unreadable, or
 * changed meanwhile), SIGNET_E_LIMIT or SIGNET_E_NOMEM. *document is empty on failure.
 */
SIGNET_NODISCARD int signet_document_read(const struct signet_artifact *artifact,
                                          uint64_t max,
                                          struct signet_document *document,
                                          struct signet_err *err);

/** Fills the manifest as of a file of that name that holds exactly these bytes. Returns SIGNET_OK
 *  or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_document_describe(struct signet_document *document,
                                              const char *name,
                                              struct signet_err *err);

/**
 * Computes document->manifest.canonical, which is absent: the digest of the RFC 8785 form of text,
 * the bytes of the document in a scan that succeeded, or NULL: they are scanned here, within
 * limits. Writes to *inexact, which may be NULL, the offset of the first integer beyond +-(2^53 -
 * 1), or SIGNET_NO_OFFSET. Returns SIGNET_OK; SIGNET_E_MALFORMED or SIGNET_E_LIMIT with the offset
 * of the wrong byte; SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_document_canonize(struct signet_document *document,
                                              const struct signet_json_text *text,
                                              const struct signet_limits *limits,
                                              uint64_t *inexact,
                                              struct signet_err *err);

/** Releases what document holds and empties it. document may be NULL. */
void signet_document_free(struct signet_document *document);

#endif
