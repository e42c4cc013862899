/* SPDX-License-Identifier: Apache-2.0
 *
 * What a verified statement says against what an artifact is (identities and digests: a digest set
 * matches only if it holds a strong digest and every strong one in it matches). Owns the
 * comparison; decides nothing about signers.
 */
#include "verify/content.h"

#include <stdio.h>
#include <stdlib.h>

#include "artifact/ahead.h"
#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "verify/entries.h"
#include "verify/selection.h"
#include "verify/whole.h"

/* One comparison: what is compared, and by what. */
struct comparison {
    struct signet_content *content;
    struct signet_artifact *artifact;
    const struct signet_manifest *measured; /* NULL: read the artifact */
    const struct signet_verify_opts *opts;
    uint64_t shard_size; /* as the statement lists files */
    const char
        *archive_of; /* the subject whose files the archive holds; NULL: no archive is read */
};

static const size_t storage_max = (size_t)1 << 32; /* names and digests of the differences */

void signet_content_clear(struct signet_content *content)
{
    signet_manifest_free(&content->manifest);
    signet_manifest_free(&content->first);
    signet_arena_free(&content->storage);
    free(content->differences);
    memset(content, 0, sizeof(*content));
}

void signet_content_begin(struct signet_content *content)
{
    signet_arena_free(&content->storage);
    signet_arena_init(&content->storage, storage_max);
    content->difference_count = 0;
    content->archive = NULL;
    content->matched = 0;
    content->not_checked = 0;
    content->canonical = false;
}

bool signet_content_lists(const char *const *names, const char *name)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* One folder at the top of an archive is taken off if it is the subject, so that whoever packs a
 * bundle may pack its folder or what is in it. */
struct signet_strip signet_content_strip(const struct signet_verify_opts *opts, const char *name)
{
    const struct signet_strip named = {.rule = SIGNET_STRIP_NAMED, .name = name};
    return opts->strip.rule == SIGNET_STRIP_COUNT ? opts->strip : named;
}

struct signet_measure_opts signet_content_how(const struct signet_verify_opts *opts,
                                              const char *const *ignore,
                                              const char *const *own_names)
{
    return (struct signet_measure_opts){
        .size = sizeof(struct signet_measure_opts),
        .limits = opts->limits,
        .ignore = ignore,
        .files_only = own_names,
        .may_be_empty = true,
        .jobs = opts->jobs,
        .progress = opts->progress,
        .progress_ctx = opts->progress_ctx,
    };
}

/* Makes room for what is measured next. */
static void set_aside(struct signet_content *content)
{
    struct signet_manifest *manifest = &content->manifest;
    if (content->first.kind == 0 && manifest->kind == SIGNET_ARTIFACT_BUNDLE &&
        !manifest->partial) {
        content->first = *manifest;
        memset(manifest, 0, sizeof(*manifest));
    }
    signet_manifest_free(manifest);
}

int signet_content_measure(struct signet_content *content,
                           struct signet_artifact *artifact,
                           const struct signet_measure_opts *how,
                           struct signet_err *err)
{
    struct signet_ahead *ahead = content->ahead;
    bool guessed = ahead != NULL && signet_ahead_fits(ahead, how);
    int rc = SIGNET_OK;
    set_aside(content);
    content->ahead = NULL;
    if (guessed) {
        rc = signet_ahead_finish(ahead, &content->manifest, err);
    } else {
        signet_ahead_free(ahead); /* two may not read it at once */
        rc = signet_artifact_measure(artifact, how, &content->manifest, err);
    }
    content->measured = rc == SIGNET_OK;
    return rc;
}

/* Measures all of the artifact, or only these entries. */
static int measure(const struct comparison *with,
                   enum signet_digest_alg alg,
                   const char *const *ignore,
                   const char *const *only,
                   struct signet_err *err)
{
    struct signet_measure_opts how =
        signet_content_how(with->opts, ignore, with->content->own_names);
    how.alg = alg;
    how.shard_size = with->shard_size;
    how.only = only;
    how.contents = with->archive_of != NULL;
    how.strip = signet_content_strip(with->opts, with->archive_of);
    return signet_content_measure(with->content, with->artifact, &how, err);
}

/* Reads a file anew for another algorithm. All of its digests must be of the same bytes. */
static int
measure_again(const struct comparison *with, enum signet_digest_alg alg, struct signet_err *err)
{
    struct signet_content *content = with->content;
    const struct signet_manifest *known = with->measured;
    struct signet_digest first = {0};
    if (known == NULL && content->measured && content->manifest.kind == SIGNET_ARTIFACT_FILE) {
        known = &content->manifest;
    }
    bool before = known != NULL;
    if (before) {
        first = known->identity;
    }
    int rc = measure(with, alg, NULL, NULL, err);
    if (rc == SIGNET_OK && before && !signet_digest_eq(&first, &content->manifest.identity)) {
        return signet_err_set(err, SIGNET_E_IO, "changed while it was verified");
    }
    return rc;
}

/* The digest of a file by alg; reads the file again only for an algorithm it was not read by. */
static int file_digest(const struct comparison *with,
                       enum signet_digest_alg alg,
                       const uint8_t **bytes,
                       struct signet_err *err)
{
    const struct signet_manifest *given = with->measured;
    bool fits = given != NULL && (alg == SIGNET_DIGEST_SHA256 || given->alg == alg);
    const struct signet_manifest *manifest = fits ? given : &with->content->manifest;
    bool have = (fits || with->content->measured) &&
                manifest->kind == SIGNET_ARTIFACT_FILE && /* and not what an archive holds */
                (alg == SIGNET_DIGEST_SHA256 || manifest->alg == alg);
    if (!have) {
        int rc = measure_again(with, alg, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        manifest = &with->content->manifest;
    }
    *bytes = alg == SIGNET_DIGEST_SHA256
                 ? manifest->entries[0].sha256
                 : signet_entry_digest(manifest, &manifest->entries[0], 0).ptr;
    return SIGNET_OK;
}

int signet_content_as_file(struct signet_content *content,
                           struct signet_artifact *artifact,
                           enum signet_digest_alg alg,
                           const struct signet_verify_opts *opts,
                           struct signet_err *err)
{
    const struct comparison with = {.content = content, .artifact = artifact, .opts = opts};
    const uint8_t *bytes = NULL;
    return file_digest(&with, alg, &bytes, err);
}

/* Compares a signed digest; the first that differs is kept for the report. */
static int judge_digest(const struct comparison *with,
                        const struct signet_digest *expected,
                        const uint8_t *found,
                        bool *matches,
                        struct signet_err *err)
{
    *matches = memcmp(found, expected->bytes, expected->len) == 0;
    if (*matches || with->content->difference_count > 0) {
        return SIGNET_OK;
    }
    return signet_content_add_changed(with->content,
                                      signet_span_str(signet_artifact_name(with->artifact)),
                                      expected->alg, expected->bytes, found, err);
}

/* One signed digest of a file. */
static int match_digest(const struct comparison *with,
                        const struct signet_digest *expected,
                        bool *matches,
                        struct signet_err *err)
{
    const uint8_t *found = NULL;
    int rc = file_digest(with, expected->alg, &found, err);
    return rc == SIGNET_OK ? judge_digest(with, expected, found, matches, err) : rc;
}

/* One signed digest of a form of a file. */
static int match_form(const struct comparison *with,
                      const struct signet_digest *expected,
                      bool *matches,
                      struct signet_err *err)
{
    const struct signet_manifest *manifest = with->measured;
    if (with->content->formless.code != SIGNET_OK) {
        return signet_err_copy(err, &with->content->formless);
    }
    if (manifest == NULL || manifest->canonical.len != expected->len) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "the canonical form was not made");
    }
    return judge_digest(with, expected, manifest->canonical.bytes, matches, err);
}

/* One subject against a file: every strong digest of at least one must match. */
static int match_subject(const struct comparison *with,
                         const struct signet_subject *subject,
                         bool *matches,
                         struct signet_err *err)
{
    bool all = subject->digests.strong_count > 0;
    for (size_t i = 0; all && i < subject->digests.strong_count; i++) {
        bool one = false;
        int rc = subject->canonical ? match_form(with, &subject->digests.strong[i], &one, err)
                                    : match_digest(with, &subject->digests.strong[i], &one, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        all = one;
    }
    *matches = all;
    return SIGNET_OK;
}

static int content_differs(const struct signet_content *content, struct signet_err *err)
{
    const struct signet_difference *first = &content->differences[0];
    return signet_err_set(err, SIGNET_E_MISMATCH, "content differs: signed %s, found %s",
                          first->expected, first->found);
}

/* A file without a canonical form is none of the documents that a statement is about, and may be
 * another of its subjects. */
static int compare_file(const struct comparison *with,
                        const struct signet_statement *statement,
                        struct signet_err *err)
{
    struct signet_err formless;
    signet_err_clear(&formless);
    for (size_t i = 0; i < statement->subject_count; i++) {
        const struct signet_subject *subject = &statement->subjects[i];
        bool matches = false;
        int rc = match_subject(with, subject, &matches, subject->canonical ? &formless : err);
        if (rc != SIGNET_OK && !subject->canonical) {
            return rc;
        }
        if (matches) {
            with->content->difference_count = 0;
            with->content->matched = 1;
            with->content->canonical = subject->canonical;
            return SIGNET_OK;
        }
    }
    if (with->content->difference_count > 0) {
        return content_differs(with->content, err);
    }
    return formless.code != SIGNET_OK
               ? signet_err_copy(err, &formless)
               : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "the statement has no strong digest (SHA-256, SHA-384, SHA-512 or "
                                "BLAKE2b) to match by");
}

/* Whether the statement may be of the OMS form for a single file: one resource, named "." or as the
 * file. */
static bool lists_single(const struct signet_oms *oms, const struct signet_artifact *artifact)
{
    struct signet_span name = signet_oms_name(&oms->resources[0]);
    return oms->count == 1 && oms->shard_size == 0 &&
           (signet_span_is(name, ".") || signet_span_is(name, signet_artifact_name(artifact)));
}

static int
compare_single(const struct comparison *with, const struct signet_oms *oms, struct signet_err *err)
{
    struct signet_digest expected;
    bool matches = false;
    signet_oms_digest(oms, &oms->resources[0], &expected);
    int rc = match_digest(with, &expected, &matches, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    with->content->matched = matches ? 1 : 0;
    return matches ? SIGNET_OK : content_differs(with->content, err);
}

/* Where nothing refuses, entries that are not signed come first, by name, and what is ignored
 * behind them. */
static int by_difference(const void *name, const void *difference)
{
    const struct signet_difference *at = difference;
    return at->kind == SIGNET_DIFFERENCE_UNSIGNED ? strcmp(name, at->name) : -1;
}

bool signet_content_is_unsigned(const struct signet_content *content, const char *name)
{
    return content->difference_count > 0 &&
           bsearch(name, content->differences, content->difference_count,
                   sizeof(*content->differences), by_difference) != NULL;
}

/* What the statement leaves out and is there: git's own names and signature files pass; the others
 * are for a policy to judge, if one does. */
int signet_content_compare_ignored(struct signet_content *content,
                                   const struct signet_manifest *manifest,
                                   const struct signet_verify_opts *opts,
                                   struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < manifest->ignored_count; i++) {
        const char *name = manifest->ignored[i];
        bool passes = opts->trust != NULL ||
                      signet_content_lists(signet_artifact_git_names(), name) ||
                      signet_content_lists(content->own_names, name) ||
                      signet_content_lists(opts->accept_ignored, name);
        rc = signet_content_add(content, SIGNET_DIFFERENCE_IGNORED, signet_span_str(name), !passes,
                                err);
    }
    return rc;
}

int signet_content_summarise(const struct signet_content *content, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    size_t counts[SIGNET_DIFFERENCE_IGNORED + 1] = {0};
    const char *ignored = NULL;
    size_t refusing = 0;
    for (size_t i = 0; i < content->difference_count; i++) {
        const struct signet_difference *difference = &content->differences[i];
        if (difference->refuses) {
            refusing++;
            counts[difference->kind]++;
            ignored = difference->kind == SIGNET_DIFFERENCE_IGNORED ? difference->name : ignored;
        }
    }
    if (refusing == 0) {
        return SIGNET_OK;
    }
    if (ignored != NULL && refusing == counts[SIGNET_DIFFERENCE_IGNORED]) {
        return signet_err_set(err, SIGNET_E_MISMATCH,
                              "\"%s\" is there, but the signature leaves it out",
                              signet_utf8_show(signet_span_str(ignored), shown));
    }
    return signet_err_set(err, SIGNET_E_MISMATCH,
                          "content differs from what was signed: %zu changed, %zu missing, %zu "
                          "unsigned, %zu left out by the signature",
                          counts[SIGNET_DIFFERENCE_CHANGED], counts[SIGNET_DIFFERENCE_MISSING],
                          counts[SIGNET_DIFFERENCE_UNSIGNED], counts[SIGNET_DIFFERENCE_IGNORED]);
}

static size_t count_names(const char *const *names)
{
    size_t count = 0;
    while (names != NULL && names[count] != NULL) {
        count++;
    }
    return count;
}

const char **signet_content_ignores(struct signet_arena *storage,
                                    const char *const *recorded,
                                    const char *const *own_names)
{
    size_t of_recorded = count_names(recorded);
    size_t own = count_names(own_names);
    const char **joined = signet_arena_array(storage, of_recorded + own + 1, sizeof(*joined));
    for (size_t i = 0; joined != NULL && i < of_recorded; i++) {
        joined[i] = recorded[i];
    }
    for (size_t i = 0; joined != NULL && i < own; i++) {
        joined[of_recorded + i] = own_names[i];
    }
    return joined;
}

static int
compare_bundle(const struct comparison *with, const struct signet_oms *oms, struct signet_err *err)
{
    const struct signet_manifest *manifest = with->measured;
    int rc = SIGNET_OK;
    if (manifest == NULL) {
        const char **ignore = signet_content_ignores(&with->content->storage, oms->ignore_paths,
                                                     with->content->own_names);
        if (ignore == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the ignore paths");
        }
        rc = measure(with, oms->alg, ignore, NULL, err);
        manifest = &with->content->manifest;
    }
    if (rc == SIGNET_OK) {
        rc = signet_content_compare_lists(with->content, manifest, oms, with->opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_content_compare_ignored(with->content, manifest, with->opts, err);
    }
    return rc == SIGNET_OK ? signet_content_summarise(with->content, err) : rc;
}

/* A statement by digests against a file: if none of a file matches, the bundle that is a subject
 * may be what an archive holds. */
static int compare_file_or_held(const struct comparison *with,
                                const struct signet_statement *statement,
                                struct signet_err *err)
{
    const char *archive = NULL;
    struct signet_err of_file;
    signet_err_clear(&of_file);
    int rc = compare_file(with, statement, &of_file);
    if (signet_whole_subject(statement) == NULL ||
        (rc != SIGNET_E_MISMATCH && rc != SIGNET_E_UNSUPPORTED)) {
        return rc == SIGNET_OK ? rc : signet_err_copy(err, &of_file);
    }
    rc = signet_artifact_archive(with->artifact, &archive, err);
    if (rc == SIGNET_OK && archive == NULL) {
        return signet_err_set(err, SIGNET_E_MISMATCH,
                              "the signature is over a bundle, not over this file");
    }
    signet_content_begin(with->content);
    with->content->archive = archive;
    return rc == SIGNET_OK ? signet_whole_compare(with->content, with->artifact, with->measured,
                                                  statement, with->opts, err)
                           : rc;
}

/* A list of files against a file: it may be the one that is listed, or an archive of them all. */
static int compare_listed(const struct comparison *with,
                          const struct signet_evidence *evidence,
                          struct signet_err *err)
{
    const char *archive = NULL;
    struct signet_err single;
    signet_err_clear(&single);
    if (lists_single(&evidence->oms, with->artifact)) {
        int rc = compare_single(with, &evidence->oms, &single);
        if (rc != SIGNET_E_MISMATCH) {
            return rc == SIGNET_OK ? rc : signet_err_copy(err, &single);
        }
    }
    int rc = signet_artifact_archive(with->artifact, &archive, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (archive != NULL) {
        struct comparison contents = *with;
        contents.archive_of = evidence->statement.subjects[0].name;
        signet_content_begin(with->content);
        with->content->archive = archive;
        return compare_bundle(&contents, &evidence->oms, err);
    }
    if (single.code != SIGNET_OK) {
        return signet_err_copy(err, &single);
    }
    return signet_err_set(err, SIGNET_E_MISMATCH,
                          "the signature is over a bundle of %zu files, not over this file",
                          evidence->oms.count);
}

/* What was asked for and is not signed refuses, whatever else is allowed to be unsigned. */
static int refuse_strays(struct signet_content *content,
                         const struct signet_selection *selection,
                         struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *const *strays = selection->strays;
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && strays[i] != NULL; i++) {
        rc = signet_content_add(content, SIGNET_DIFFERENCE_UNSIGNED, signet_span_str(strays[i]),
                                true, err);
    }
    if (rc == SIGNET_OK && strays[0] != NULL) {
        return signet_err_set(err, SIGNET_E_MISMATCH,
                              "\"%s\" is not signed, neither as an entry nor as a folder of some",
                              signet_utf8_show(signet_span_str(strays[0]), shown));
    }
    return rc;
}

/* Looks at the entries that were asked for, and at nothing else. */
static int compare_selected(const struct comparison *with,
                            const struct signet_oms *oms,
                            struct signet_err *err)
{
    struct signet_content *content = with->content;
    struct signet_selection selection;
    const char **ignore =
        signet_content_ignores(&content->storage, oms->ignore_paths, content->own_names);
    if (ignore == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the ignore paths");
    }
    int rc = signet_selection_make(&selection, oms, with->opts->only, &content->storage, err);
    if (rc == SIGNET_OK) {
        rc = measure(with, oms->alg, ignore, selection.names, err);
    }
    if (rc == SIGNET_OK) {
        content->not_checked = selection.total - selection.count;
        rc = signet_content_compare_lists(content, &content->manifest, &selection.oms, with->opts,
                                          err);
    }
    if (rc == SIGNET_OK) {
        rc = refuse_strays(content, &selection, err);
    }
    return rc == SIGNET_OK ? signet_content_summarise(content, err) : rc;
}

int signet_content_compare(struct signet_content *content,
                           struct signet_artifact *artifact,
                           const struct signet_manifest *measured,
                           const struct signet_evidence *evidence,
                           const struct signet_verify_opts *opts,
                           struct signet_err *err)
{
    const struct comparison with = {
        .content = content,
        .artifact = artifact,
        .measured = measured,
        .opts = opts,
        .shard_size = evidence->claim == SIGNET_CLAIM_OMS ? evidence->oms.shard_size : 0,
    };
    enum signet_artifact_kind kind =
        measured != NULL ? measured->kind : signet_artifact_kind(artifact);
    signet_content_begin(content);
    bool bundle = kind == SIGNET_ARTIFACT_BUNDLE;
    if (opts->only != NULL && bundle && evidence->claim == SIGNET_CLAIM_OMS) {
        return compare_selected(&with, &evidence->oms, err);
    }
    if (opts->only != NULL && !bundle) {
        return signet_err_set(err, SIGNET_E_MISMATCH,
                              "entries can be chosen of a bundle only, and this is a file");
    }
    if (evidence->claim == SIGNET_CLAIM_OMS) {
        return bundle ? compare_bundle(&with, &evidence->oms, err)
                      : compare_listed(&with, evidence, err);
    }
    if (bundle && signet_whole_subject(&evidence->statement) == NULL) {
        return signet_err_set(err, SIGNET_E_MISMATCH,
                              "the signature is over a file, not over this %s",
                              measured != NULL ? "bundle" : "directory");
    }
    if (bundle) {
        return signet_whole_compare(content, artifact, measured, &evidence->statement, opts, err);
    }
    return evidence->claim == SIGNET_CLAIM_SIGNED
               ? compare_file_or_held(&with, &evidence->statement, err)
               : compare_file(&with, &evidence->statement, err);
}
