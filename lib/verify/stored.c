/* SPDX-License-Identifier: Apache-2.0
 *
 * From a store to the sources of a verification: see verify/stored.h. Owns which identities of an
 * artifact are looked up; decides nothing.
 */
#include "verify/stored.h"

#include <stdlib.h>

#include "artifact/ahead.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/pool.h"
#include "verify/form.h"
#include "verify/lists.h"
#include "verify/store.h"
#include "verify/vouched.h"

enum {
    BATCH = 1024 /* texts in memory at a time, most of which may not count */
};

/* Looking an artifact up. */
struct lookup {
    struct signet_verification *verification;
    struct signet_artifact *artifact;
    const struct signet_verify_opts *opts;
    struct signet_store_found found;
    struct signet_store_found lists; /* of files, with an entry of which the artifact may pass */
};

/* Texts being checked. */
struct checking {
    const struct lookup *lookup;
    const struct signet_store_text *texts;
    struct signet_source *sources;
    struct signet_store_reader *readers; /* one for each thread */
    size_t threads;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for evidence");
}

static bool has(const struct lookup *lookup, enum signet_claimed kind)
{
    return signet_store_has(lookup->opts->store, kind, SIGNET_DIGEST_SHA256);
}

static int find(struct lookup *lookup,
                enum signet_claimed kind,
                const struct signet_digest *digest,
                struct signet_err *err)
{
    struct signet_store_found *found =
        kind == SIGNET_CLAIMED_ENTRY ? &lookup->lists : &lookup->found;
    return digest->len > 0 ? signet_store_find(lookup->opts->store, kind, digest, found, err)
                           : (int)SIGNET_OK;
}

/* Whether entries of lists count. */
static bool asks_entries(const struct lookup *lookup)
{
    return signet_vouched_asked(lookup->opts, lookup->artifact) &&
           signet_lists_fit(signet_store_lists(lookup->opts->store), lookup->opts);
}

/* As a list of files too: of a file, the list that has it alone. */
static int find_manifest(struct lookup *lookup,
                         enum signet_claimed kind,
                         const struct signet_manifest *manifest,
                         struct signet_err *err)
{
    int rc = find(lookup, kind, &manifest->identity, err);
    return rc == SIGNET_OK ? find(lookup, SIGNET_CLAIMED_LIST, &manifest->root, err) : rc;
}

/* The artifact in RFC 8785 form, if it may have one. */
static int find_form(struct lookup *lookup, struct signet_err *err)
{
    struct signet_embedded *embedded = &lookup->verification->embedded;
    struct signet_err formless;
    bool object = false;
    int rc = has(lookup, SIGNET_CLAIMED_FORM)
                 ? signet_document_probe(lookup->artifact, &object, err)
                 : (int)SIGNET_OK;
    if (rc != SIGNET_OK || !object) {
        return rc;
    }
    signet_err_clear(&formless);
    const struct signet_manifest *manifest =
        signet_form_make(embedded, lookup->artifact, lookup->opts, &formless);
    return manifest != NULL ? find(lookup, SIGNET_CLAIMED_FORM, &manifest->canonical, err)
                            : (int)SIGNET_OK;
}

/* The file as it was read to be described, or as it is read now to be compared later. */
static int
measure_file(struct lookup *lookup, const struct signet_manifest **manifest, struct signet_err *err)
{
    struct signet_verification *verification = lookup->verification;
    struct signet_content *content = &verification->content;
    const struct signet_measure_opts how = signet_content_how(lookup->opts, NULL, NULL);
    int rc = SIGNET_OK;
    *manifest = &verification->embedded.document.manifest;
    if ((*manifest)->kind == 0) {
        rc = signet_artifact_measure(lookup->artifact, &how, &content->manifest, err);
        content->measured = rc == SIGNET_OK;
        *manifest = &content->manifest;
    }
    if (rc == SIGNET_OK) {
        verification->manifest = *manifest;
    }
    return rc;
}

/* By digests that are not SHA-256 alone, for which it is read again. */
static int find_other(struct lookup *lookup, enum signet_digest_alg alg, struct signet_err *err)
{
    const struct signet_store *store = lookup->opts->store;
    struct signet_manifest manifest = {0};
    struct signet_measure_opts how = signet_content_how(lookup->opts, NULL, NULL);
    struct signet_digest digest = {.alg = alg, .len = signet_digest_size(alg)};
    bool entries = asks_entries(lookup) && signet_store_has(store, SIGNET_CLAIMED_ENTRY, alg);
    if (!entries && !signet_store_has(store, SIGNET_CLAIMED_FILE, alg)) {
        return SIGNET_OK;
    }
    how.alg = alg;
    int rc = signet_artifact_measure(lookup->artifact, &how, &manifest, err);
    if (rc == SIGNET_OK) {
        memcpy(digest.bytes, signet_entry_digest(&manifest, &manifest.entries[0], 0).ptr,
               digest.len);
        rc = find(lookup, SIGNET_CLAIMED_FILE, &digest, err);
    }
    if (rc == SIGNET_OK && entries) {
        rc = find(lookup, SIGNET_CLAIMED_ENTRY, &digest, err);
    }
    signet_manifest_free(&manifest);
    return rc;
}

static int find_file(struct lookup *lookup, struct signet_err *err)
{
    static const enum signet_digest_alg others[] = {SIGNET_DIGEST_SHA384, SIGNET_DIGEST_SHA512,
                                                    SIGNET_DIGEST_BLAKE2B};
    const struct signet_manifest *manifest = NULL;
    bool entries = asks_entries(lookup) && has(lookup, SIGNET_CLAIMED_ENTRY);
    int rc = find_form(lookup, err);
    if (rc == SIGNET_OK &&
        (entries || has(lookup, SIGNET_CLAIMED_FILE) || has(lookup, SIGNET_CLAIMED_LIST))) {
        rc = measure_file(lookup, &manifest, err);
        rc = rc == SIGNET_OK ? find_manifest(lookup, SIGNET_CLAIMED_FILE, manifest, err) : rc;
    }
    if (rc == SIGNET_OK && entries) {
        rc = find(lookup, SIGNET_CLAIMED_ENTRY, &manifest->identity, err);
    }
    for (size_t i = 0; rc == SIGNET_OK && i < SIGNET_COUNT(others); i++) {
        rc = find_other(lookup, others[i], err);
    }
    return rc;
}

/* What an archive holds, as whoever signs it by its contents reads it. One that cannot be read so
 * is a file all the same. */
static int find_contents(struct lookup *lookup, struct signet_err *err)
{
    const char *archive = NULL;
    struct signet_manifest manifest = {0};
    struct signet_measure_opts how =
        signet_content_how(lookup->opts, signet_artifact_git_names(), NULL);
    int rc = signet_artifact_archive(lookup->artifact, &archive, err);
    if (rc != SIGNET_OK || archive == NULL) {
        return rc;
    }
    how.contents = true;
    how.strip = lookup->opts->strip.rule == SIGNET_STRIP_COUNT
                    ? lookup->opts->strip
                    : (struct signet_strip){.rule = SIGNET_STRIP_ONE};
    if (signet_artifact_measure(lookup->artifact, &how, &manifest, NULL) == SIGNET_OK) {
        rc = find_manifest(lookup, SIGNET_CLAIMED_BUNDLE, &manifest, err);
    }
    signet_manifest_free(&manifest);
    return rc;
}

/* A folder, as it is being measured already. */
static int find_folder(struct lookup *lookup, struct signet_err *err)
{
    const struct signet_manifest *manifest = NULL;
    struct signet_ahead *ahead = lookup->verification->content.ahead;
    int rc = ahead != NULL ? signet_ahead_wait(ahead, &manifest, err)
                           : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a thread");
    return rc == SIGNET_OK ? find_manifest(lookup, SIGNET_CLAIMED_BUNDLE, manifest, err) : rc;
}

/* What is taken as a list is not read as anything else besides: both are in order. */
static void leave_lists(struct lookup *lookup)
{
    struct signet_store_found *found = &lookup->found;
    size_t at = 0;
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        int order = 1;
        while (at < lookup->lists.count &&
               (order = signet_store_compare_texts(&lookup->lists.list[at], &found->list[i])) < 0) {
            at++;
        }
        if (at == lookup->lists.count || order > 0) {
            found->list[kept++] = found->list[i];
        }
    }
    found->count = kept;
}

static int find_all(struct lookup *lookup, struct signet_err *err)
{
    bool bundles = has(lookup, SIGNET_CLAIMED_BUNDLE) || has(lookup, SIGNET_CLAIMED_LIST);
    bool folder = signet_artifact_kind(lookup->artifact) == SIGNET_ARTIFACT_BUNDLE;
    int rc = folder ? (int)SIGNET_OK : find_file(lookup, err);
    if (rc == SIGNET_OK && bundles) {
        rc = folder ? find_folder(lookup, err) : find_contents(lookup, err);
    }
    signet_store_order(&lookup->found);
    signet_store_order(&lookup->lists);
    leave_lists(lookup);
    return rc;
}

/* A job of the pool. A text that is gone is no evidence. */
static int check_text(void *ctx, size_t index, size_t worker, struct signet_err *err)
{
    const struct checking *checking = ctx;
    return signet_lists_read(checking->lookup->opts, &checking->texts[index],
                             &checking->readers[worker], &checking->sources[index], err);
}

/* Names a source that is going to be listed. */
static int name_source(struct lookup *lookup,
                       const struct signet_store_text *text,
                       struct signet_source *source,
                       struct signet_err *err)
{
    struct signet_buf name;
    signet_buf_init(&name, SIZE_MAX);
    const char *copy = NULL;
    if (signet_store_name(lookup->opts->store, text, &name) == SIGNET_OK) {
        copy = signet_arena_copy(&lookup->verification->storage, signet_buf_span(&name));
    }
    signet_buf_free(&name);
    source->name = copy != NULL ? copy : "";
    return copy != NULL ? (int)SIGNET_OK : no_memory(err);
}

/* Makes room for more sources. */
static int make_room(struct signet_verification *verification, size_t more, struct signet_err *err)
{
    struct signet_source *grown =
        realloc(verification->sources, (verification->source_count + more + 1) * sizeof(*grown));
    if (grown == NULL) {
        return no_memory(err);
    }
    verification->sources = grown;
    return SIGNET_OK;
}

/* Takes a source over, for which there is room, if it counts, or is the first of what does not. */
static int keep(struct lookup *lookup,
                const struct signet_store_text *text,
                struct signet_source *source,
                struct signet_err *err)
{
    struct signet_verification *verification = lookup->verification;
    if (source->evidence == NULL && verification->stored_refused++ >= SIGNET_STORED_LISTED) {
        return SIGNET_OK;
    }
    int rc = name_source(lookup, text, source, err);
    if (rc == SIGNET_OK) {
        verification->sources[verification->source_count++] = *source;
        memset(source, 0, sizeof(*source));
    }
    return rc;
}

static int
check_batch(struct lookup *lookup, struct checking *checking, size_t count, struct signet_err *err)
{
    memset(checking->sources, 0, count * sizeof(*checking->sources));
    int rc = signet_pool_run(checking->threads, count, check_text, checking, err);
    if (rc == SIGNET_OK) {
        rc = make_room(lookup->verification, count, err);
    }
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        rc = keep(lookup, &checking->texts[i], &checking->sources[i], err);
    }
    for (size_t i = 0; i < count; i++) {
        signet_source_clear(&checking->sources[i]);
    }
    return rc;
}

static int check_batches(struct lookup *lookup, struct checking *checking, struct signet_err *err)
{
    size_t left = lookup->found.count;
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && left > 0) {
        size_t count = left < BATCH ? left : BATCH;
        rc = check_batch(lookup, checking, count, err);
        checking->texts += count;
        left -= count;
    }
    return rc;
}

static int check_all(struct lookup *lookup, struct signet_err *err)
{
    size_t jobs = lookup->opts->jobs;
    size_t threads = jobs > 0 ? jobs : signet_pool_default_workers();
    struct checking checking = {
        .lookup = lookup,
        .texts = lookup->found.list,
        .threads = threads < BATCH ? threads : BATCH,
    };
    if (lookup->found.count == 0) {
        return SIGNET_OK;
    }
    checking.sources = calloc(lookup->found.count < BATCH ? lookup->found.count : BATCH,
                              sizeof(*checking.sources));
    checking.readers = calloc(checking.threads, sizeof(*checking.readers));
    for (size_t i = 0; checking.readers != NULL && i < checking.threads; i++) {
        checking.readers[i].fd = -1;
    }
    int rc = checking.sources != NULL && checking.readers != NULL
                 ? check_batches(lookup, &checking, err)
                 : no_memory(err);
    for (size_t i = 0; checking.readers != NULL && i < checking.threads; i++) {
        signet_fd_close(&checking.readers[i].fd);
    }
    free(checking.readers);
    free(checking.sources);
    return rc;
}

/* Lists that are verified already for another artifact are not verified again. */
static int take_lists(struct lookup *lookup, struct signet_err *err)
{
    struct signet_lists *lists = signet_store_lists(lookup->opts->store);
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < lookup->lists.count; i++) {
        struct signet_source source = {0};
        rc = signet_lists_take(lists, &lookup->lists.list[i], &source, err);
        if (rc == SIGNET_OK) {
            rc = make_room(lookup->verification, 1, err);
        }
        if (rc == SIGNET_OK) {
            rc = keep(lookup, &lookup->lists.list[i], &source, err);
        }
    }
    return rc;
}

int signet_stored_read(struct signet_verification *verification,
                       struct signet_artifact *artifact,
                       const struct signet_verify_opts *opts,
                       struct signet_err *err)
{
    struct lookup lookup = {.verification = verification, .artifact = artifact, .opts = opts};
    struct signet_err why;
    if (opts->store == NULL || opts->only != NULL || artifact == NULL) {
        return SIGNET_OK;
    }
    signet_err_clear(&why);
    int rc = find_all(&lookup, &why);
    /* Whoever compares it will meet the same. */
    if (rc != SIGNET_OK && rc != SIGNET_E_NOMEM && verification->source_count > 0) {
        rc = SIGNET_OK;
    }
    rc = rc == SIGNET_OK ? check_all(&lookup, err) : signet_err_copy(err, &why);
    rc = rc == SIGNET_OK ? take_lists(&lookup, err) : rc;
    free(lookup.found.list);
    free(lookup.lists.list);
    return rc;
}

bool signet_stored_is_other(struct signet_verification *verification,
                            struct signet_source *source,
                            int rc)
{
    bool other = rc == SIGNET_E_MISMATCH || rc == SIGNET_E_UNSUPPORTED || rc == SIGNET_E_MALFORMED;
    if (!source->stored || !other) {
        return false;
    }
    signet_source_drop_evidence(source);
    signet_content_begin(&verification->content);
    return true;
}
