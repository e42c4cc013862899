/* SPDX-License-Identifier: Apache-2.0
 *
 * Recording errors. The public half (codes, table, record) is <signet/err.h>.
 */
#ifndef SIGNET_BASE_ERR_H
#define SIGNET_BASE_ERR_H

#include <signet/err.h>
#include <signet/span.h>

/**
 * Records code and a printf-style message, unless err is NULL or holds an error already, or
 * code is SIGNET_OK.
 * Text from an input goes through signet_utf8_show() first. Returns code, so that
 * `return signet_err_set(…)` reads as one step.
 */
int signet_err_set(struct signet_err *err, int code, const char *format, ...) SIGNET_PRINTF(3, 4);

/** As signet_err_set(), and records the byte position at which the input went wrong. */
int signet_err_at(struct signet_err *err, int code, uint64_t offset, const char *format, ...)
    SIGNET_PRINTF(4, 5);

/** As signet_err_set(), appends ": " and the text of errno value sys_errno, and records it. */
int signet_err_sys(struct signet_err *err, int code, int sys_errno, const char *format, ...)
    SIGNET_PRINTF(4, 5);

/** Puts a printf-style text and ": " in front of a recorded message; without one does nothing. */
void signet_err_prefix(struct signet_err *err, const char *format, ...) SIGNET_PRINTF(2, 3);

#endif
