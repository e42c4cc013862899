/* SPDX-License-Identifier: Apache-2.0
 *
 * What the folders of evidence hold about an artifact, as further signature files of it.
 */
#ifndef SIGNET_VERIFY_STORED_H
#define SIGNET_VERIFY_STORED_H

#include "verify/verification.h"

/** Texts that no given key signed, and that are still listed as sources of one verification. */
#define SIGNET_STORED_LISTED 16

/**
 * Measures artifact, as far as anything in opts->store could be about it, and adds to the sources
 * of verification what claims to be: each read and checked as a signature file is, several at once.
 * Of those that no given key signed only the first are listed. Nothing is done without a store, for
 * chosen entries, or if artifact is NULL. Returns SIGNET_OK; SIGNET_E_NOMEM; or, if there is no
 * source besides, why the artifact cannot be measured.
 */
SIGNET_NODISCARD int signet_stored_read(struct signet_verification *verification,
                                        struct signet_artifact *artifact,
                                        const struct signet_verify_opts *opts,
                                        struct signet_err *err);

/** Whether what did not match, which is what rc says, is from a store: a statement there that is
 *  about something else refuses nothing. Then it loses its evidence, and what was compared is
 *  forgotten. */
bool signet_stored_is_other(struct signet_verification *verification,
                            struct signet_source *source,
                            int rc);

#endif
