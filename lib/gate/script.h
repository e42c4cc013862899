/* SPDX-License-Identifier: Apache-2.0
 *
 * The first line of a script, by which the kernel starts its interpreter, as fs/binfmt_script.c of
 * Linux reads it.
 */
#ifndef SIGNET_GATE_SCRIPT_H
#define SIGNET_GATE_SCRIPT_H

#include <signet/err.h>
#include <signet/span.h>

/** Bytes of a script that the kernel looks at. */
#define SIGNET_SCRIPT_LINE 256

/** Texts are NUL-terminated and in the line itself. */
struct signet_script {
    const char *interpreter; /* an absolute path */
    const char *argument;    /* all that stands behind it, as one; NULL: nothing; may be empty */
    char line[SIGNET_SCRIPT_LINE + 1];
};

/** Whether these are the first bytes of a script. */
bool signet_script_begins(struct signet_span head);

/**
 * Takes the line apart that head, the first SIGNET_SCRIPT_LINE bytes of a script, or all of them,
 * begins with. Returns SIGNET_OK or SIGNET_E_UNSUPPORTED: no interpreter, none of an absolute path,
 * a line that is cut or holds a NUL.
 */
SIGNET_NODISCARD int
signet_script_read(struct signet_span head, struct signet_script *script, struct signet_err *err);

/**
 * Which program the interpreter starts for a script if that is env(1): the name is written to out,
 * or
 * "" if the interpreter is another. Returns SIGNET_OK or SIGNET_E_UNSUPPORTED: env without a name,
 * with another option than -S, with a variable or with what -S reads as more than words.
 */
SIGNET_NODISCARD int signet_script_started(const struct signet_script *script,
                                           char out[SIGNET_SCRIPT_LINE],
                                           struct signet_err *err);

#endif
