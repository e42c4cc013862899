/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a tool: command line in, results and one report out, exit status. Owns the common
 * options, how errors are printed and recorded, which environment variables were taken, and the
 * order of the report; knows no tool's work. A main reads
 *
 *     struct signet_tool tool;
 *     if (signet_tool_start(&tool, &info, argc, argv)) {
 *         … work; signet_tool_fail(&tool, &err, "what to do next") for each failure …
 *     }
 *     return signet_tool_finish(&tool);
 */
#ifndef SIGNET_COMMON_TOOL_H
#define SIGNET_COMMON_TOOL_H

#include <signet/limits.h>

#include "common/opt.h"
#include "common/progress.h"
#include <signet/jsonout.h>

/** What distinguishes a tool; const and static. */
struct signet_tool_info {
    struct signet_help help;               /* its name, summary, usage and examples */
    const char *schema;                    /* of its report, such as "signet-canon/1" */
    const struct signet_opt_spec *options; /* ends with SIGNET_OPT_COMMON, SIGNET_OPT_END */
    bool trusts_no_environment;            /* whoever runs it: see signet_tool_env() */
};

/** A running tool. */
struct signet_tool {
    const struct signet_tool_info *info;
    struct signet_opts opts;
    struct signet_limits limits;
    size_t jobs; /* 0: one for each processor */
    bool quiet;
    bool verbose;
    bool json;          /* stdout belongs to the report; results go into it */
    const char *report; /* also write the report to this file, or NULL */
    struct signet_progress progress;
    struct signet_jsonout body; /* members of the report that are the tool's own */
    int status;                 /* the gravest code so far, see signet_err_worse() */
    const char *hint; /* the next step, left by who knows it for who reports the failure */
    /* private */
    struct signet_buf body_text;
    struct signet_buf errors;
    struct signet_buf environment;
};

/**
 * Starts: makes descriptors 0 to 2 safe to use, ignores SIGPIPE (a closed pipe is then a write
 * error), parses the command line and the common options. Returns false if there is nothing left
 * to do: help or version were printed, or the command line is wrong and that was reported.
 */
SIGNET_NODISCARD bool signet_tool_start(struct signet_tool *tool,
                                        const struct signet_tool_info *info,
                                        int argc,
                                        char *const *argv);

/**
 * Prints an error ("NAME: MESSAGE (byte N)", then one line with the next step), records both for
 * the report and raises the status. hint may be NULL: then it is tool->hint, or for a usage error
 * points to --help.
 */
void signet_tool_fail(struct signet_tool *tool, const struct signet_err *err, const char *hint);

/** Puts "PATH: " in front of an error's message, unless that begins so already. */
void signet_tool_name(struct signet_err *err, const char *path);

/** As signet_tool_fail() for a code and a printf-style message of the tool's own; returns code. */
int signet_tool_fail_with(struct signet_tool *tool,
                          int code,
                          const char *hint,
                          const char *format,
                          ...) SIGNET_PRINTF(4, 5);

/** Prints a line to stderr unless --quiet. */
void signet_tool_note(struct signet_tool *tool, const char *format, ...) SIGNET_PRINTF(2, 3);

/** Prints a line to stderr if --verbose. */
void signet_tool_detail(struct signet_tool *tool, const char *format, ...) SIGNET_PRINTF(2, 3);

/**
 * The value of an environment variable, or NULL if it is unset or empty; the report names each
 * that was taken. SIGNET_ROOT, SIGNET_POLICY, XDG_* and HOME do not exist for root, for a program
 * with raised rights, or for a tool that says so, as nobody else may choose what those trust.
 */
const char *signet_tool_env(struct signet_tool *tool, const char *name);

/** For signet_measure_opts.progress, with the tool as ctx; NULL if progress is not shown, which
 * saves asking every file for its size beforehand. */
void (*signet_tool_progress(const struct signet_tool *tool))(void *ctx,
                                                             uint64_t done,
                                                             uint64_t total);

/** Writes the report where it was asked for, releases everything and returns the exit status. */
SIGNET_NODISCARD int signet_tool_finish(struct signet_tool *tool);

/** Appends the text of --version. Returns SIGNET_OK or the failure of the self-check, which is
 *  made if verbose. */
SIGNET_NODISCARD int
signet_tool_version(struct signet_buf *out, const char *name, bool verbose, struct signet_err *err);

#endif
