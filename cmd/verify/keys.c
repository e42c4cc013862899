/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom signet-verify trusts: the keys of the command line and how many of them must have signed.
 */
#include <signet/text.h>
#include <stdlib.h>

#include "common/public_key.h"
#include "verify/verify.h"

int signet_verify_read_keys(struct signet_verify_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    const char *path = NULL;
    size_t at = 0;
    run->keys = calloc(signet_opts_count(opts, SIGNET_VERIFY_KEY) + 1, sizeof(*run->keys));
    if (run->keys == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    while ((path = signet_opts_next(opts, SIGNET_VERIFY_KEY, &at)) != NULL) {
        struct signet_trusted_key *key = &run->keys[run->key_count];
        int rc = signet_public_key_read(path, &key->key, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        key->uses = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE | SIGNET_USE_JSF | SIGNET_USE_JSS;
        key->name = path;
        run->key_count++;
    }
    return SIGNET_OK;
}

int signet_verify_read_threshold(struct signet_verify_run *run, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *text = signet_opts_value(&run->tool->opts, SIGNET_VERIFY_THRESHOLD);
    uint64_t value = 1;
    if (text != NULL && (signet_num_parse(signet_span_str(text), &value) != SIGNET_OK ||
                         value == 0 || value > run->key_count)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --threshold: expected a number from 1 to %zu, the number of "
                              "keys given, found \"%s\"",
                              run->key_count, signet_utf8_show(signet_span_str(text), shown));
    }
    run->threshold = (size_t)value;
    return SIGNET_OK;
}
