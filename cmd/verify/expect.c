/* SPDX-License-Identifier: Apache-2.0
 *
 * What signet-verify is told to expect: the release that an artifact must have been signed as.
 */
#include <signet/text.h>
#include <stdlib.h>

#include "verify/verify.h"

int signet_verify_read_expected(struct signet_verify_run *run, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *text = signet_opts_value(&run->tool->opts, SIGNET_VERIFY_EXPECT);
    if (text == NULL) {
        return SIGNET_OK;
    }
    run->expected = strdup(text);
    if (run->expected == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    char *at = strrchr(run->expected, '@');
    if (at != NULL) {
        *at = '\0';
        run->expected_version = at + 1;
    }
    bool empty = run->expected[0] == '\0' || (at != NULL && at[1] == '\0');
    return empty ? signet_err_set(err, SIGNET_E_USAGE,
                                  "option --expect: expected NAME or NAME@VERSION, found \"%s\"",
                                  signet_utf8_show(signet_span_str(text), shown))
                 : (int)SIGNET_OK;
}
