/* SPDX-License-Identifier: Apache-2.0
 *
 * The file system as a program in the sandbox sees it: as it is, but nothing is executed except
 * images.
 */
#ifndef SIGNET_GATE_VIEW_H
#define SIGNET_GATE_VIEW_H

#include <signet/start.h>

#include "gate/landlock.h"

/**
 * Enters a mount namespace of its own, where nothing can be executed or mapped as code, and puts
 * each image of start into it, read-only and executable; rules then allow to read and execute it.
 * This process has all rights in its user namespace. *program is the descriptor of the image that
 * is started, the caller's to close, and set on success only.
 *
 * Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (the system refuses), SIGNET_E_USAGE (nothing can be
 * mounted at the path of an image), SIGNET_E_MISMATCH (something else stands there) or SIGNET_E_IO.
 */
SIGNET_NODISCARD int signet_view_make(const struct signet_start *start,
                                      const struct signet_landlock *rules,
                                      int *program,
                                      struct signet_err *err);

/** Makes /proc one that nobody can write to: through it memory could be written that is executed.
 *  Returns SIGNET_OK or SIGNET_E_UNSUPPORTED. */
SIGNET_NODISCARD int signet_view_keep_proc(struct signet_err *err);

/** Has each descriptor of a directory, or of a file to read, that is inherited lead into the view,
 * as what was opened before leads around it. It is opened again, in the same mode and at the same
 *  offset, which it no longer shares. Returns SIGNET_OK or SIGNET_E_UNSUPPORTED (also: it no longer
 *  stands at its path, or may not be opened). */
SIGNET_NODISCARD int signet_view_turn_folders(struct signet_err *err);

#endif
