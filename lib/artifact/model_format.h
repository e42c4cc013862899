/* SPDX-License-Identifier: Apache-2.0
 *
 * Which model file a file is, by its whole structure: safetensors, GGUF and ONNX, each read by a
 * strict parser of its own. Nothing of a name or of leading bytes alone counts, and what tensors
 * hold is not looked at, so that the size of a file costs nothing. Decides nothing.
 */
#ifndef SIGNET_ARTIFACT_MODEL_FORMAT_H
#define SIGNET_ARTIFACT_MODEL_FORMAT_H

#include <signet/artifact.h>
#include <stdbool.h>

/** Formats, as bits. */
enum signet_model_format {
    SIGNET_MODEL_SAFETENSORS = 1 << 0,
    SIGNET_MODEL_GGUF = 1 << 1, /* versions 2 and 3, little-endian */
    SIGNET_MODEL_ONNX = 1 << 2, /* a ModelProto that holds all its tensors itself */
};

/** The bytes of a file. */
struct signet_model_source {
    /* Reads exactly len bytes at offset, which lie within size. Returns SIGNET_OK or SIGNET_E_IO.
     */
    int (*pread)(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err);
    void *ctx;
    uint64_t size; /* bytes */
};

/**
 * Sets *formats to the SIGNET_MODEL_* bit of the format that the file is of, from its first byte to
 * its last; 0: none of them. Two bits: two parsers claim it. Returns SIGNET_OK, SIGNET_E_NOMEM or
 * as source->pread(); *formats is 0 then.
 */
SIGNET_NODISCARD int signet_model_formats(const struct signet_model_source *source,
                                          unsigned *formats,
                                          struct signet_err *err);

/** Sets *text if the file is UTF-8 without control characters but tab, CR and LF. All of it is
 *  read, up to the first byte that is none. Returns SIGNET_OK or as source->pread(). */
SIGNET_NODISCARD int
signet_model_is_text(const struct signet_model_source *source, bool *text, struct signet_err *err);

/** What the files of an artifact are. Zero-initialised: nobody looked. */
struct signet_models {
    bool known;       /* all of them were looked at */
    bool ambiguous;   /* one of them is claimed by two parsers */
    bool others;      /* one of them is neither a model nor text */
    unsigned formats; /* SIGNET_MODEL_* bits of the models among them */
};

/**
 * Looks at every file of an artifact that was measured, which must be what was measured: known
 * stays false for files that were not read by themselves and as a whole, such as those of an
 * archive. *models is set in any case. Returns SIGNET_OK, SIGNET_E_IO (one that changed since is
 * named), SIGNET_E_FORBIDDEN (a link) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_models_find(const struct signet_artifact *artifact,
                                        const struct signet_manifest *measured,
                                        struct signet_models *models,
                                        struct signet_err *err);

/** Adds one file to what is known of others. Results as signet_model_formats(). */
SIGNET_NODISCARD int signet_models_add(const struct signet_model_source *source,
                                       struct signet_models *models,
                                       struct signet_err *err);

/**
 * The parsers. Each returns SIGNET_OK; SIGNET_E_MALFORMED (not of this format, with the offset);
 * SIGNET_E_NOMEM; or as source->pread().
 *
 * safetensors: the header is one JSON object that begins at its first byte, of at most 100,000,000
 * bytes, with no name twice; tensors fill all that follows it without a hole or an overlap, and
 * each has as many bytes as its type and shape say.
 */
SIGNET_NODISCARD int signet_model_safetensors(const struct signet_model_source *source,
                                              struct signet_err *err);

/** GGUF: every key and value is read, no key and no tensor is there twice, tensors lie in their
 *  order one behind the other, aligned, and the last one, padded or not, ends the file. */
SIGNET_NODISCARD int signet_model_gguf(const struct signet_model_source *source,
                                       struct signet_err *err);

/** ONNX: every message that a tensor can be in is walked, of known fields of the right wire type
 *  alone, with one graph and one IR version; no tensor has its bytes in another file. */
SIGNET_NODISCARD int signet_model_onnx(const struct signet_model_source *source,
                                       struct signet_err *err);

#endif
