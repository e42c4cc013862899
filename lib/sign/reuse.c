/* SPDX-License-Identifier: Apache-2.0
 *
 * Which digests are taken over (<signet/reuse.h>). Owns the rule: a digest that this key signed
 * before for this name, of a file in a state that is known and believed. What is known is
 * digest_cache.c's, what can be believed of a file system base/lease.c's; the engine reads what is
 * left.
 */
#include "sign/reuse.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/lease.h"
#include "base/utf8.h"
#include "sign/digest_cache.h"
#include "verify/evidence.h"

/* Seconds for which a file must not have changed when the reading begins. File times may advance
 * in steps of 10 ms; of these two only the whole seconds are looked at, so that it is one at least.
 */
static const int64_t settled = 2;

struct signet_reuse {
    struct signet_oms signed_before;
    const struct signet_clock *clock;
    struct signet_engine_memory memory;
    char boot[SIGNET_REUSE_BOOT];
    bool loaded;              /* boot is set */
    struct signet_span known; /* records of the last time; borrowed */
    /* Of one measuring: */
    int64_t begun;
    const struct signet_manifest *manifest;
    uint8_t *block; /* to be saved: a record for each entry */
    size_t count;
    size_t block_len;                    /* once it is complete */
    atomic_uint_fast64_t fitting_device; /* 0 is none */
    atomic_size_t reused;
    atomic_uint_fast64_t reused_bytes;
};

static uint8_t *record_of(const struct signet_reuse *reuse, size_t entry)
{
    return reuse->block + SIGNET_DIGEST_CACHE_HEAD + entry * SIGNET_DIGEST_RECORD;
}

static int begin(void *ctx, const struct signet_manifest *manifest, struct signet_err *err)
{
    struct signet_reuse *reuse = ctx;
    free(reuse->block);
    reuse->block = calloc(1, (size_t)signet_reuse_size(manifest->count));
    if (reuse->block == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu digests",
                              manifest->count);
    }
    reuse->block_len = 0;
    reuse->count = manifest->count;
    reuse->manifest = manifest;
    reuse->begun = signet_clock_now(reuse->clock);
    atomic_store(&reuse->fitting_device, 0);
    atomic_store(&reuse->reused, 0);
    atomic_store(&reuse->reused_bytes, 0);
    return SIGNET_OK;
}

/* What is known of a file in this state, if that is what was signed. */
static const uint8_t *find(const struct signet_reuse *reuse, size_t entry, const struct stat *st)
{
    uint8_t state[SIGNET_FILE_STATE];
    signet_file_state(st, state);
    const uint8_t *record = signet_digest_cache_find(reuse->known, state);
    const struct signet_oms_resource *resource =
        record != NULL
            ? signet_oms_find(&reuse->signed_before, reuse->manifest->entries[entry].name)
            : NULL;
    bool same = resource != NULL && memcmp(record + SIGNET_FILE_STATE, resource->digest,
                                           SIGNET_DIGEST_RECORD - SIGNET_FILE_STATE) == 0;
    return same ? record : NULL;
}

/* A device is asked once in a row: most bundles lie on one. */
static bool device_fits(struct signet_reuse *reuse, int fd, const struct stat *st)
{
    uint64_t device = (uint64_t)st->st_dev;
    if (device != 0 && atomic_load(&reuse->fitting_device) == device) {
        return true;
    }
    bool fits = signet_lease_fits(fd);
    if (fits) {
        atomic_store(&reuse->fitting_device, device);
    }
    return fits;
}

/* The lease is taken for what is going to be read as well: learn() sees whether it was kept. */
static bool recall(void *ctx, size_t entry, int fd, const struct stat *st, uint8_t sha256[32])
{
    struct signet_reuse *reuse = ctx;
    struct stat leased;
    if (!device_fits(reuse, fd, st) || !signet_lease_take(fd)) {
        return false;
    }
    const uint8_t *record = find(reuse, entry, st);
    if (record == NULL || fstat(fd, &leased) != 0 || !signet_fd_unchanged(st, &leased)) {
        return false;
    }
    memcpy(record_of(reuse, entry), record, SIGNET_DIGEST_RECORD);
    memcpy(sha256, record + SIGNET_FILE_STATE, SIGNET_DIGEST_RECORD - SIGNET_FILE_STATE);
    atomic_fetch_add(&reuse->reused, 1);
    atomic_fetch_add(&reuse->reused_bytes, (uint64_t)st->st_size);
    return true;
}

/* Whoever changes the file from now on gives it another change time. */
static bool has_settled(const struct signet_reuse *reuse, const struct stat *st)
{
    return reuse->begun >= settled && st->st_ctim.tv_sec <= reuse->begun - settled;
}

static void learn(void *ctx, size_t entry, int fd, const struct stat *st, const uint8_t sha256[32])
{
    struct signet_reuse *reuse = ctx;
    if (signet_lease_held(fd) && has_settled(reuse, st)) {
        uint8_t *record = record_of(reuse, entry);
        signet_file_state(st, record);
        memcpy(record + SIGNET_FILE_STATE, sha256, SIGNET_DIGEST_RECORD - SIGNET_FILE_STATE);
    }
}

const struct signet_engine_memory *signet_reuse_memory(const struct signet_reuse *reuse)
{
    return &reuse->memory;
}

/* What the signature must be over for its digests to mean whole files. */
static int check_claim(const struct signet_evidence *evidence, struct signet_err *err)
{
    if (evidence->claim != SIGNET_CLAIM_OMS) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected the signature of a folder, found one of another kind");
    }
    if (evidence->oms.alg != SIGNET_DIGEST_SHA256) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected digests by sha256, found some by %s",
                              signet_digest_name(evidence->oms.alg));
    }
    return SIGNET_OK;
}

/* Verifies the signature and takes what it states. */
static int read_signed(struct signet_oms *oms,
                       const struct signet_signature_file *signature,
                       const struct signet_verify_opts *opts,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_source source;
    signet_source_read(&source, signature, opts);
    int rc = source.err.code;
    if (rc == SIGNET_OK) {
        rc = check_claim(source.evidence, &source.err);
    }
    if (rc == SIGNET_OK) {
        *oms = source.evidence->oms;
        memset(&source.evidence->oms, 0, sizeof(source.evidence->oms));
    } else if (err != NULL && err->code == SIGNET_OK) {
        *err = source.err;
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(signature->name), shown));
    }
    signet_source_clear(&source);
    return rc;
}

int signet_reuse_new(const struct signet_signature_file *signature,
                     const struct signet_pubkey *key,
                     const struct signet_limits *limits,
                     const struct signet_clock *clock,
                     struct signet_reuse **reuse,
                     struct signet_err *err)
{
    const struct signet_trusted_key only = {*key, SIGNET_USE_BUNDLE | SIGNET_USE_DSSE, NULL};
    const struct signet_verify_opts opts = {
        .size = sizeof(opts), .keys = &only, .key_count = 1, .limits = limits};
    struct signet_reuse *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    fresh->clock = clock;
    fresh->memory = (struct signet_engine_memory){fresh, begin, recall, learn};
    int rc = read_signed(&fresh->signed_before, signature, &opts, err);
    if (rc != SIGNET_OK) {
        signet_reuse_free(fresh);
        return rc;
    }
    *reuse = fresh;
    return SIGNET_OK;
}

int signet_reuse_load(struct signet_reuse *reuse,
                      struct signet_span boot,
                      struct signet_span saved,
                      struct signet_err *err)
{
    if (boot.len != sizeof(reuse->boot)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "expected %zu characters that name the run of "
                              "the system, found %zu",
                              sizeof(reuse->boot), boot.len);
    }
    memcpy(reuse->boot, boot.ptr, sizeof(reuse->boot));
    reuse->loaded = true;
    reuse->known = signet_span_of(NULL, 0);
    return saved.len == 0 ? SIGNET_OK
                          : signet_digest_cache_open(saved, reuse->boot, &reuse->known, err);
}

size_t signet_reuse_count(const struct signet_reuse *reuse, uint64_t *bytes)
{
    *bytes = atomic_load(&reuse->reused_bytes);
    return atomic_load(&reuse->reused);
}

uint64_t signet_reuse_size(uint64_t entries)
{
    return SIGNET_DIGEST_CACHE_HEAD + SIGNET_DIGEST_CACHE_TAIL + entries * SIGNET_DIGEST_RECORD;
}

int signet_reuse_save(struct signet_reuse *reuse, struct signet_span *saved, struct signet_err *err)
{
    int rc = SIGNET_OK;
    if (reuse->block == NULL || !reuse->loaded) {
        return signet_err_set(err, SIGNET_E_USAGE, "there is nothing to be saved");
    }
    if (reuse->block_len == 0) {
        rc = signet_digest_cache_seal(reuse->block, reuse->count, reuse->boot, &reuse->block_len,
                                      err);
    }
    if (rc == SIGNET_OK) {
        *saved = signet_span_of(reuse->block, reuse->block_len);
    }
    return rc;
}

void signet_reuse_free(struct signet_reuse *reuse)
{
    if (reuse != NULL) {
        signet_oms_free(&reuse->signed_before);
        free(reuse->block);
        free(reuse);
    }
}
