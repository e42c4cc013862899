/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --bind: a model and its BOM. Owns which files are listed; how they are is the
 * library's.
 */
#include "sign/bind.h"

#include <signet/bind.h>
#include <signet/io.h>
#include <signet/text.h>
#include <stdlib.h>

#include "common/sidecar.h"

int signet_sign_bind_check(const struct signet_opts *opts, struct signet_err *err)
{
    static const int others[] = {SIGNET_SIGN_FORMAT,   SIGNET_SIGN_HASH,  SIGNET_SIGN_SHARD_SIZE,
                                 SIGNET_SIGN_MANIFEST, SIGNET_SIGN_REUSE, 0};
    static const int of_one_path[] = {SIGNET_SIGN_BIND, 0};
    int rc = signet_opts_one_operand(opts, of_one_path, err);
    return rc == SIGNET_OK ? signet_opts_apart(opts, SIGNET_SIGN_BIND, others, err) : rc;
}

/* The paths to leave out, and the document if it will lie in the model; NULL: out of memory. */
static const char **join(char *const *paths, const char *own_name)
{
    size_t count = 0;
    while (paths != NULL && paths[count] != NULL) {
        count++;
    }
    const char **joined = calloc(count + 2, sizeof(*joined));
    for (size_t i = 0; joined != NULL && i < count; i++) {
        joined[i] = paths[i];
    }
    if (joined != NULL) {
        joined[count] = own_name;
    }
    return joined;
}

static int measure(const struct signet_sign_run *run,
                   struct signet_artifact *artifact,
                   const char *own_name,
                   struct signet_manifest *manifest,
                   struct signet_err *err)
{
    const char *const own_names[] = {own_name, NULL};
    const char **ignore = join(run->ignores.paths, own_name);
    const struct signet_measure_opts how = {
        .size = sizeof(how),
        .limits = &run->tool->limits,
        .ignore = ignore,
        .files_only = own_names,
        .contents = signet_opts_has(&run->tool->opts, SIGNET_SIGN_CONTENTS),
        .strip = {.rule = SIGNET_STRIP_ONE},
        .jobs = run->tool->jobs,
        .progress = signet_tool_progress(run->tool),
        .progress_ctx = run->tool,
    };
    int rc = ignore != NULL ? signet_artifact_measure(artifact, &how, manifest, err)
                            : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    signet_progress_erase(&run->tool->progress);
    free(ignore);
    return rc;
}

/* Measures the model at path, in which the document may be going to lie. */
static int measure_model(const struct signet_sign_run *run,
                         const char *path,
                         const char *output,
                         struct signet_manifest *manifest,
                         struct signet_err *err)
{
    struct signet_artifact *artifact = NULL;
    char *own_name = NULL;
    int rc = signet_artifact_open(path, &artifact, err);
    if (rc == SIGNET_OK && signet_artifact_kind(artifact) == SIGNET_ARTIFACT_BUNDLE) {
        rc = signet_sidecar_inside(output, path, &own_name, err);
    }
    if (rc == SIGNET_OK) {
        rc = measure(run, artifact, own_name, manifest, err);
    }
    free(own_name);
    signet_artifact_close(artifact);
    if (rc != SIGNET_OK) {
        signet_tool_name(err, path);
    }
    return rc;
}

int signet_sign_bind(const struct signet_sign_run *run,
                     const char *output,
                     struct signet_buf *out,
                     struct signet_err *err)
{
    const char *path = signet_opts_value(&run->tool->opts, SIGNET_SIGN_BIND);
    struct signet_manifest manifest = {0};
    struct signet_buf text;
    signet_buf_init(out, 0);
    int rc = signet_io_read(path, run->tool->limits.document, &text, err);
    if (rc == SIGNET_OK) {
        rc = measure_model(run, run->tool->opts.operands[0], output, &manifest, err);
    }
    if (rc == SIGNET_OK) {
        signet_ignores_tell(&run->ignores, run->tool, &manifest);
        rc = signet_bind(signet_buf_span(&text), &manifest, &run->tool->limits, out, err);
        if (rc != SIGNET_OK) {
            signet_tool_name(err, path);
        }
    }
    signet_manifest_free(&manifest);
    signet_buf_free(&text);
    return rc;
}
