/* SPDX-License-Identifier: Apache-2.0
 *
 * What the system itself says of executing a file: execveat(2) with AT_EXECVE_CHECK (Linux 6.14),
 * which executes nothing. Owns the asking; decides nothing.
 */
#define _GNU_SOURCE /* syscall, AT_EMPTY_PATH */
#include <signet/gate.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "artifact/artifact.h"
#include "base/err.h"
#include "base/utf8.h"
#include "gate/system.h"

enum {
    EXECVE_CHECK = 0x10000 /* AT_EXECVE_CHECK, which headers before 6.14 lack */
};

int signet_system_ask(int fd)
{
    static const char *const arguments[] = {"", NULL};
    static const char *const environment[] = {NULL};
    return syscall(SYS_execveat, fd, "", arguments, environment, AT_EMPTY_PATH | EXECVE_CHECK) == 0
               ? 0
               : errno;
}

bool signet_system_can_be_asked(int *reason)
{
    *reason =
        signet_system_ask(-1); /* whoever knows the flag looks for the file next, and finds none */
    return *reason == EBADF;
}

int signet_gate_ask_system(const struct signet_artifact *artifact, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int reason = 0;
    if (!signet_system_can_be_asked(&reason)) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, reason,
                              "the system cannot be asked whether it would execute a file");
    }
    reason = signet_system_ask(signet_artifact_place(artifact));
    return reason == 0 ? (int)SIGNET_OK
                       : signet_err_sys(err, SIGNET_E_DENIED, reason,
                                        "%s: the system refuses to execute it",
                                        signet_utf8_show(signet_span_str(artifact->path), shown));
}

int signet_gate_check_kind(const struct signet_artifact *artifact,
                           enum signet_action action,
                           struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return action != SIGNET_ACTION_EXECUTE || artifact->kind == SIGNET_ARTIFACT_FILE
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                "%s: expected a regular file to execute, found a directory",
                                signet_utf8_show(signet_span_str(artifact->path), shown));
}
