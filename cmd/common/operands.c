/* SPDX-License-Identifier: Apache-2.0
 *
 * The texts of common/operands.h. Opens nothing.
 */
#include "common/operands.h"

#include <signet/text.h>

int signet_operands_check(const struct signet_opts *opts,
                          const char *verb,
                          const char *done,
                          struct signet_err *err)
{
    if (opts->operand_count == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a file or folder to %s", verb);
    }
    for (size_t i = 0; i < opts->operand_count; i++) {
        if (opts->operands[i][0] == '\0') {
            return signet_err_set(err, SIGNET_E_USAGE,
                                  "an operand is empty; is a shell variable not set?");
        }
        if (strcmp(opts->operands[i], "-") == 0) {
            return signet_err_set(err, SIGNET_E_USAGE,
                                  "standard input cannot be %s; save it to a file first", done);
        }
    }
    return SIGNET_OK;
}

void signet_operands_tell_skipped(struct signet_tool *tool, const char *path)
{
    char shown[SIGNET_SHOW_MAX];
    signet_tool_note(tool, "%s: skipped, a signature file of another operand",
                     signet_utf8_show(signet_span_str(path), shown));
}

void signet_operands_report_skipped(struct signet_tool *tool,
                                    const struct signet_sidecar_list *bases)
{
    const struct signet_opts *opts = &tool->opts;
    signet_jsonout_open_array(&tool->body, "skipped");
    for (size_t i = 0; i < opts->operand_count; i++) {
        if (signet_sidecar_of_another(opts->operands[i], bases)) {
            signet_jsonout_text(&tool->body, NULL, opts->operands[i]);
        }
    }
    signet_jsonout_close_array(&tool->body);
}
