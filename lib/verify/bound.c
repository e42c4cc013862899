/* SPDX-License-Identifier: Apache-2.0
 *
 * What a verified BOM lists against what a model is: see bound.h. Owns how a list of hashes by
 * several algorithms is compared; which files it has is artifact/bom_files.c's to say.
 */
#include "verify/bound.h"

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "envelope/jsf.h"
#include "verify/entries.h"

enum {
    PASSES_MAX = SIGNET_DIGEST_BLAKE2B_384 /* one for each algorithm */
};

/* The model as it was read, once for each algorithm besides SHA-256, which every reading has. */
struct passes {
    struct signet_manifest list[PASSES_MAX];
    size_t count;
};

/* One comparison. */
struct comparison {
    struct signet_content *content;
    const struct signet_bom_files *files;
    struct signet_artifact *artifact;
    const struct signet_verify_opts *opts;
    const char *
        *ignore;   /* the BOM and its signature files, inside the model, and what may be there */
    bool contents; /* the artifact is an archive of the model */
};

/* The list is read from the text that was parsed and kept. It must be the one that was verified. */
static int check_bom(const struct signet_verification *bom, struct signet_err *err)
{
    const struct signet_verified *verified = signet_verification_verified(bom);
    const struct signet_manifest *kept = &bom->embedded.document.manifest;
    if (verified != NULL && signet_source_excluded(bom->decided, NULL) > 0) {
        return signet_err_set(err, SIGNET_E_DENIED,
                              "the signature of the BOM leaves members out, so anyone can change "
                              "what it lists");
    }
    if (verified == NULL || signet_verification_code(bom) != SIGNET_OK || verified->partial) {
        return signet_err_set(err, SIGNET_E_UNVERIFIED,
                              "the BOM was not verified as a whole, so what it lists is nothing to "
                              "compare with");
    }
    if (bom->embedded.unread.code != SIGNET_OK) {
        return signet_err_copy(err, &bom->embedded.unread);
    }
    if (bom->embedded.bom.kind == 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a CycloneDX document that lists a model, found something "
                              "else");
    }
    return signet_digest_eq(&kept->identity, &verified->identity)
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_IO, "the BOM changed while it was verified");
}

int signet_bound_read(const struct signet_verification *bom,
                      const struct signet_limits *limits,
                      struct signet_bom_files *files,
                      struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    memset(files, 0, sizeof(*files));
    int rc = check_bom(bom, err);
    return rc == SIGNET_OK ? signet_bom_files_read(signet_json_top(bom->embedded.json.bytes),
                                                   &bom->embedded.bom,
                                                   limits != NULL ? limits : &standard, files, err)
                           : rc;
}

static int measure(const struct comparison *with,
                   enum signet_digest_alg alg,
                   struct passes *passes,
                   struct signet_err *err)
{
    struct signet_measure_opts how =
        signet_content_how(with->opts, with->ignore, with->content->own_names);
    how.alg = alg;
    how.contents = with->contents;
    how.strip = signet_content_strip(with->opts, with->files->subject);
    struct signet_manifest *manifest = &passes->list[passes->count];
    int rc = signet_artifact_measure(with->artifact, &how, manifest, err);
    passes->count += rc == SIGNET_OK ? 1 : 0;
    if (rc == SIGNET_OK && !signet_digest_eq(&manifest->identity, &passes->list[0].identity)) {
        return signet_err_set(err, SIGNET_E_IO, "changed while it was verified");
    }
    return rc;
}

static int measure_all(const struct comparison *with, struct passes *passes, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (unsigned alg = SIGNET_DIGEST_SHA384; rc == SIGNET_OK && alg <= PASSES_MAX; alg++) {
        if ((with->files->algs & 1U << alg) != 0) {
            rc = measure(with, (enum signet_digest_alg)alg, passes, err);
        }
    }
    return rc == SIGNET_OK && passes->count == 0 ? measure(with, SIGNET_DIGEST_SHA256, passes, err)
                                                 : rc;
}

/* The digest of an entry by an algorithm that it was measured by; NULL if it was not. */
static const uint8_t *
found_digest(const struct passes *passes, enum signet_digest_alg alg, size_t entry)
{
    if (alg == SIGNET_DIGEST_SHA256) {
        return passes->list[0].entries[entry].sha256;
    }
    for (size_t i = 0; i < passes->count; i++) {
        const struct signet_manifest *manifest = &passes->list[i];
        if (manifest->alg == alg) {
            return signet_entry_digest(manifest, &manifest->entries[entry], 0).ptr;
        }
    }
    return NULL;
}

/* Every hash of a file must match; the first that does not is noted. */
static int compare_file(const struct comparison *with,
                        const struct passes *passes,
                        const struct signet_bom_file *file,
                        size_t entry,
                        struct signet_err *err)
{
    for (size_t i = 0; i < file->count; i++) {
        const struct signet_digest *expected = &file->digests[i];
        const uint8_t *found = found_digest(passes, expected->alg, entry);
        if (found == NULL) {
            return signet_err_set(err, SIGNET_E_INTERNAL, "not measured by %s",
                                  signet_digest_name(expected->alg));
        }
        if (memcmp(found, expected->bytes, expected->len) != 0) {
            return signet_content_add_changed(with->content,
                                              signet_span_str(passes->list[0].entries[entry].name),
                                              expected->alg, expected->bytes, found, err);
        }
    }
    with->content->matched++;
    return SIGNET_OK;
}

/* A file that is not listed refuses if the list is complete. */
static int add_unlisted(const struct comparison *with, const char *name, struct signet_err *err)
{
    bool refuses = with->files->complete && !with->opts->insecure_ignore_unsigned;
    with->content->not_checked += refuses ? 0 : 1;
    return signet_content_add(with->content, SIGNET_DIFFERENCE_UNSIGNED, signet_span_str(name),
                              refuses, err);
}

/* Both lists are sorted by name, so they are walked in step. */
static int
compare_lists(const struct comparison *with, const struct passes *passes, struct signet_err *err)
{
    const struct signet_manifest *manifest = &passes->list[0];
    const struct signet_bom_files *files = with->files;
    size_t i = 0;
    size_t j = 0;
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && (i < manifest->count || j < files->count)) {
        int order = j == files->count ? -1 : 1;
        if (i < manifest->count && j < files->count) {
            order = strcmp(manifest->entries[i].name, files->list[j].name);
        }
        if (order < 0) {
            rc = add_unlisted(with, manifest->entries[i].name, err);
        } else if (order > 0) {
            rc = signet_content_add(with->content, SIGNET_DIFFERENCE_MISSING,
                                    signet_span_str(files->list[j].name), true, err);
        } else {
            rc = compare_file(with, passes, &files->list[j], i, err);
        }
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
    return rc;
}

static int
compare_bundle(const struct comparison *with, struct passes *passes, struct signet_err *err)
{
    int rc = measure_all(with, passes, err);
    if (rc == SIGNET_OK) {
        rc = compare_lists(with, passes, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_content_compare_ignored(with->content, &passes->list[0], with->opts, err);
    }
    return rc == SIGNET_OK ? signet_content_summarise(with->content, err) : rc;
}

static int
compare_single(const struct comparison *with, struct passes *passes, struct signet_err *err)
{
    int rc = measure_all(with, passes, err);
    if (rc == SIGNET_OK) {
        rc = compare_file(with, passes, &with->files->list[0], 0, err);
    }
    return rc == SIGNET_OK ? signet_content_summarise(with->content, err) : rc;
}

/* A file is the one that is listed, if that is so called, or an archive of them all. */
static int compare_one(struct comparison *with, struct passes *passes, struct signet_err *err)
{
    const struct signet_bom_files *files = with->files;
    const char *archive = NULL;
    if (files->single || (files->count == 1 &&
                          strcmp(files->list[0].name, signet_artifact_name(with->artifact)) == 0)) {
        return compare_single(with, passes, err);
    }
    int rc = signet_artifact_archive(with->artifact, &archive, err);
    if (rc == SIGNET_OK && archive == NULL) {
        char shown[SIGNET_SHOW_MAX];
        rc = signet_err_set(err, SIGNET_E_MISMATCH,
                            "the BOM lists %zu files of the model, the first of which is %s, and "
                            "this is another file",
                            files->count,
                            signet_utf8_show(signet_span_str(files->list[0].name), shown));
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    with->contents = true;
    with->content->archive = archive;
    return compare_bundle(with, passes, err);
}

static bool lists_below(const struct signet_bom_files *files, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < files->count; i++) {
        const char *path = files->list[i].name;
        if (strncmp(path, name, len) == 0 && (path[len] == '\0' || path[len] == '/')) {
            return true;
        }
    }
    return false;
}

/* Paths that are not looked into: the BOM and its signature files, what the caller lets be there,
 * and those of git's own names that the BOM does not list. */
static int find_ignored(struct comparison *with)
{
    const struct signet_verification *bom = with->opts->bom;
    const char *const *git = signet_artifact_git_names();
    const char *const own[] = {with->opts->bom_name, NULL};
    const char *unlisted[8] = {NULL};
    size_t count = 0;
    struct signet_arena *storage = &with->content->storage;
    for (size_t i = 0; git[i] != NULL && count + 1 < SIGNET_COUNT(unlisted); i++) {
        if (!lists_below(with->files, git[i])) {
            unlisted[count++] = git[i];
        }
    }
    with->content->own_names = signet_content_ignores(storage, own, bom->content.own_names);
    const char **others = signet_content_ignores(storage, unlisted, with->opts->accept_ignored);
    if (with->content->own_names == NULL || others == NULL) {
        return SIGNET_E_NOMEM;
    }
    with->ignore = signet_content_ignores(storage, others, with->content->own_names);
    return with->ignore != NULL ? SIGNET_OK : SIGNET_E_NOMEM;
}

static int compare(struct comparison *with, struct passes *passes, struct signet_err *err)
{
    if (find_ignored(with) != SIGNET_OK) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the ignore paths");
    }
    if (signet_artifact_kind(with->artifact) != SIGNET_ARTIFACT_BUNDLE) {
        return compare_one(with, passes, err);
    }
    return with->files->single
               ? signet_err_set(err, SIGNET_E_MISMATCH,
                                "the BOM has the hash of a model that is one file, and this is a "
                                "directory")
               : compare_bundle(with, passes, err);
}

int signet_bound_compare(struct signet_verification *verification,
                         struct signet_artifact *artifact,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    struct signet_content *content = &verification->content;
    struct comparison with = {
        .content = content,
        .files = &verification->files,
        .artifact = artifact,
        .opts = opts,
    };
    struct passes passes = {.count = 0};
    signet_content_begin(content);
    int rc = compare(&with, &passes, err);
    for (size_t i = 1; i < passes.count; i++) {
        signet_manifest_free(&passes.list[i]);
    }
    if (passes.count > 0) {
        content->manifest = passes.list[0];
        content->measured = true;
        verification->manifest = &content->manifest;
        verification->kind = content->manifest.kind; /* an archive is a bundle */
    }
    return rc;
}
