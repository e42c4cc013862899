/* SPDX-License-Identifier: Apache-2.0
 *
 * The texts of a store as sources of a verification: read each time, or, of a list of files that
 * vouches for many artifacts, once for all of them.
 */
#ifndef SIGNET_VERIFY_LISTS_H
#define SIGNET_VERIFY_LISTS_H

#include "verify/evidence.h"
#include "verify/store.h"

/**
 * Reads a text as a signature file with the notes about its time, which are of use with a policy
 * alone: source->err says what came of it, also if the text is gone. The source has no name yet.
 * Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_lists_read(const struct signet_verify_opts *opts,
                                       const struct signet_store_text *text,
                                       struct signet_store_reader *reader,
                                       struct signet_source *source,
                                       struct signet_err *err);

/** Lists that were read and verified by one root, for several threads at once. All is borrowed by
 *  *lists, which is owned (free with signet_lists_free()) and set on success only. Returns
 *  SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_lists_new(const struct signet_store *store,
                                      const struct signet_trust *trust,
                                      const struct signet_limits *limits,
                                      struct signet_lists **lists,
                                      struct signet_err *err);

/** Whether lists, which may be NULL, were verified by this trust and are for these options: a
 *  caller who wants to have the texts reads them. */
bool signet_lists_fit(const struct signet_lists *lists, const struct signet_verify_opts *opts);

/**
 * As signet_lists_read(), but the text is read by the first who asks for it, and *source borrows
 * from lists. Of one that no key signed the reason alone is kept.
 */
SIGNET_NODISCARD int signet_lists_take(struct signet_lists *lists,
                                       const struct signet_store_text *text,
                                       struct signet_source *source,
                                       struct signet_err *err);

/** Releases lists, which may be NULL, and what was taken from them. */
void signet_lists_free(struct signet_lists *lists);

#endif
