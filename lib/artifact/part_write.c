/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing part manifests: artifact/PARTS.md. What is read is part.c's.
 */
#include "artifact/part.h"

#include "base/codec.h"
#include "base/err.h"
#include "base/num.h"

/* Where lines go: into the digest of the end line, and on. */
struct writing {
    struct signet_sink sink;
    struct signet_hash *hash;
    struct signet_buf line;
};

static void put_number(struct signet_buf *out, uint64_t number)
{
    char digits[SIGNET_NUM_TEXT];
    signet_num_format(number, digits);
    signet_buf_puts(out, digits);
}

static void put_hex(struct signet_buf *out, struct signet_span digest)
{
    char hex[SIGNET_DIGEST_HEX];
    signet_hex_encode(digest, hex);
    signet_buf_puts(out, hex);
}

static int flush(struct writing *writing, struct signet_err *err)
{
    struct signet_span line = signet_buf_span(&writing->line);
    int rc = writing->line.status;
    if (rc == SIGNET_OK) {
        rc = signet_hash_update(writing->hash, line);
    }
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "a line of a part manifest cannot be made");
    }
    rc = writing->sink.write(writing->sink.ctx, line, err);
    signet_buf_reset(&writing->line);
    return rc;
}

static int
put_head(struct writing *writing, const struct signet_manifest *manifest, struct signet_err *err)
{
    struct signet_buf *line = &writing->line;
    signet_buf_puts(line, SIGNET_PART_MAGIC);
    put_number(line, manifest->part);
    signet_buf_putc(line, '/');
    put_number(line, manifest->part_count);
    signet_buf_puts(line, " sha256 ");
    put_hex(line, signet_span_of(manifest->listing.bytes, manifest->listing.len));
    signet_buf_putc(line, '\n');
    return flush(writing, err);
}

static int
put_entry(struct writing *writing, const struct signet_entry *entry, struct signet_err *err)
{
    struct signet_buf *line = &writing->line;
    put_hex(line, signet_span_of(entry->sha256, sizeof(entry->sha256)));
    signet_buf_puts(line, "  ");
    put_number(line, entry->size);
    signet_buf_puts(line, "  ");
    signet_buf_puts(line, entry->name);
    signet_buf_putc(line, '\n');
    return flush(writing, err);
}

static int put_end(struct writing *writing, struct signet_err *err)
{
    struct signet_digest digest;
    int rc = signet_hash_final(writing->hash, &digest);
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "cannot digest a part manifest");
    }
    signet_buf_puts(&writing->line, "end  ");
    put_hex(&writing->line, signet_span_of(digest.bytes, digest.len));
    signet_buf_putc(&writing->line, '\n');
    return flush(writing, err);
}

int signet_part_write(const struct signet_manifest *manifest,
                      struct signet_sink sink,
                      struct signet_err *err)
{
    struct writing writing = {.sink = sink};
    if (manifest->part_count == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "it was not measured as a part");
    }
    int rc = signet_hash_new(SIGNET_DIGEST_SHA256, &writing.hash, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_buf_init(&writing.line, SIZE_MAX);
    rc = put_head(&writing, manifest, err);
    for (size_t i = 0; rc == SIGNET_OK && i < manifest->count; i++) {
        rc = put_entry(&writing, &manifest->entries[i], err);
    }
    if (rc == SIGNET_OK) {
        rc = put_end(&writing, err);
    }
    signet_buf_free(&writing.line);
    signet_hash_free(writing.hash);
    return rc;
}
