/* SPDX-License-Identifier: Apache-2.0
 *
 * What this system has that gates are built on, found out by asking it. Part of libsignet-gate.
 * Linux only.
 */
#ifndef SIGNET_PROBE_H
#define SIGNET_PROBE_H

#include <signet/api.h>
#include <stdbool.h>

SIGNET_BEGIN_DECLS

/** What there is, for this process. */
struct signet_probes {
    bool execve_check;     /* AT_EXECVE_CHECK, see signet_gate_ask_system() */
    bool sealed_memory;    /* see signet_gate_copy() */
    bool memory_never_run; /* sealed memory that cannot be executed */
    unsigned landlock;     /* version of its interface; 0: there is none */
    bool seccomp;          /* filters of system calls that end a process */
    bool mdwe;             /* memory that was written is never executed (PR_SET_MDWE) */
    bool mount_setattr;    /* options of a whole tree of mounts at once */
    bool fanotify;         /* to be asked before a file is opened or executed; needs a right */
};

/** Finds out what there is. Changes nothing, and opens no path. */
SIGNET_API void signet_probe(struct signet_probes *probes);

SIGNET_END_DECLS

#endif
