/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether what is demanded of a verification makes sense: see verify/demanded.h.
 */
#include "verify/demanded.h"

#include "base/err.h"

/* What a policy is asked is for it alone to say. */
static int check_trust(const struct signet_verify_opts *opts, struct signet_err *err)
{
    bool keys = opts->key_count > 0 || opts->threshold > 0 || opts->at != NULL;
    bool looser = opts->insecure_ignore_unsigned ||
                  (opts->accept_ignored != NULL && opts->accept_ignored[0] != NULL);
    unsigned action = (unsigned)opts->action;
    return !keys && !looser && (action & (action - 1)) == 0 && action <= SIGNET_ACTION_OPEN
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "a policy alone says which keys count for one action, over the "
                                "whole, and what need not be signed");
}

int signet_verify_check_opts(const struct signet_verify_opts *opts, struct signet_err *err)
{
    if (opts->size != sizeof(*opts)) {
        return signet_err_set(err, SIGNET_E_USAGE, "options of another version of the library");
    }
    if (opts->bom != NULL) {
        bool others = opts->key_count > 0 || opts->threshold > 0 || opts->signature_count > 0 ||
                      opts->only != NULL || opts->at != NULL || opts->trust != NULL ||
                      opts->expected_name != NULL;
        return others ? signet_err_set(err, SIGNET_E_USAGE,
                                       "what a BOM lists is verified whole, by the BOM alone")
                      : (int)SIGNET_OK;
    }
    if (opts->only != NULL && opts->only[0] == NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "no entry chosen to verify");
    }
    if (opts->expected_name != NULL ? opts->at != NULL : opts->expected_version != NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "a whole is expected as a release, by its name");
    }
    if (opts->trust != NULL) {
        return check_trust(opts, err);
    }
    if (opts->key_count == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "no key to verify with");
    }
    if (opts->threshold > opts->key_count) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "threshold %zu can never be reached with %zu keys", opts->threshold,
                              opts->key_count);
    }
    if (opts->at != NULL && (opts->at[0] == NULL || opts->files_only || opts->only != NULL ||
                             opts->signature_count > 0)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "a part of a document is signed in the document alone");
    }
    return SIGNET_OK;
}
