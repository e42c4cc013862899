/* SPDX-License-Identifier: Apache-2.0
 *
 * What signet-enforce doctor finds out: what /proc has, and how far a program can be started.
 */
#ifndef SIGNET_CMD_ENFORCE_DOCTOR_H
#define SIGNET_CMD_ENFORCE_DOCTOR_H

#include <signet/buf.h>
#include <signet/err.h>
#include <signet/jsonout.h>
#include <signet/start.h>

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

/** What comes of signet-enforce run --tier auto. */
struct signet_doctor_trial {
    int code;              /* SIGNET_OK, or what failed */
    enum signet_tier tier; /* if nothing did */
    struct signet_err err;
};

/** Has a child process prepare to start this program, which it does not. */
void signet_doctor_try(struct signet_doctor_trial *trial);

/** Adds a line to out. */
void signet_doctor_line(struct signet_buf *out, const char *format, ...) SIGNET_PRINTF(2, 3);

/** Says which attacks each tier stops, and why it does not stop the others; landlock is the version
 *  of the kernel's interface. */
void signet_doctor_tell_attacks(unsigned landlock,
                                struct signet_buf *out,
                                struct signet_jsonout *json);

#endif
