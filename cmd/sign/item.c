/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign at one operand: open, state, sign, write. Owns the order, in which nothing is
 * written before what is written verified; what is stated is the library's.
 */
#include <signet/io.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/say.h"
#include "common/sidecar.h"
#include "sign/parts.h"
#include "sign/sign.h"

bool signet_sign_as_bundle(const struct signet_sign_run *run, const struct signet_sign_item *item)
{
    return signet_artifact_kind(item->artifact) == SIGNET_ARTIFACT_BUNDLE ||
           signet_opts_has(&run->tool->opts, SIGNET_SIGN_CONTENTS);
}

/* The signature file whose statement is signed again, if there is one. */
static int
read_added(const struct signet_sign_run *run, struct signet_buf *text, struct signet_err *err)
{
    const char *path = signet_opts_value(&run->tool->opts, SIGNET_SIGN_ADD_TO);
    signet_buf_init(text, 0);
    return path != NULL
               ? signet_io_read(path, signet_limits_signature_file(&run->tool->limits), text, err)
               : (int)SIGNET_OK;
}

static int
state(const struct signet_sign_run *run, struct signet_sign_item *item, struct signet_err *err)
{
    char *own_name = NULL;
    struct signet_buf add_to;
    struct signet_sign_parts parts = {0};
    struct signet_sign_opts opts = {
        .size = sizeof(opts),
        .format = run->format,
        .path = item->path,
        .alg = run->alg,
        .shard_size = signet_sign_as_bundle(run, item) ? run->shard_size : 0,
        .ignore = (const char *const *)run->ignores.paths,
        .contents = signet_opts_has(&run->tool->opts, SIGNET_SIGN_CONTENTS),
        .limits = &run->tool->limits,
        .jobs = run->tool->jobs,
        .progress = signet_tool_progress(run->tool),
        .progress_ctx = run->tool,
        .stop = run->key != NULL ? signet_sign_key_failed : NULL,
        .stop_ctx = run->key,
    };
    int rc = read_added(run, &add_to, err);
    opts.add_to = signet_buf_span(&add_to);
    if (rc == SIGNET_OK) {
        rc = signet_sign_system_find(run, item, err);
    }
    if (rc == SIGNET_OK && item->system != NULL) {
        opts.files = signet_system_files(item->system);
        opts.ignore = NULL;
    } else if (rc == SIGNET_OK && signet_artifact_kind(item->artifact) == SIGNET_ARTIFACT_BUNDLE) {
        rc = signet_sidecar_inside(item->output, item->path, &own_name, err);
        opts.own_name = own_name;
    } else if (run->tool->opts.operand_count == 1 && !signet_sign_as_bundle(run, item) &&
               signet_opts_has(&run->tool->opts, SIGNET_SIGN_IGNORE)) {
        rc = signet_err_set(err, SIGNET_E_USAGE,
                            "option --ignore goes with a folder, or with --contents");
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_verdict_find(run, item, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_attest_state(run, item, &opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_release_state(run, item, &opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sign_parts_read(&parts, run, item, err);
    }
    if (rc == SIGNET_OK) {
        opts.part_files = parts.files;
        opts.part_file_count = parts.count;
        rc = signet_sign_reuse_open(run, item, err);
    }
    if (rc == SIGNET_OK) {
        opts.reuse = item->reuse.reuse;
        rc = signet_signing_new(item->artifact, &opts, &item->signing, err);
    }
    if (rc == SIGNET_E_MISMATCH && parts.count > 0) {
        run->tool->hint =
            "give every part once, made of the folder as it is and with the same --ignore";
    }
    signet_progress_erase(&run->tool->progress);
    signet_sign_parts_free(&parts);
    signet_buf_free(&add_to);
    free(own_name);
    return rc;
}

static const char *what_is_covered(const struct signet_sign_run *run,
                                   const struct signet_sign_item *item)
{
    if (signet_sign_in_place(run)) {
        return run->at == NULL ? "signed in place: covers the whole document"
                               : "signed in place: covers the parts that were named, no others";
    }
    if (run->kind != 0) {
        return signet_sign_endorse_covers(run);
    }
    if (signet_opts_has(&run->tool->opts, SIGNET_SIGN_ADD_TO)) {
        return "covers what that signature covers, as one more signer";
    }
    const char *other = signet_sign_attest_covers(run, item);
    if (other != NULL) {
        return other;
    }
    if (item->system != NULL) {
        return "covers names and contents of programs, libraries and scripts, and their use";
    }
    if (signet_sign_as_bundle(run, item)) {
        return "covers names and contents, not modes, owners, times or links";
    }
    return run->release.named != NULL ? "covers the bytes of the file, as that release"
                                      : "covers the bytes of the file";
}

/* One line on stdout: which file was written and what its signature covers. */
static int say_written(const struct signet_sign_run *run,
                       const char *output,
                       const char *covers,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char line[SIGNET_SHOW_MAX + 160];
    if (strcmp(output, "-") == 0 || run->tool->json || run->tool->quiet) {
        return SIGNET_OK;
    }
    int len = snprintf(line, sizeof(line), "%s: %s\n",
                       signet_utf8_show(signet_span_str(output), shown), covers);
    return signet_io_write("-", signet_span_of(line, len > 0 ? (size_t)len : 0), 0, true, err);
}

static int sign(const struct signet_sign_run *run,
                struct signet_sign_item *item,
                struct signet_output *out,
                struct signet_err *err)
{
    const struct signet_seckey *key = run->key->seckey;
    if (item->embedding != NULL) {
        return signet_embedding_finish(item->embedding, key, out, &item->result, err);
    }
    return item->endorsing != NULL
               ? signet_endorsing_finish(item->endorsing, key, item->output, out, &item->result,
                                         err)
               : signet_signing_finish(item->signing, key, item->output, out, &item->result, err);
}

static int open_output(const struct signet_sign_run *run,
                       const struct signet_sign_item *item,
                       const char *path,
                       struct signet_output **out,
                       struct signet_err *err)
{
    bool replace = signet_opts_has(&run->tool->opts, SIGNET_SIGN_FORCE);
    int rc = signet_output_open(path, signet_sign_mode(run, item), replace, out, err);
    if (rc == SIGNET_OK) {
        signet_output_hold(*out);
    }
    return rc;
}

/* Signs the release of a bundle; the report is about the list of its files. */
static int sign_release(const struct signet_sign_run *run,
                        struct signet_sign_item *item,
                        struct signet_output **out,
                        struct signet_err *err)
{
    struct signet_verification *result = NULL;
    int rc = open_output(run, item, item->release_output, out, err);
    if (rc == SIGNET_OK) {
        rc = signet_signing_release(item->signing, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_signing_finish(item->signing, run->key->seckey, item->release_output, *out,
                                   &result, err);
    }
    signet_verification_free(result);
    return rc;
}

/* Nothing appears before all that was to be signed is. */
static int write_signatures(const struct signet_sign_run *run,
                            struct signet_sign_item *item,
                            struct signet_err *err)
{
    struct signet_output *out = NULL;
    struct signet_output *release = NULL;
    int rc = open_output(run, item, item->output, &out, err);
    if (rc == SIGNET_OK) {
        rc = sign(run, item, out, err);
    }
    if (rc == SIGNET_OK && item->release_output != NULL) {
        rc = sign_release(run, item, &release, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(out, err);
    }
    if (rc == SIGNET_OK && release != NULL) {
        rc = signet_output_commit(release, err);
    }
    signet_output_free(out);
    signet_output_free(release);
    if (rc == SIGNET_OK) {
        signet_sign_reuse_keep(run, item);
        rc = say_written(run, item->output, what_is_covered(run, item), err);
    }
    return rc == SIGNET_OK && item->release_output != NULL
               ? say_written(run, item->release_output, "names the release of all that", err)
               : rc;
}

/* What a dry run prints: what would be signed, each on a line of its own if it is more than one. */
static int print_statements(struct signet_sign_item *item, struct signet_err *err)
{
    int rc = signet_say_result(signet_signing_statement(item->signing), err);
    if (rc == SIGNET_OK && item->release_output != NULL) {
        rc = signet_signing_release(item->signing, err);
        if (rc == SIGNET_OK) {
            rc = signet_io_write("-", signet_span_str("\n"), 0, true, err);
        }
        if (rc == SIGNET_OK) {
            rc = signet_say_result(signet_signing_statement(item->signing), err);
        }
    }
    return rc;
}

int signet_sign_item_state(const struct signet_sign_run *run,
                           struct signet_sign_item *item,
                           struct signet_err *err)
{
    int rc = signet_artifact_open(item->path, &item->artifact, err);
    if (rc == SIGNET_OK) {
        rc = signet_sign_output(run, item, &item->output, err);
    }
    if (rc == SIGNET_OK && run->key != NULL) {
        rc = signet_sign_check_output(run, item, item->output, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (run->kind != 0) {
        return signet_sign_endorse_state(run, item, err);
    }
    return signet_sign_in_place(run) ? signet_sign_embed_state(run, item, err)
                                     : state(run, item, err);
}

int signet_sign_item_finish(const struct signet_sign_run *run,
                            struct signet_sign_item *item,
                            struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (signet_sign_in_place(run)) {
        return write_signatures(run, item, err);
    }
    if (item->endorsing != NULL) {
        int rc = run->key != NULL
                     ? write_signatures(run, item, err)
                     : signet_say_result(signet_endorsing_payload(item->endorsing), err);
        if (rc == SIGNET_OK) {
            signet_sign_endorse_tell(run, item);
        }
        return rc;
    }
    const struct signet_manifest *manifest = signet_signing_manifest(item->signing);
    if (manifest->stripped != NULL) {
        signet_tool_note(run->tool, "all entries lie below %s: signed as that folder",
                         signet_utf8_show(signet_span_str(manifest->stripped), shown));
    }
    if (manifest->from_parts > 0) {
        signet_tool_note(run->tool,
                         "%zu digests taken from part manifests; no contents were read here",
                         manifest->from_parts);
    }
    signet_ignores_tell(&run->ignores, run->tool, manifest);
    int rc = run->key != NULL ? write_signatures(run, item, err) : print_statements(item, err);
    return rc == SIGNET_OK ? signet_sign_verdict_tell(run, item, err) : rc;
}

void signet_sign_item_free(struct signet_sign_item *item)
{
    signet_verification_free(item->result);
    signet_verification_free(item->verdict);
    signet_buf_free(&item->summary);
    signet_signing_free(item->signing);
    signet_embedding_free(item->embedding);
    signet_endorsing_free(item->endorsing);
    signet_sign_reuse_close(&item->reuse);
    signet_system_free(item->system);
    signet_artifact_close(item->artifact);
    free(item->output);
    free(item->release_output);
}
