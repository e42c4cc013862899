/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/part.h. A part manifest that is read has one spelling: written again it is the same
 * text, byte for byte; its names follow the rules of a bundle, in order. Inputs are read as they
 * are, and with the end line that belongs to them, so that changed bodies are looked into.
 */
#include "fuzz.h"

#include <sodium.h>

#include "artifact/manifest.h"
#include "artifact/part.h"

enum {
    ENTRIES_MAX = 64
};

static struct signet_limits fuzz_limits(void)
{
    struct signet_limits limits = signet_limits_default();
    limits.entries = ENTRIES_MAX;
    return limits;
}

/* The text that the writer makes of what was read. */
static struct signet_buf write_again(const struct signet_part *part)
{
    struct signet_buf text;
    struct signet_manifest manifest;
    FUZZ_CHECK(signet_manifest_begin(&manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256,
                                     NULL) == SIGNET_OK);
    for (size_t i = 0; i < part->count; i++) {
        FUZZ_CHECK(signet_manifest_add_file(&manifest, part->entries[i].name, part->entries[i].size,
                                            ENTRIES_MAX, NULL) == SIGNET_OK);
        memcpy(manifest.entries[i].sha256, part->entries[i].sha256, 32);
    }
    /* in order, and no two alike: settling changes nothing */
    FUZZ_CHECK(signet_manifest_settle(&manifest, NULL) == SIGNET_OK);
    manifest.part = part->number;
    manifest.part_count = part->of;
    manifest.listing = part->listing;
    signet_buf_init(&text, SIZE_MAX);
    FUZZ_CHECK(signet_part_write(&manifest, signet_sink_to_buf(&text), NULL) == SIGNET_OK);
    signet_manifest_free(&manifest);
    return text;
}

static void check_part(struct signet_span text, const struct signet_part *part)
{
    FUZZ_CHECK(part->number >= 1 && part->number <= part->of && part->of <= SIGNET_PART_MAX);
    FUZZ_CHECK(part->count <= ENTRIES_MAX);
    for (size_t i = 0; i < part->count; i++) {
        struct signet_span name = part->entries[i].name;
        FUZZ_CHECK(name.len > 0 && memchr(name.ptr, '\0', name.len) == NULL);
        FUZZ_CHECK(name.ptr[0] != '/' && name.ptr[name.len - 1] != '/');
    }
    struct signet_buf again = write_again(part);
    FUZZ_CHECK(signet_span_eq(signet_buf_span(&again), text));
    signet_buf_free(&again);
}

static bool try_text(struct signet_span text)
{
    const struct signet_limits limits = fuzz_limits();
    struct signet_part part;
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_part_read(text, &limits, &part, &err);
    FUZZ_CHECK(rc == err.code);
    if (rc == SIGNET_OK) {
        check_part(text, &part);
        signet_part_free(&part);
        return true;
    }
    FUZZ_CHECK(rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED || rc == SIGNET_E_LIMIT ||
               rc == SIGNET_E_FORBIDDEN);
    FUZZ_CHECK(part.entries == NULL && part.count == 0);
    return false;
}

/* The input with its end line, made by another implementation of SHA-256. */
static struct signet_buf seal(struct signet_span body)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof(digest) + 1];
    struct signet_buf text;
    crypto_hash_sha256(digest, body.ptr, body.len);
    sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
    signet_buf_init(&text, SIZE_MAX);
    signet_buf_put(&text, body);
    signet_buf_puts(&text, "end  ");
    signet_buf_puts(&text, hex);
    FUZZ_CHECK(signet_buf_putc(&text, '\n') == SIGNET_OK);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_span body = signet_span_of(data, size);
    bool whole = try_text(body);
    struct signet_buf sealed = seal(body);
    bool with_end = try_text(signet_buf_span(&sealed));
    FUZZ_CHECK(!whole || !with_end); /* a text has one end */
    signet_buf_free(&sealed);
    return 0;
}
