/* SPDX-License-Identifier: Apache-2.0
 *
 * Where an opened artifact really stands, as the system knows it. A path says nothing of what is
 * there; it only selects what is demanded.
 */
#ifndef SIGNET_ARTIFACT_REAL_PATH_H
#define SIGNET_ARTIFACT_REAL_PATH_H

#include <signet/artifact.h>

/** Whether nobody but root and the caller can put something else at an absolute path: no part of it
 *  belongs to, or may be written by, anybody else. */
bool signet_real_path_is_safe(const char *path);

/** As signet_real_path_is_safe(), for nobody but root. */
bool signet_real_path_is_roots(const char *path);

#endif
