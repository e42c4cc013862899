/* SPDX-License-Identifier: Apache-2.0
 *
 * Binding a model to its bill of materials (AIBOM): the files of the model, listed in the document
 * with their hashes, so that whoever signs the document vouches for them too.
 */
#ifndef SIGNET_BIND_H
#define SIGNET_BIND_H

#include <signet/artifact.h>
#include <signet/buf.h>

SIGNET_BEGIN_DECLS

/** The property of the model that holds its OMS root, as "sha256:HEX". */
#define SIGNET_BIND_ROOT "signet:oms-root"

/** What the bom-ref of a file begins with; its path follows. */
#define SIGNET_BIND_REF "signet:file/"

/**
 * Lists the files of a model in a CycloneDX document (1.4 to 1.7), by SHA-256 of whole files, as
 * they were measured, all of them: text is spliced into the document, of which every byte stays.
 *
 * The subject, metadata.component of type machine-learning-model, gets in `components` one
 * component for each file, sorted by path, of type "data" for weights (.safetensors, .gguf, .onnx,
 * .bin, .pt, .npz; from version 1.5) and "file" for others, and the property SIGNET_BIND_ROOT; the
 * document gets a composition that says that the files are complete. What was made is read again,
 * and must list the model.
 *
 * *out is started here with limits->document as its maximum (limits NULL: the default), holds the
 * new document on success and is empty otherwise; the caller frees it.
 *
 * Returns SIGNET_OK; SIGNET_E_USAGE (a manifest by another digest, in shards, or of a part);
 * SIGNET_E_MALFORMED; SIGNET_E_UNSUPPORTED (no such document; no model as its subject; one that is
 * signed already, which this would break; one that lists files or has such a root already);
 * SIGNET_E_AMBIGUOUS (the model has a hash of its own, as if it were one file; a bom-ref twice);
 * SIGNET_E_LIMIT, SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_API SIGNET_NODISCARD int signet_bind(struct signet_span document,
                                            const struct signet_manifest *manifest,
                                            const struct signet_limits *limits,
                                            struct signet_buf *out,
                                            struct signet_err *err);

SIGNET_END_DECLS

#endif
