/* SPDX-License-Identifier: Apache-2.0
 *
 * What --manifest adds to a run of signet-sign: the part manifests, read.
 */
#ifndef SIGNET_CMD_SIGN_PARTS_H
#define SIGNET_CMD_SIGN_PARTS_H

#include <signet/part.h>

#include "common/opt.h"

struct signet_sign_item;
struct signet_sign_run;

/** Zero-initialised is without --manifest; free with signet_sign_parts_free(). */
struct signet_sign_parts {
    struct signet_part_file *files; /* NULL without --manifest */
    struct signet_buf *texts;       /* of each file */
    size_t count;
};

/** Whether the options go together. Returns SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_sign_parts_check(const struct signet_opts *opts,
                                             struct signet_err *err);

/**
 * Reads the files of --manifest, which must not lie in the directory that is going to be listed,
 * unless they are left out of it. Does nothing without the option. Returns SIGNET_OK,
 * SIGNET_E_USAGE (the operand is no directory; one lies inside), SIGNET_E_IO, SIGNET_E_LIMIT or
 * SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_sign_parts_read(struct signet_sign_parts *parts,
                                            const struct signet_sign_run *run,
                                            const struct signet_sign_item *item,
                                            struct signet_err *err);

/** Releases what parts holds and empties it. */
void signet_sign_parts_free(struct signet_sign_parts *parts);

#endif
