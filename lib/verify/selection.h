/* SPDX-License-Identifier: Apache-2.0
 *
 * The entries of a statement that somebody asked for by name.
 */
#ifndef SIGNET_VERIFY_SELECTION_H
#define SIGNET_VERIFY_SELECTION_H

#include "base/arena.h"
#include "envelope/oms.h"

/** Some of what a statement lists. What it points at lies in the statement and in storage. */
struct signet_selection {
    struct signet_oms oms; /* the statement as if it listed nothing else; never to be freed */
    const char **names;    /* of those resources; NULL-terminated */
    const char **strays;   /* asked for, and not signed; NULL-terminated */
};

/**
 * Selects what only (NULL-terminated) names: a resource of exactly that name, and all below a
 * folder of that name; one "/" at the end says that a folder is meant. oms and storage must outlive
 * *selection. Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_selection_make(struct signet_selection *selection,
                                           const struct signet_oms *oms,
                                           const char *const *only,
                                           struct signet_arena *storage,
                                           struct signet_err *err);

#endif
