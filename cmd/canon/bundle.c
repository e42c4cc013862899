/* SPDX-License-Identifier: Apache-2.0
 *
 * The manifest of a directory, an archive, or of any file, as signet-canon prints it: "HEX  NAME"
 * for each entry, "root  HEX", and the identity, "bundle  HEX" or "file  HEX". Owns the lines;
 * order and digests are the library's (signet/artifact.h).
 */
#include <signet/artifact.h>
#include <signet/io.h>
#include <signet/text.h>

#include "canon/canon.h"
#include "common/ignores.h"
#include "common/say.h"

static struct signet_digest entry_digest(const struct signet_manifest *manifest,
                                         const struct signet_entry *entry)
{
    struct signet_span bytes = signet_entry_digest(manifest, entry, 0);
    struct signet_digest digest = {.alg = manifest->alg, .len = bytes.len};
    memcpy(digest.bytes, bytes.ptr, bytes.len);
    return digest;
}

static const char *kind_word(const struct signet_manifest *manifest)
{
    return manifest->kind == SIGNET_ARTIFACT_BUNDLE ? "bundle" : "file";
}

static int
put_line(struct signet_output *out, const char *first, const char *second, struct signet_err *err)
{
    const char *const parts[] = {first, "  ", second, "\n"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        int rc = signet_output_write(out, signet_span_str(parts[i]), err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    return SIGNET_OK;
}

/* On a terminal a name is escaped: it may hold characters that deceive a reader. */
static int put_entry(struct signet_output *out,
                     const char *digest,
                     const char *name,
                     bool terminal,
                     struct signet_err *err)
{
    struct signet_buf shown;
    if (!terminal) {
        return put_line(out, digest, name, err);
    }
    signet_buf_init(&shown, SIZE_MAX);
    signet_utf8_escape(&shown, signet_span_str(name));
    int rc = signet_buf_putc(&shown, '\0') == SIGNET_OK
                 ? put_line(out, digest, (const char *)shown.data, err)
                 : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a name");
    signet_buf_free(&shown);
    return rc;
}

static int put_lines(struct signet_output *out,
                     const struct signet_manifest *manifest,
                     bool terminal,
                     struct signet_err *err)
{
    char hex[SIGNET_DIGEST_HEX];
    for (size_t i = 0; i < manifest->count; i++) {
        struct signet_digest digest = entry_digest(manifest, &manifest->entries[i]);
        int rc = put_entry(out, signet_digest_hex(&digest, hex), manifest->entries[i].name,
                           terminal, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    int rc = put_line(out, "root", signet_digest_hex(&manifest->root, hex), err);
    if (rc == SIGNET_OK) {
        rc = put_line(out, kind_word(manifest), signet_digest_hex(&manifest->identity, hex), err);
    }
    return rc;
}

static void put_manifest(struct signet_canon *canon, const struct signet_manifest *manifest)
{
    struct signet_output *out = NULL;
    if (canon->output == NULL) {
        return;
    }
    int rc = signet_output_open(canon->output, 0644, false, &out, &canon->err);
    if (rc == SIGNET_OK) {
        bool terminal = strcmp(canon->output, "-") == 0 && signet_say_to_terminal();
        rc = put_lines(out, manifest, terminal, &canon->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(out, &canon->err);
    }
    signet_output_free(out);
    if (rc != SIGNET_OK) {
        signet_canon_fail(canon, rc, NULL);
    }
}

static void
report_names(struct signet_jsonout *body, const char *name, const char *const *names, size_t count)
{
    signet_jsonout_open_array(body, name);
    for (size_t i = 0; i < count; i++) {
        signet_jsonout_text(body, NULL, names[i]);
    }
    signet_jsonout_close_array(body);
}

static void report_manifest(struct signet_canon *canon,
                            const struct signet_manifest *manifest,
                            const char *format)
{
    char hex[SIGNET_DIGEST_HEX];
    struct signet_jsonout *body = &canon->tool.body;
    signet_jsonout_text(body, "kind", kind_word(manifest));
    if (format != NULL) {
        signet_jsonout_text(body, "format", format);
        signet_jsonout_text(body, "stripped", manifest->stripped);
    }
    signet_jsonout_text(body, "algorithm", signet_digest_name(manifest->alg));
    signet_jsonout_text(body, "root", signet_digest_hex(&manifest->root, hex));
    signet_jsonout_text(body, "identity", signet_digest_hex(&manifest->identity, hex));
    signet_jsonout_number(body, "bytes", manifest->bytes);
    signet_jsonout_open_array(body, "entries");
    for (size_t i = 0; i < manifest->count; i++) {
        const struct signet_entry *entry = &manifest->entries[i];
        struct signet_digest digest = entry_digest(manifest, entry);
        signet_jsonout_open_object(body, NULL);
        signet_jsonout_text(body, "name", entry->name);
        signet_jsonout_number(body, "size", entry->size);
        signet_jsonout_text(body, "digest", signet_digest_hex(&digest, hex));
        signet_jsonout_close_object(body);
    }
    signet_jsonout_close_array(body);
    report_names(body, "ignored", manifest->ignored, manifest->ignored_count);
    report_names(body, "uncovered", manifest->uncovered, manifest->uncovered_count);
}

/* What is to be done about what cannot be listed. */
static const char *measure_hint(int rc, const char *format)
{
    if (rc != SIGNET_E_FORBIDDEN) {
        return NULL;
    }
    return format == NULL ? "--ignore PATH leaves out what cannot be listed"
                          : "an archive is listed whole or not at all; pack it without that";
}

static int measure(struct signet_canon *canon,
                   const struct signet_ignores *ignores,
                   struct signet_artifact *artifact,
                   const char *format,
                   struct signet_manifest *manifest)
{
    const struct signet_measure_opts opts = {
        .size = sizeof(opts),
        .alg = canon->alg,
        .limits = &canon->tool.limits,
        .ignore = (const char *const *)ignores->paths,
        .contents = format != NULL,
        .strip = canon->strip,
        .jobs = canon->tool.jobs,
        .progress = signet_tool_progress(&canon->tool),
        .progress_ctx = &canon->tool,
    };
    bool file = signet_artifact_kind(artifact) == SIGNET_ARTIFACT_FILE;
    if (file && format == NULL && ignores->given > 0) {
        return signet_canon_usage_error(canon,
                                        "option --ignore goes with a directory or an archive");
    }
    if (format == NULL && signet_opts_has(&canon->tool.opts, SIGNET_CANON_STRIP)) {
        return signet_canon_usage_error(canon, "option --strip goes with an archive");
    }
    int rc = signet_artifact_measure(artifact, &opts, manifest, &canon->err);
    return rc == SIGNET_OK ? rc : signet_canon_fail(canon, rc, measure_hint(rc, format));
}

void signet_canon_bundle(struct signet_canon *canon,
                         struct signet_artifact *artifact,
                         const char *format)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_ignores ignores;
    struct signet_manifest manifest;
    memset(&manifest, 0, sizeof(manifest));
    int rc = signet_ignores_collect(&ignores, &canon->tool, SIGNET_CANON_IGNORE, &canon->err);
    if (rc != SIGNET_OK) {
        signet_canon_fail(canon, rc, NULL);
        return;
    }
    if (measure(canon, &ignores, artifact, format, &manifest) == SIGNET_OK) {
        if (manifest.stripped != NULL) {
            signet_tool_note(&canon->tool, "all entries lie below %s: read as that folder",
                             signet_utf8_show(signet_span_str(manifest.stripped), shown));
        }
        if (manifest.kind == SIGNET_ARTIFACT_BUNDLE) {
            signet_ignores_tell(&ignores, &canon->tool, &manifest);
        }
        signet_tool_detail(&canon->tool, "%zu entries, %llu bytes", manifest.count,
                           (unsigned long long)manifest.bytes);
        if (canon->tool.json || canon->tool.report != NULL) {
            report_manifest(canon, &manifest, format);
        }
        if (canon->digest) {
            signet_canon_put_digest(canon, &manifest.root);
        } else {
            put_manifest(canon, &manifest);
        }
    }
    signet_manifest_free(&manifest);
    signet_ignores_free(&ignores);
}
