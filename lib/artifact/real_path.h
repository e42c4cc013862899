/* SPDX-License-Identifier: Apache-2.0
 *
 * Where an opened artifact really stands, as the system knows it. A path says nothing of what is
 * there; it only selects what is demanded.
 */
#ifndef SIGNET_ARTIFACT_REAL_PATH_H
#define SIGNET_ARTIFACT_REAL_PATH_H

#include <signet/artifact.h>

/**
 * The absolute path of what was opened, of which no part is a link, if that is what stands there
 * now: by device and inode. *path is owned (free with free()); NULL if there is none, as it was
 * deleted, moved, or lies where this process cannot look. Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_real_path(const struct signet_artifact *artifact, char **path, struct signet_err *err);

/** Whether nobody but root and the caller can put something else at an absolute path: no part of it
 *  belongs to, or may be written by, anybody else. */
bool signet_real_path_is_safe(const char *path);

/** As signet_real_path_is_safe(), for nobody but root. */
bool signet_real_path_is_roots(const char *path);

#endif
