/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of signet-enforce, shared by its sources: main.c has the command line, decide.c asks
 * policy and system, and each verb has a file of its own.
 */
#ifndef SIGNET_CMD_ENFORCE_ENFORCE_H
#define SIGNET_CMD_ENFORCE_ENFORCE_H

#include <signet/hold.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "common/trust.h"
#include "common/verifying.h"

/** Options of its own. */
enum signet_enforce_option {
    SIGNET_ENFORCE_ACTION = SIGNET_OPT_FIRST,
    SIGNET_ENFORCE_VIA,
    SIGNET_ENFORCE_TIER,
    SIGNET_ENFORCE_ALSO,
    SIGNET_ENFORCE_RO,
    SIGNET_ENFORCE_RW,
    SIGNET_ENFORCE_ENV,
    SIGNET_ENFORCE_INSECURE_ALLOW_JIT,
};

/** Exit statuses of open and run if nothing is started, as env(1) has them. */
enum signet_enforce_status {
    SIGNET_ENFORCE_FAILED = 125,
    SIGNET_ENFORCE_DENIED = 126,
    SIGNET_ENFORCE_NOT_FOUND = 127,
};

/** What was asked for, and what came of it. */
struct signet_enforce_run {
    struct signet_tool *tool;
    enum signet_action action;
    int64_t now; /* seconds since 1970, for the report */
    struct signet_verifying all;
    struct signet_trust *trust; /* owned */
    struct signet_store *store; /* owned; evidence that the policy names, or NULL */
};

/** A program that is to be started with what it may open. */
struct signet_enforce_start {
    char **arguments; /* NULL-terminated, and owned, as each is; NULL: none is to be started */
    struct signet_artifact *artifact; /* owned; whose held bytes it inherits a descriptor of */
    enum signet_hold hold;            /* how they are held */
    pid_t child;                      /* which is ready to begin, see enforce/keep.h; 0: none */
    int go;                           /* to tell it */
    rlim_t files;                     /* its limit of open files; 0: as it is */
};

/** Reads --policy and --root, by which all is decided, and the evidence that they name. Returns
 *  SIGNET_OK, SIGNET_E_USAGE or as signet_tool_trust() and signet_tool_evidence(). Free with
 *  signet_enforce_clear(). */
SIGNET_NODISCARD int signet_enforce_begin(struct signet_enforce_run *run, struct signet_err *err);

/**
 * Asks policy and system about what was opened as path. *result is set on success, and may be if
 * it comes to a verdict; what the system refuses has none. Returns SIGNET_OK if the action may be
 * done with it, and nothing else; as signet_verify(), signet_gate_check_kind() and
 * signet_gate_ask_system().
 */
SIGNET_NODISCARD int signet_enforce_decide(struct signet_enforce_run *run,
                                           const char *path,
                                           struct signet_artifact *artifact,
                                           struct signet_verification **result,
                                           struct signet_err *err);

/** Whether an exit status of the tool says that something was refused, a policy that is too old for
 *  one, and not that the tool could not do its work. */
bool signet_enforce_is_refusal(int status);

/** Releases what run holds. */
void signet_enforce_clear(struct signet_enforce_run *run);

/** check: decides about each operand, and does nothing with it. Returns SIGNET_OK, whatever it
 *  decided, or the code of what failed. */
SIGNET_NODISCARD int signet_enforce_check(struct signet_enforce_run *run, struct signet_err *err);

/** open: decides about the first operand, and has the others be started with its bytes, if it may
 * be opened: *start is what to start then, free with signet_enforce_start_free(). Results as
 *  signet_enforce_check(). */
SIGNET_NODISCARD int signet_enforce_open(struct signet_enforce_run *run,
                                         struct signet_enforce_start *start,
                                         struct signet_err *err);

/** A program that was decided about, with all that it is made of. */
struct signet_enforce_program;

/** run: decides about the program that is the first operand, and all that it is made of, and has it
 *  be started if all of that may be executed or loaded. *program is set whatever comes of it, and
 *  NULL without memory; free with signet_enforce_program_free(). It is ready to be started if this
 *  returns SIGNET_OK and tool->status is so too. */
SIGNET_NODISCARD int signet_enforce_run_program(struct signet_enforce_run *run,
                                                struct signet_enforce_program **program,
                                                struct signet_err *err);

/** The exit status that says why it is not started. */
int signet_enforce_program_status(const struct signet_enforce_program *program);

/** Starts a program that is ready, in place of this process; returns only if that fails, with the
 *  exit status that says how. name is the tool's, for the message. */
int signet_enforce_exec_program(struct signet_enforce_program *program, const char *name);

/** Releases a program, which may be NULL. */
void signet_enforce_program_free(struct signet_enforce_program *program);

/** Prints "NAME: WHAT" to stderr, when the tool is done with its own messages. */
void signet_enforce_say(const char *name, const char *what);

/** As signet_enforce_say(), that program cannot be started. */
void signet_enforce_say_unstarted(const char *name, const char *program, const char *why);

/** Gives signals that the tool ignores their standard meaning again, for what it starts. */
bool signet_enforce_restore_signals(void);

/** doctor: says what this system has that gates are built on. Returns SIGNET_OK, whatever it has,
 *  SIGNET_E_USAGE, or the code of what failed. */
SIGNET_NODISCARD int signet_enforce_doctor(struct signet_tool *tool, struct signet_err *err);

/** Starts what was to be started: in place of this process, if nobody can change what it is given,
 *  else as a child that is waited for. Returns the exit status. name is the tool's, for messages.
 */
int signet_enforce_exec(const struct signet_enforce_start *start, const char *name);

/** Releases what start holds. */
void signet_enforce_start_free(struct signet_enforce_start *start);

#endif
