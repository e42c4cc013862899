/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --kind: policies and trust roots. Owns which options go with it and where the file is
 * read from; what is signed, and that it verifies, is the library's.
 */
#include <signet/io.h>
#include <signet/text.h>
#include <sys/stat.h>

#include "sign/sign.h"

int signet_sign_endorse_check(struct signet_sign_run *run, struct signet_err *err)
{
    static const int of_one_path[] = {SIGNET_SIGN_KIND, 0};
    static const int others[] = {
        SIGNET_SIGN_FORMAT,    SIGNET_SIGN_CONTENTS, SIGNET_SIGN_IGNORE,     SIGNET_SIGN_HASH,
        SIGNET_SIGN_MANIFEST,  SIGNET_SIGN_REUSE,    SIGNET_SIGN_AT,         SIGNET_SIGN_MULTI,
        SIGNET_SIGN_CHAIN,     SIGNET_SIGN_KEY_ID,   SIGNET_SIGN_CANONICAL,  SIGNET_SIGN_ATTEST,
        SIGNET_SIGN_PREDICATE, SIGNET_SIGN_BIND,     SIGNET_SIGN_SHARD_SIZE, 0};
    char shown[SIGNET_SHOW_MAX];
    const struct signet_opts *opts = &run->tool->opts;
    const char *kind = signet_opts_value(opts, SIGNET_SIGN_KIND);
    if (kind == NULL) {
        return signet_opts_has(opts, SIGNET_SIGN_APPEND)
                   ? signet_err_set(err, SIGNET_E_USAGE,
                                    "option --append goes with --kind policy or --kind root")
                   : (int)SIGNET_OK;
    }
    run->kind = signet_endorse_kind(kind);
    if (run->kind == 0) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --kind: expected policy or root, found \"%s\"",
                              signet_utf8_show(signet_span_str(kind), shown));
    }
    int rc = signet_opts_one_operand(opts, of_one_path, err);
    return rc == SIGNET_OK ? signet_opts_apart(opts, SIGNET_SIGN_KIND, others, err) : rc;
}

bool signet_sign_appends(const struct signet_sign_run *run)
{
    return signet_opts_has(&run->tool->opts, SIGNET_SIGN_APPEND);
}

int signet_sign_endorse_state(const struct signet_sign_run *run,
                              struct signet_sign_item *item,
                              struct signet_err *err)
{
    struct signet_buf text;
    const struct signet_endorse_opts opts = {
        .size = sizeof(opts),
        .kind = run->kind,
        .append = signet_sign_appends(run),
        .path = item->path,
        .limits = &run->tool->limits,
    };
    if (signet_artifact_kind(item->artifact) == SIGNET_ARTIFACT_BUNDLE) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --kind: expected a file, found a folder");
    }
    int rc = signet_io_read(item->path, run->tool->limits.envelope, &text, err);
    if (rc == SIGNET_OK) {
        rc = signet_endorsing_new(&text, &opts, &item->endorsing, err);
    }
    signet_buf_free(&text); /* if it was not taken */
    return rc;
}

void signet_sign_endorse_tell(const struct signet_sign_run *run,
                              const struct signet_sign_item *item)
{
    size_t others = signet_endorsing_others(item->endorsing);
    if (others > 0) {
        signet_tool_note(run->tool, "%zu signature%s there already, which nobody checked here",
                         others, others == 1 ? " is" : "s are");
    }
}

const char *signet_sign_endorse_covers(const struct signet_sign_run *run)
{
    return run->kind == SIGNET_ENDORSE_POLICY ? "covers the bytes of the policy"
                                              : "covers the bytes of the root";
}
