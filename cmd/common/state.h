/* SPDX-License-Identifier: Apache-2.0
 *
 * Files in which a tool leaves itself what is good for one user on one machine. Owns where they are
 * and who else must not be able to write them; knows nothing of what they hold.
 */
#ifndef SIGNET_COMMON_STATE_H
#define SIGNET_COMMON_STATE_H

#include <signet/buf.h>

#include "common/tool.h"

/**
 * The path of the file of that name: in /var/lib/signet for root, else in $XDG_STATE_HOME/signet,
 * else in $HOME/.local/state/signet. *path is owned (free with free()) and set on success only.
 * Returns SIGNET_OK, SIGNET_E_IO (neither variable holds an absolute path) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_state_path(struct signet_tool *tool, const char *name, char **path, struct signet_err *err);

/**
 * The name that the state file at path, which need not exist, nor any folder on the way to it, has
 * or would have inside directory, or NULL if it lies elsewhere. *name is owned (free with free()).
 * Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_state_inside(const char *path, const char *directory, char **name, struct signet_err *err);

/**
 * Reads such a file, at most max bytes; one that does not exist is empty. *bytes is initialised
 * here and freed by the caller with signet_buf_free(), also after a failure. Returns SIGNET_OK,
 * SIGNET_E_FORBIDDEN (the file or its folder is another user's, another may write it, or it is a
 * link), SIGNET_E_IO, SIGNET_E_LIMIT or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_state_read(const char *path, uint64_t max, struct signet_buf *bytes, struct signet_err *err);

/** Makes the folder of such a file and those above; what cannot be made shows when the file is
 *  opened. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_state_make_folder(const char *path, struct signet_err *err);

/** Writes such a file whole or not at all, and makes its folder and those above. Only the caller
 * may read either. Returns SIGNET_OK, SIGNET_E_FORBIDDEN (as signet_state_read()) or SIGNET_E_IO.
 */
SIGNET_NODISCARD int
signet_state_write(const char *path, struct signet_span bytes, struct signet_err *err);

#endif
