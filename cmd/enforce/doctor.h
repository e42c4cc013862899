/* SPDX-License-Identifier: Apache-2.0
 *
 * What signet-enforce doctor reads of /proc.
 */
#ifndef SIGNET_CMD_ENFORCE_DOCTOR_H
#define SIGNET_CMD_ENFORCE_DOCTOR_H

#include <signet/buf.h>
#include <signet/err.h>

/** Reads a file of /proc, at most max bytes, into *text, which is initialised here and freed by the
 *  caller, also after a failure. Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_LIMIT or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_doctor_read(const char *path, size_t max, struct signet_buf *text, struct signet_err *err);

/** Reads a decimal number, which is all that a file of /proc has; false if it has none. */
SIGNET_NODISCARD bool signet_doctor_number(const char *path, uint64_t *number);

/** A mount below which files can be both written and executed. */
struct signet_doctor_mount {
    struct signet_span path; /* as /proc has it, where \ooo is an octal escape */
    struct signet_span type; /* of its file system */
    bool leases;             /* a lease there keeps writers out */
};

/** Steps through the text of /proc/self/mountinfo from *at, which starts at 0: false at the end. */
bool signet_doctor_next_mount(struct signet_span text,
                              size_t *at,
                              struct signet_doctor_mount *mount);

#endif
