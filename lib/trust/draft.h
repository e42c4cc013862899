/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands behind <signet/root.h>.
 */
#ifndef SIGNET_TRUST_DRAFT_H
#define SIGNET_TRUST_DRAFT_H

#include <signet/root.h>

#include "envelope/envelope.h"
#include "envelope/signers.h"
#include "trust/root.h"

struct signet_root_draft {
    struct signet_root root; /* its list of keys has room for SIGNET_ROOT_KEYS */
    struct signet_envelope envelope;
    struct signet_signers signers;   /* by keys */
    struct signet_trusted_key *keys; /* those of its role root that may sign it, or NULL */
    bool is_signed;                  /* envelope, signers and keys are there */
};

/** Requires that no signatures would be void. Returns SIGNET_OK or SIGNET_E_FORBIDDEN. */
SIGNET_NODISCARD int signet_root_draft_check_open(const struct signet_root_draft *draft,
                                                  struct signet_err *err);

/** The index of the key of that fingerprint, or the number of keys. */
size_t signet_root_draft_find(const struct signet_root *root, const char *id);

/** Drops what was read of signatures. */
void signet_root_draft_unsign(struct signet_root_draft *draft);

#endif
