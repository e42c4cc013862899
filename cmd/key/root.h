/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of "signet-key root", shared by its sources: root.c has the command line, root_edit.c
 * what writes drafts, root_sign.c what signs them.
 */
#ifndef SIGNET_KEY_ROOT_H
#define SIGNET_KEY_ROOT_H

#include <signet/root.h>

#include "key/key.h"

/** Options of its own, beside those of signet-key. */
enum signet_key_root_option {
    SIGNET_ROOT_KEY = SIGNET_OPT_FIRST + 16,
    SIGNET_ROOT_OUTPUT,
    SIGNET_ROOT_FORCE,
    SIGNET_ROOT_OWNER,
    SIGNET_ROOT_USES,
    SIGNET_ROOT_NOT_BEFORE,
    SIGNET_ROOT_NOT_AFTER,
    SIGNET_ROOT_EXPIRES,
    SIGNET_ROOT_AT,
};

/** What was asked for. */
struct signet_key_root {
    struct signet_key key; /* its path is that of the root; NULL for init */
    int64_t now;           /* seconds since 1970-01-01 */
};

/** Reads the root at run->key.path. *draft is owned and set on success only. Returns SIGNET_OK or
 *  the code of what failed. */
SIGNET_NODISCARD int signet_key_root_read(struct signet_key_root *run,
                                          struct signet_root_draft **draft);

/** Reads a time that an option gives, which is NULL if it does not, as *seconds was. Returns
 *  SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int
signet_key_root_time(struct signet_key_root *run, int option, int64_t *seconds);

/** The verbs. Each returns SIGNET_OK or the code of what failed. */
SIGNET_NODISCARD int signet_key_root_init(struct signet_key_root *run);
SIGNET_NODISCARD int signet_key_root_add(struct signet_key_root *run);
SIGNET_NODISCARD int signet_key_root_remove(struct signet_key_root *run);
SIGNET_NODISCARD int signet_key_root_threshold(struct signet_key_root *run);
SIGNET_NODISCARD int signet_key_root_retire(struct signet_key_root *run);
SIGNET_NODISCARD int signet_key_root_revoke(struct signet_key_root *run);
SIGNET_NODISCARD int signet_key_root_next(struct signet_key_root *run);
SIGNET_NODISCARD int signet_key_root_sign(struct signet_key_root *run);

#endif
