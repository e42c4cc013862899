/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening a key file beside other work. Owns what the key derivation needs for as long as it runs,
 * and wipes the passphrase when it ends; what a key file is, is keyfile.c's.
 */
#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/pool.h"
#include "sign/keyfile.h"

struct signet_seckey_opening {
    struct signet_sealed *sealed; /* NULL: the key takes no passphrase */
    struct signet_task *task;     /* NULL: there is nothing to wait for */
    /* The task's until it is joined: */
    struct signet_secret *passphrase;
    struct signet_seckey *key;
};

static int unseal(void *ctx, struct signet_err *err)
{
    struct signet_seckey_opening *opening = ctx;
    int rc = signet_keyfile_unseal(opening->sealed, opening->passphrase, &opening->key, err);
    signet_secret_free(opening->passphrase);
    opening->passphrase = NULL;
    return rc;
}

int signet_seckey_opening_start(struct signet_span text,
                                struct signet_secret *passphrase,
                                const struct signet_limits *limits,
                                struct signet_seckey_opening **opening,
                                struct signet_err *err)
{
    struct signet_seckey_opening *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        signet_secret_free(passphrase);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a key");
    }
    made->passphrase = passphrase;
    int rc = signet_keyfile_read(text, limits, &made->key, &made->sealed, err);
    if (rc == SIGNET_OK && made->sealed != NULL) {
        rc = signet_task_start(unseal, made, &made->task, err);
    }
    if (rc != SIGNET_OK) {
        signet_seckey_opening_free(made);
        return rc;
    }
    *opening = made;
    return SIGNET_OK;
}

bool signet_seckey_opening_failed(const struct signet_seckey_opening *opening)
{
    return opening->task != NULL && signet_task_failed(opening->task);
}

int signet_seckey_opening_finish(struct signet_seckey_opening *opening,
                                 struct signet_seckey **key,
                                 struct signet_err *err)
{
    int rc = SIGNET_OK;
    if (opening->task != NULL) {
        rc = signet_task_join(opening->task, err);
        opening->task = NULL;
    }
    if (rc == SIGNET_OK) {
        *key = opening->key;
        opening->key = NULL;
    }
    signet_seckey_opening_free(opening);
    return rc;
}

void signet_seckey_opening_free(struct signet_seckey_opening *opening)
{
    if (opening == NULL) {
        return;
    }
    if (opening->task != NULL) {
        SIGNET_IGNORE(signet_task_join(opening->task, NULL)); /* nobody asks for the key any more */
    }
    signet_secret_free(opening->passphrase);
    signet_seckey_free(opening->key);
    signet_sealed_free(opening->sealed);
    free(opening);
}
