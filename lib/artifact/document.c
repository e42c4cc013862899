/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a file whole: see artifact/document.h.
 */
#include "artifact/document.h"

#include <errno.h>
#include <sys/stat.h>

#include "artifact/artifact.h"
#include "artifact/manifest.h"
#include "base/err.h"
#include "base/fd.h"
#include "json/canon.h"

enum {
    LEAD = 4096 /* bytes in which an object must begin */
};

int signet_document_probe(const struct signet_artifact *artifact,
                          bool *object,
                          struct signet_err *err)
{
    uint8_t lead[LEAD];
    const struct signet_fd_run run = {.buf = lead, .len = sizeof(lead)};
    size_t got = 0;
    size_t at = 0;
    bool cold = false;
    int rc = signet_fd_pread(artifact->fd, &run, true, &got, &cold, err);
    while (at < got &&
           (lead[at] == ' ' || lead[at] == '\n' || lead[at] == '\r' || lead[at] == '\t')) {
        at++;
    }
    *object = rc == SIGNET_OK && at < got && lead[at] == '{';
    return rc;
}

int signet_document_describe(struct signet_document *document,
                             const char *name,
                             struct signet_err *err)
{
    struct signet_manifest *manifest = &document->manifest;
    struct signet_digest digest;
    struct signet_span bytes = signet_buf_span(&document->text);
    int rc = signet_manifest_begin(manifest, SIGNET_ARTIFACT_FILE, SIGNET_DIGEST_SHA256, err);
    if (rc == SIGNET_OK) {
        rc = signet_manifest_add_file(manifest, signet_span_str(name), bytes.len, 1, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_manifest_make_room(manifest, 1, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_digest_of(SIGNET_DIGEST_SHA256, bytes, &digest, err);
    }
    if (rc == SIGNET_OK) {
        memcpy(signet_manifest_slot(manifest, &manifest->entries[0], 0), digest.bytes, digest.len);
        rc = signet_manifest_seal(manifest, err);
    }
    return rc;
}

static int read_unchanged(const struct signet_artifact *artifact,
                          uint64_t max,
                          struct signet_buf *text,
                          struct signet_err *err)
{
    struct stat before;
    struct stat after;
    if (fstat(artifact->fd, &before) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    int rc = signet_fd_read_file(artifact->fd, artifact->path, max, text, err);
    if (rc == SIGNET_OK && fstat(artifact->fd, &after) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    return rc != SIGNET_OK || signet_fd_unchanged(&before, &after)
               ? rc
               : signet_err_set(err, SIGNET_E_IO, "changed while it was read");
}

int signet_document_read(const struct signet_artifact *artifact,
                         uint64_t max,
                         struct signet_document *document,
                         struct signet_err *err)
{
    memset(document, 0, sizeof(*document));
    signet_buf_init(&document->text, max < SIZE_MAX ? (size_t)max : SIZE_MAX);
    int rc = read_unchanged(artifact, max, &document->text, err);
    if (rc != SIGNET_OK) {
        signet_document_free(document);
    }
    return rc;
}

static int add_to_hash(void *ctx, struct signet_span piece, struct signet_err *err)
{
    int rc = signet_hash_update(ctx, piece);
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "cannot hash the canonical form");
}

static int
hash_form(const struct signet_json_text *text, struct signet_digest *digest, struct signet_err *err)
{
    struct signet_hash *hash = NULL;
    int rc = signet_hash_new(SIGNET_DIGEST_SHA256, &hash, err);
    if (rc == SIGNET_OK) {
        const struct signet_sink sink = {add_to_hash, hash};
        rc = signet_json_canon_part(text, text->bytes, sink, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_hash_final(hash, digest);
        signet_err_set(err, rc, "cannot hash the canonical form");
    }
    signet_hash_free(hash);
    return rc;
}

int signet_document_canonize(struct signet_document *document,
                             const struct signet_json_text *text,
                             const struct signet_limits *limits,
                             uint64_t *inexact,
                             struct signet_err *err)
{
    struct signet_json_text scanned = {.bytes = signet_buf_span(&document->text)};
    int rc = text == NULL ? signet_json_text_scan(&scanned, limits, err) : (int)SIGNET_OK;
    const struct signet_json_text *form = text != NULL ? text : &scanned;
    if (rc == SIGNET_OK) {
        rc = hash_form(form, &document->manifest.canonical, err);
    }
    if (inexact != NULL) {
        bool any = rc == SIGNET_OK && form->index.inexact != 0;
        *inexact = any ? form->index.inexact - 1 : SIGNET_NO_OFFSET;
    }
    signet_json_text_clear(&scanned);
    return rc;
}

void signet_document_free(struct signet_document *document)
{
    if (document != NULL) {
        signet_buf_free(&document->text);
        signet_manifest_free(&document->manifest);
    }
}
