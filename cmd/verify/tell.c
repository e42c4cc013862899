/* SPDX-License-Identifier: Apache-2.0
 *
 * What signet-verify prints: reasons and details to stderr, verdicts or the statement to stdout,
 * the report. Decides nothing.
 */
#include <signet/io.h>
#include <stdio.h>
#include <unistd.h>

#include "common/say.h"
#include "common/sidecar.h"
#include "verify/verify.h"

static void say_details(const struct signet_verification *result, bool signers)
{
    struct signet_buf text;
    signet_buf_init(&text, SIZE_MAX);
    signet_report_details(result, signers, &text);
    signet_say(STDERR_FILENO, signet_buf_span(&text));
    signet_buf_free(&text);
}

void signet_verify_tell(struct signet_tool *tool,
                        const char *path,
                        const struct signet_verification *result)
{
    const struct signet_err *err = signet_report_error(result);
    if (err->code != SIGNET_OK) {
        struct signet_err named = *err;
        signet_tool_name(&named, path);
        bool astray = err->code == SIGNET_E_NO_SIGNATURE && signet_sidecar_ending(path);
        signet_tool_fail(tool, &named,
                         astray ? "that is named like a signature file; name what it belongs to"
                                : signet_report_next_step(result));
    }
    if (!tool->quiet || err->code != SIGNET_OK) {
        say_details(result, tool->verbose || err->code != SIGNET_OK);
    }
}

/* The verdict lines: one an artifact, and one for all if there are several. */
static int print_verdicts(const struct signet_report *results, struct signet_err *err)
{
    struct signet_buf text;
    size_t passed = 0;
    signet_buf_init(&text, SIZE_MAX);
    for (size_t i = 0; i < results->artifact_count; i++) {
        signet_report_verdict(results->artifacts[i], &text);
        passed += signet_verification_code(results->artifacts[i]) == SIGNET_OK ? 1 : 0;
    }
    if (results->artifact_count > 1) {
        char line[96];
        int len =
            snprintf(line, sizeof(line), "%s: %zu of %zu\n",
                     passed == results->artifact_count ? "verified" : "REFUSED",
                     passed == results->artifact_count ? passed : results->artifact_count - passed,
                     results->artifact_count);
        signet_buf_put(&text, signet_span_of(line, len > 0 ? (size_t)len : 0));
    }
    int rc = signet_io_write("-", signet_buf_span(&text), 0, true, err);
    signet_buf_free(&text);
    return rc;
}

void signet_verify_report(struct signet_tool *tool, const struct signet_report *results)
{
    struct signet_err err;
    int rc = SIGNET_OK;
    signet_err_clear(&err);
    if (tool->json || tool->report != NULL) {
        signet_report_members(results, &tool->body);
    }
    if (tool->json) {
        return;
    }
    if (signet_opts_has(&tool->opts, SIGNET_VERIFY_PRINT_STATEMENT)) {
        rc = signet_report_code(results) == SIGNET_OK
                 ? signet_say_result(signet_verification_statement(results->artifacts[0]), &err)
                 : SIGNET_OK;
    } else if (!tool->quiet) {
        rc = print_verdicts(results, &err);
    }
    if (rc != SIGNET_OK) {
        signet_tool_fail(tool, &err, NULL);
    }
}
