/* SPDX-License-Identifier: Apache-2.0
 *
 * The OMS statement as it is written, in RFC 8785 form. Owns the order of its members and of its
 * resources; reading it is in oms.c.
 */
#include <stdlib.h>

#include "artifact/manifest.h"
#include "base/err.h"
#include "base/num.h"
#include "envelope/oms.h"
#include "envelope/release.h"

/* What a whole file is for, if that is code: plain models are listed as other tools list them. */
static void put_use(const struct signet_manifest *manifest,
                    const struct signet_entry *entry,
                    struct signet_buf *out)
{
    char digits[SIGNET_NUM_TEXT];
    if (manifest->shard_size > 0 || (entry->usage & SIGNET_USAGE_CODE) == 0) {
        return;
    }
    signet_num_format(entry->size, digits);
    signet_buf_puts(out, ",\"size\":");
    signet_buf_puts(out, digits);
    signet_buf_puts(out, ",\"usage\":\"");
    signet_buf_puts(out, signet_usage_name(entry->usage));
    signet_buf_putc(out, '"');
}

static void put_resource(const struct signet_manifest *manifest,
                         const struct signet_piece *piece,
                         bool first,
                         struct signet_buf *out)
{
    char range[SIGNET_PIECE_TEXT];
    struct signet_buf name;
    signet_buf_puts(out, first ? "{\"algorithm\":\"" : ",{\"algorithm\":\"");
    signet_buf_puts(out, signet_digest_name(manifest->alg));
    signet_buf_puts(out, "\",");
    signet_statement_put_digest(out, "digest",
                                signet_entry_digest(manifest, piece->entry, piece->number));
    signet_buf_puts(out, ",\"name\":");
    if (manifest->shard_size == 0) {
        signet_json_put_string(out, signet_span_str(piece->entry->name));
    } else {
        signet_buf_init(&name, SIZE_MAX);
        signet_buf_puts(&name, piece->entry->name);
        if (signet_buf_puts(&name, signet_piece_range(manifest, piece, range)) == SIGNET_OK) {
            signet_json_put_string(out, signet_buf_span(&name));
        } else {
            out->status = SIGNET_E_NOMEM;
        }
        signet_buf_free(&name);
    }
    put_use(manifest, piece->entry, out);
    signet_buf_putc(out, '}');
}

static int put_resources(const struct signet_manifest *manifest,
                         struct signet_buf *out,
                         struct signet_err *err)
{
    struct signet_piece *pieces = NULL;
    size_t count = 0;
    if (manifest->shard_size == 0) {
        for (size_t i = 0; i < manifest->count; i++) {
            const struct signet_piece whole = {&manifest->entries[i], 0};
            put_resource(manifest, &whole, i == 0, out);
        }
        return SIGNET_OK;
    }
    int rc = signet_manifest_pieces(manifest, &pieces, &count, err);
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        put_resource(manifest, &pieces[i], i == 0, out);
    }
    free(pieces);
    if (rc == SIGNET_OK && count == 0) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "all files are empty, and an empty file has no shard to sign");
    }
    return rc;
}

int signet_oms_write(const struct signet_manifest *manifest,
                     const char *subject_name,
                     const char *const *ignore_paths,
                     struct signet_buf *out,
                     struct signet_err *err)
{
    if (manifest->kind != SIGNET_ARTIFACT_BUNDLE || manifest->count == 0) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "an OMS statement needs a bundle");
    }
    signet_buf_puts(out, "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":"
                         "{\"resources\":[");
    int rc = put_resources(manifest, out, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_buf_puts(out, "],\"serialization\":{\"allow_symlinks\":false,\"hash_type\":\"");
    signet_buf_puts(out, signet_digest_name(manifest->alg));
    signet_buf_puts(out, "\",\"ignore_paths\":[");
    for (size_t i = 0; ignore_paths[i] != NULL; i++) {
        if (i > 0) {
            signet_buf_putc(out, ',');
        }
        signet_json_put_string(out, signet_span_str(ignore_paths[i]));
    }
    signet_buf_puts(out, "],\"method\":\"");
    if (manifest->shard_size == 0) {
        signet_buf_puts(out, "files\"");
    } else {
        char digits[SIGNET_NUM_TEXT];
        signet_num_format(manifest->shard_size, digits);
        signet_buf_puts(out, "shards\",\"shard_size\":");
        signet_buf_puts(out, digits);
    }
    signet_buf_puts(out,
                    "}},\"predicateType\":\"" SIGNET_PREDICATE_OMS "\",\"subject\":[{\"digest\":{");
    signet_statement_put_digest(out, "sha256",
                                signet_span_of(manifest->root.bytes, manifest->root.len));
    signet_buf_puts(out, "},\"name\":");
    signet_json_put_string(out, signet_span_str(subject_name));
    rc = signet_buf_puts(out, "}]}");
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "no room for the statement");
}
