/* SPDX-License-Identifier: Apache-2.0
 *
 * Which files the installed packages have. What a list says is believed of nothing but where to
 * look.
 */
#ifndef SIGNET_CMD_SIGN_PACKAGES_H
#define SIGNET_CMD_SIGN_PACKAGES_H

#include <signet/buf.h>
#include <signet/err.h>

/** Paths of files and folders; zero-initialised is none; free with signet_sign_packages_free(). */
struct signet_sign_packages {
    const char **paths;
    size_t count, room;
    struct signet_buf *texts; /* that they stand in, one of each package */
    size_t text_count, text_room;
};

/** Reads the lists of dpkg. Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (there are none), SIGNET_E_IO,
 *  SIGNET_E_LIMIT (a list of more than 64 MiB) or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_sign_packages_read(struct signet_sign_packages *packages,
                                               struct signet_err *err);

/** Releases what packages holds. */
void signet_sign_packages_free(struct signet_sign_packages *packages);

#endif
