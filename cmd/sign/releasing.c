/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --release and --usage. Owns which options go with them, when a release is signed and
 * where the second signature of a bundle goes; what a name and a version are is the library's.
 */
#include "sign/releasing.h"

#include <signet/text.h>
#include <string.h>

#include "common/sidecar.h"
#include "sign/sign.h"

static const uint64_t last_second = UINT64_C(253402300799); /* 9999-12-31T23:59:59Z */

static int read_time(struct signet_sign_run *run, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    uint64_t seconds = 0;
    const char *epoch = signet_tool_env(run->tool, "SOURCE_DATE_EPOCH");
    run->release.at = run->now;
    if (epoch == NULL) {
        return SIGNET_OK;
    }
    if (signet_num_parse(signet_span_str(epoch), &seconds) != SIGNET_OK || seconds > last_second) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "SOURCE_DATE_EPOCH: expected seconds since 1970-01-01, found \"%s\"",
                              signet_utf8_show(signet_span_str(epoch), shown));
    }
    run->release.at = (int64_t)seconds;
    return SIGNET_OK;
}

int signet_sign_release_check(struct signet_sign_run *run, struct signet_err *err)
{
    static const int others[] = {SIGNET_SIGN_SHARD_SIZE,
                                 SIGNET_SIGN_AT,
                                 SIGNET_SIGN_CANONICAL,
                                 SIGNET_SIGN_ATTEST,
                                 SIGNET_SIGN_BIND,
                                 SIGNET_SIGN_KIND,
                                 0};
    const struct signet_opts *opts = &run->tool->opts;
    run->release.named = signet_opts_value(opts, SIGNET_SIGN_RELEASE);
    run->release.usage = signet_opts_value(opts, SIGNET_SIGN_USAGE);
    if (run->release.named == NULL) {
        return run->release.usage == NULL
                   ? SIGNET_OK
                   : signet_err_set(err, SIGNET_E_USAGE,
                                    "option --usage goes with --release NAME@VERSION");
    }
    if (signet_sign_in_place(run)) {
        return signet_err_set(err, SIGNET_E_USAGE, "option --release goes with a signature file");
    }
    int rc = signet_opts_apart(opts, SIGNET_SIGN_RELEASE, others, err);
    return rc == SIGNET_OK ? read_time(run, err) : rc;
}

int signet_sign_release_state(const struct signet_sign_run *run,
                              struct signet_sign_item *item,
                              struct signet_sign_opts *opts,
                              struct signet_err *err)
{
    opts->release = run->release.named;
    opts->released_at = run->release.at;
    opts->usage = run->release.usage;
    if (run->release.named == NULL || signet_opts_has(&run->tool->opts, SIGNET_SIGN_ADD_TO) ||
        !signet_sign_as_bundle(run, item)) {
        return SIGNET_OK;
    }
    if (signet_opts_has(&run->tool->opts, SIGNET_SIGN_OUTPUT) || strcmp(run->format, "dsse") == 0) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "the release of a bundle is signed into two files beside it: "
                              "expected neither --output nor --format dsse");
    }
    int rc = signet_sign_place_beside(run, item, ".release" SIGNET_SIDECAR_BUNDLE,
                                      &item->release_output, err);
    return rc == SIGNET_OK && run->key != NULL
               ? signet_sign_check_output(run, item, item->release_output, err)
               : rc;
}
