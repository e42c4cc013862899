/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a verification, and what others may ask of it. Decides nothing.
 */
#include "verify/verification.h"

#include <stdlib.h>

#include "base/err.h"

static const size_t storage_max = (size_t)1 << 24; /* copies of keys and their names */

int signet_verification_new(const char *path,
                            struct signet_verification **verification,
                            struct signet_err *err)
{
    struct signet_verification *fresh = calloc(1, sizeof(*fresh));
    if (fresh != NULL) {
        signet_arena_init(&fresh->storage, storage_max);
        signet_err_clear(&fresh->err);
        fresh->path = strdup(path);
    }
    if (fresh == NULL || fresh->path == NULL) {
        signet_verification_free(fresh);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    *verification = fresh;
    return SIGNET_OK;
}

int signet_verification_failed(const char *path,
                               const struct signet_err *reason,
                               struct signet_verification **verification,
                               struct signet_err *err)
{
    int rc = signet_verification_new(path, verification, err);
    if (rc == SIGNET_OK) {
        (*verification)->err = *reason;
        signet_err_set(&(*verification)->err, SIGNET_E_INTERNAL, "failed without a reason");
    }
    return rc;
}

void signet_verification_free(struct signet_verification *verification)
{
    if (verification == NULL) {
        return;
    }
    for (size_t i = 0; i < verification->source_count; i++) {
        signet_source_clear(&verification->sources[i]);
    }
    free(verification->sources);
    signet_content_clear(&verification->content);
    signet_bom_files_free(&verification->files);
    signet_embedded_free(&verification->embedded);
    signet_arena_free(&verification->storage);
    free(verification->verified);
    free(verification->artifact_name);
    free(verification->path);
    free(verification);
}

int signet_verification_code(const struct signet_verification *verification)
{
    if (verification->err.code != SIGNET_OK) {
        return verification->err.code;
    }
    return verification->verified != NULL || verification->attested_by > 0 ? SIGNET_OK
                                                                           : SIGNET_E_INTERNAL;
}

const struct signet_verified *
signet_verification_verified(const struct signet_verification *verification)
{
    return verification->verified;
}

bool signet_verification_partial(const struct signet_verification *verification)
{
    return verification->partial;
}

struct signet_span signet_verification_statement(const struct signet_verification *verification)
{
    return verification->verified != NULL ? verification->decided->env.payload
                                          : signet_span_of(NULL, 0);
}
