/* SPDX-License-Identifier: Apache-2.0
 *
 * Recording errors with a byte position. The rest is public: <signet/err.h>.
 */
#ifndef SIGNET_BASE_ERR_H
#define SIGNET_BASE_ERR_H

#include <signet/err.h>
#include <signet/span.h>

/** As signet_err_set(), and records the byte position at which the input went wrong. */
int signet_err_at(struct signet_err *err, int code, uint64_t offset, const char *format, ...)
    SIGNET_PRINTF(4, 5);

/** Records what from holds, which is an error, unless err is NULL or holds one already; returns its
 *  code. */
int signet_err_copy(struct signet_err *err, const struct signet_err *from);

#endif
