/* SPDX-License-Identifier: Apache-2.0
 *
 * What common/verifying.h says. The verdicts are the library's.
 */
#include "common/verifying.h"

#include <signet/io.h>
#include <signet/report.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/operands.h"
#include "common/say.h"

void signet_verifying_init(struct signet_verifying *all,
                           struct signet_tool *tool,
                           const struct signet_insecure *insecure)
{
    *all = (struct signet_verifying){.tool = tool, .insecure = insecure};
    for (; insecure->name != NULL; insecure++) {
        if (signet_opts_has(&tool->opts, insecure->id)) {
            signet_tool_note(tool, "%s: %s", insecure->name, insecure->note);
        }
    }
}

void signet_verifying_free(struct signet_verifying *all)
{
    while (all->count > 0) {
        signet_verification_free(all->results[--all->count]); /* a model before its BOM */
    }
    free(all->results);
    all->results = NULL;
}

struct signet_verify_opts signet_verifying_opts(struct signet_tool *tool)
{
    return (struct signet_verify_opts){
        .size = sizeof(struct signet_verify_opts),
        .limits = &tool->limits,
        .jobs = tool->jobs,
        .progress = signet_tool_progress(tool),
        .progress_ctx = tool,
    };
}

int signet_verifying_gather(struct signet_tool *tool,
                            const char *path,
                            const struct signet_artifact *artifact,
                            struct signet_signatures *signatures,
                            struct signet_err *err)
{
    signatures->max = signet_signature_max(artifact, &tool->limits);
    int rc = signet_opts_has(&tool->opts, SIGNET_OPT_SIGNATURE)
                 ? signet_signatures_named(signatures, tool, SIGNET_OPT_SIGNATURE, path, err)
                 : signet_signatures_find(signatures, tool, path, err);
    return rc == SIGNET_OK ? signet_signatures_dated(signatures, tool, err) : rc;
}

int signet_verifying_verify(struct signet_artifact *artifact,
                            const char *path,
                            const struct signet_signatures *signatures,
                            struct signet_verify_opts *opts,
                            struct signet_verification **result,
                            struct signet_err *err)
{
    if (signatures->count == 0 && signatures->unread_count > 0) {
        *err = signatures->unread; /* better than to say that there is none */
        return err->code;
    }
    opts->signatures = signatures->files;
    opts->signature_count = signatures->count;
    return signet_verify(artifact, path, opts, result, err);
}

static void say_details(const struct signet_verification *result, bool signers)
{
    struct signet_buf text;
    signet_buf_init(&text, SIZE_MAX);
    signet_report_details(result, signers, &text);
    signet_say(STDERR_FILENO, signet_buf_span(&text));
    signet_buf_free(&text);
}

static const char *next_step(const struct signet_verifying *all,
                             const char *path,
                             const struct signet_verification *result)
{
    if (signet_report_error(result)->code == SIGNET_E_NO_SIGNATURE) {
        if (signet_sidecar_ending(path)) {
            return "that is named like a signature file; name what it belongs to";
        }
        if (all->unsigned_hint != NULL) {
            return all->unsigned_hint;
        }
    }
    return signet_report_next_step(result);
}

static void
tell(const struct signet_verifying *all, const char *path, const struct signet_verification *result)
{
    struct signet_tool *tool = all->tool;
    const struct signet_err *err = signet_report_error(result);
    signet_progress_erase(&tool->progress);
    if (err->code != SIGNET_OK) {
        struct signet_err named = *err;
        signet_tool_name(&named, path);
        signet_tool_fail(tool, &named, next_step(all, path, result));
    }
    if (!tool->quiet || err->code != SIGNET_OK) {
        say_details(result, tool->verbose || err->code != SIGNET_OK);
    }
}

int signet_verifying_add(struct signet_verifying *all,
                         const char *path,
                         struct signet_verification *result,
                         const struct signet_err *why,
                         struct signet_err *err)
{
    struct signet_verification **longer =
        realloc(all->results, (all->count + 1) * sizeof(struct signet_verification *));
    if (longer == NULL) {
        signet_verification_free(result);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    all->results = longer;
    if (result == NULL) {
        struct signet_err reason = *why;
        signet_err_set(&reason, SIGNET_E_INTERNAL, "no verdict");
        int rc = signet_verification_failed(path, &reason, &result, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    all->results[all->count++] = result;
    tell(all, path, result);
    return SIGNET_OK;
}

int signet_verifying_operands(struct signet_verifying *all,
                              int (*each)(void *ctx, const char *path, struct signet_err *err),
                              void *ctx,
                              struct signet_err *err)
{
    const struct signet_opts *opts = &all->tool->opts;
    struct signet_sidecar_list bases = {0};
    int rc = signet_sidecar_bases(opts->operands, opts->operand_count, &bases, err);
    for (size_t i = 0; rc == SIGNET_OK && i < opts->operand_count; i++) {
        const char *path = opts->operands[i];
        if (signet_sidecar_of_another(path, &bases)) {
            signet_operands_tell_skipped(all->tool, path);
        } else {
            rc = each(ctx, path, err);
        }
    }
    if (rc == SIGNET_OK) {
        signet_operands_report_skipped(all->tool, &bases);
    }
    signet_sidecar_list_free(&bases);
    return rc;
}

static size_t count_insecure(const struct signet_insecure *insecure)
{
    size_t count = 0;
    while (insecure[count].name != NULL) {
        count++;
    }
    return count;
}

void signet_verifying_report(const struct signet_verifying *all, int64_t now)
{
    struct signet_tool *tool = all->tool;
    const struct signet_insecure *insecure = all->insecure;
    const char **used = calloc(count_insecure(insecure) + 1, sizeof(*used));
    if (used == NULL) {
        signet_tool_fail_with(tool, SIGNET_E_NOMEM, NULL, "out of memory for the report");
        return;
    }
    for (size_t count = 0; insecure->name != NULL; insecure++) {
        if (signet_opts_has(&tool->opts, insecure->id)) {
            used[count++] = insecure->name;
        }
    }
    const struct signet_report members = {
        .now = now,
        .insecure = used,
        .artifacts = (const struct signet_verification *const *)all->results,
        .artifact_count = all->count,
        .verdict = all->word,
    };
    if (tool->json || tool->report != NULL) {
        signet_report_members(&members, &tool->body);
    }
    free(used);
}

static void put_verdict(const struct signet_verifying *all,
                        const struct signet_verification *result,
                        struct signet_buf *text)
{
    signet_report_verdict(result, text);
    if (all->word != NULL && text->len > 0) {
        text->len--; /* the line goes on */
        signet_buf_puts(text, ": ");
        signet_buf_puts(text, all->word(result));
        signet_buf_putc(text, '\n');
    }
}

static void put_total(struct signet_buf *text, size_t passed, size_t count)
{
    char line[96];
    bool all = passed == count;
    int len = snprintf(line, sizeof(line), "%s: %zu of %zu\n", all ? "verified" : "REFUSED",
                       all ? passed : count - passed, count);
    signet_buf_put(text, signet_span_of(line, len > 0 ? (size_t)len : 0));
}

void signet_verifying_print(const struct signet_verifying *all)
{
    struct signet_buf text;
    struct signet_err err;
    size_t passed = 0;
    signet_err_clear(&err);
    signet_buf_init(&text, SIZE_MAX);
    for (size_t i = 0; i < all->count; i++) {
        if (signet_opts_has(&all->tool->opts, SIGNET_OPT_EXPLAIN)) {
            signet_report_explain(all->results[i], &text);
        }
        put_verdict(all, all->results[i], &text);
        passed += signet_verification_code(all->results[i]) == SIGNET_OK ? 1 : 0;
    }
    if (all->count > 1) {
        put_total(&text, passed, all->count);
    }
    if (signet_io_write("-", signet_buf_span(&text), 0, true, &err) != SIGNET_OK) {
        signet_tool_fail(all->tool, &err, NULL);
    }
    signet_buf_free(&text);
}
