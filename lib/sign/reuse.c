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

enum {
    SIGNED = SIGNET_DIGEST_RECORD - SIGNET_FILE_STATE, /* bytes of a record: what is signed */
    DIGEST = SIGNED - 1,                               /* of that the digest; behind it the usage */
    USAGE_AT = SIGNET_FILE_STATE + DIGEST
};

struct signet_reuse {
    struct signet_source old; /* cleared when the measuring begins */
    const struct signet_clock *clock;
    struct signet_engine_memory memory;
    char boot[SIGNET_REUSE_BOOT];
    bool loaded;              /* boot is set */
    struct signet_span known; /* records of the last time; borrowed */
    /* Of one measuring: */
    int64_t begun;
    /* To be saved: a record for each entry. Until the entry is known to be in some state, its
     * record holds the digest and usage that were signed for its name. */
    uint8_t *block;
    bool *was_signed; /* of each entry */
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

/* What was signed before for the names that are there now: both lists are sorted by name. */
static void take_signed(struct signet_reuse *reuse, const struct signet_manifest *manifest)
{
    const struct signet_oms *oms = &reuse->old.evidence->oms;
    size_t i = 0;
    size_t j = 0;
    while (i < manifest->count && j < oms->count) {
        struct signet_span name = signet_span_str(manifest->entries[i].name);
        int order = signet_span_order(name, signet_oms_name(&oms->resources[j]));
        if (order == 0) {
            struct signet_digest digest;
            signet_oms_digest(oms, &oms->resources[j], &digest);
            memcpy(record_of(reuse, i) + SIGNET_FILE_STATE, digest.bytes, DIGEST);
            record_of(reuse, i)[USAGE_AT] = (uint8_t)signet_oms_usage(oms, &oms->resources[j]);
            reuse->was_signed[i] = true;
        }
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
}

static int begin(void *ctx, const struct signet_manifest *manifest, struct signet_err *err)
{
    struct signet_reuse *reuse = ctx;
    if (reuse->block != NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "digests are reused once");
    }
    reuse->count = manifest->count;
    reuse->block = calloc(1, (size_t)signet_reuse_size(manifest->count));
    reuse->was_signed = calloc(manifest->count + 1, sizeof(*reuse->was_signed));
    if (reuse->block == NULL || reuse->was_signed == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu digests",
                              manifest->count);
    }
    take_signed(reuse, manifest);
    signet_source_clear(&reuse->old);
    reuse->begun = signet_clock_now(reuse->clock);
    return SIGNET_OK;
}

/* What is known of a file in this state, if that is what was signed. */
static const uint8_t *find(const struct signet_reuse *reuse, size_t entry, const struct stat *st)
{
    uint8_t state[SIGNET_FILE_STATE];
    signet_file_state(st, state);
    const uint8_t *record = signet_digest_cache_find(reuse->known, state);
    bool same = record != NULL && reuse->was_signed[entry] &&
                memcmp(record + SIGNET_FILE_STATE, record_of(reuse, entry) + SIGNET_FILE_STATE,
                       SIGNED) == 0;
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
static bool
recall(void *ctx, size_t index, int fd, const struct stat *st, struct signet_entry *entry)
{
    struct signet_reuse *reuse = ctx;
    struct stat leased;
    if (!device_fits(reuse, fd, st) || !signet_lease_take(fd)) {
        return false;
    }
    const uint8_t *record = find(reuse, index, st);
    if (record == NULL || fstat(fd, &leased) != 0 || !signet_fd_unchanged(st, &leased)) {
        return false;
    }
    memcpy(record_of(reuse, index), record, SIGNET_DIGEST_RECORD);
    memcpy(entry->sha256, record + SIGNET_FILE_STATE, DIGEST);
    entry->usage = (enum signet_usage)record[USAGE_AT];
    atomic_fetch_add(&reuse->reused, 1);
    atomic_fetch_add(&reuse->reused_bytes, (uint64_t)st->st_size);
    return true;
}

/* Whoever changes the file from now on gives it another change time. */
static bool has_settled(const struct signet_reuse *reuse, const struct stat *st)
{
    return reuse->begun >= settled && st->st_ctim.tv_sec <= reuse->begun - settled;
}

static void
learn(void *ctx, size_t index, int fd, const struct stat *st, const struct signet_entry *entry)
{
    struct signet_reuse *reuse = ctx;
    if (signet_lease_held(fd) && has_settled(reuse, st)) {
        uint8_t *record = record_of(reuse, index);
        signet_file_state(st, record);
        memcpy(record + SIGNET_FILE_STATE, entry->sha256, DIGEST);
        record[USAGE_AT] = (uint8_t)entry->usage;
    }
}

const struct signet_engine_memory *signet_reuse_memory(const struct signet_reuse *reuse)
{
    return &reuse->memory;
}

/* What the signature must be over for its digests to mean whole files. */
static int check_claim(const struct signet_evidence *evidence, struct signet_err *err)
{
    const struct signet_oms *oms = &evidence->oms;
    if (evidence->claim != SIGNET_CLAIM_OMS) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected the signature of a folder, found one of another kind");
    }
    if (oms->shard_size > 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected digests of whole files, found some of shards");
    }
    if (oms->alg != SIGNET_DIGEST_SHA256) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected digests by sha256, found some by %s",
                              signet_digest_name(oms->alg));
    }
    return SIGNET_OK;
}

int signet_reuse_new(struct signet_signature_file *signature,
                     const struct signet_pubkey *key,
                     const struct signet_limits *limits,
                     const struct signet_clock *clock,
                     struct signet_reuse **reuse,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_limits standard = signet_limits_default();
    const struct signet_trusted_key only = {.key = *key,
                                            .uses = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE};
    const struct signet_verify_opts opts = {
        .size = sizeof(opts), .keys = &only, .key_count = 1, .limits = limits};
    struct signet_reuse *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    fresh->clock = clock;
    fresh->memory = (struct signet_engine_memory){fresh, begin, recall, learn};
    struct signet_source *old = &fresh->old;
    signet_source_read(old, signature, limits != NULL ? limits->bundle : standard.bundle, &opts);
    int rc = old->err.code;
    if (rc == SIGNET_OK) {
        rc = check_claim(old->evidence, &old->err);
    }
    if (rc == SIGNET_OK) {
        *reuse = fresh;
        return SIGNET_OK;
    }
    signet_err_set(err, rc, "%s", old->err.msg);
    signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(signature->name), shown));
    signet_reuse_free(fresh);
    return rc;
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
        signet_source_clear(&reuse->old);
        free(reuse->block);
        free(reuse->was_signed);
        free(reuse);
    }
}
