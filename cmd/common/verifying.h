/* SPDX-License-Identifier: Apache-2.0
 *
 * What tools that verify artifacts share: the way through the operands, the signature files of
 * each, what became of it on stderr, and the verdicts and the report about all. A tool adds what it
 * demands and what it does with what passed. Decides nothing.
 */
#ifndef SIGNET_COMMON_VERIFYING_H
#define SIGNET_COMMON_VERIFYING_H

#include <signet/verify.h>

#include "common/signatures.h"

/** A switch of a tool that weakens a check. A table ends with one without a name. */
struct signet_insecure {
    int id;
    const char *name;
    const char *note; /* what may happen */
};

/** What became of the operands so far. */
struct signet_verifying {
    struct signet_tool *tool;
    const struct signet_insecure *insecure; /* in the order in which they are reported */
    struct signet_verification **results;   /* owned */
    size_t count;
    /* The word of this tool for each result, in the report and at the end of its verdict; may be
     * NULL. */
    const char *(*word)(const struct signet_verification *result);
    const char *unsigned_hint; /* what to do about what nobody signed; NULL: as the library says */
};

/** Starts with no results, and says on stderr which weakening switches were given. Free with
 *  signet_verifying_free(). */
void signet_verifying_init(struct signet_verifying *all,
                           struct signet_tool *tool,
                           const struct signet_insecure *insecure);

/** What is demanded of anything, by the common options. */
struct signet_verify_opts signet_verifying_opts(struct signet_tool *tool);

/** Reads the files of --signature, or else those beside path; artifact says how large they may be.
 *  Results as signet_signatures_named() and signet_signatures_find(). */
SIGNET_NODISCARD int signet_verifying_gather(struct signet_tool *tool,
                                             const char *path,
                                             const struct signet_artifact *artifact,
                                             struct signet_signatures *signatures,
                                             struct signet_err *err);

/** signet_verify() with these signature files, which become those of opts. If those that are there
 *  cannot be read, that is why it fails. */
SIGNET_NODISCARD int signet_verifying_verify(struct signet_artifact *artifact,
                                             const char *path,
                                             const struct signet_signatures *signatures,
                                             struct signet_verify_opts *opts,
                                             struct signet_verification **result,
                                             struct signet_err *err);

/** Takes over what became of path, also if it fails, and says on stderr why it did not pass, if so,
 * and what a reader should know. result may be NULL: it came to no verdict, because of why. Returns
 * SIGNET_OK, whatever the verdict, or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_verifying_add(struct signet_verifying *all,
                                          const char *path,
                                          struct signet_verification *result,
                                          const struct signet_err *why,
                                          struct signet_err *err);

/** Calls each for every operand that is no signature file of another, until one fails, which one
 *  that is refused does not; ctx is passed on. Returns what each returned, or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int
signet_verifying_operands(struct signet_verifying *all,
                          int (*each)(void *ctx, const char *path, struct signet_err *err),
                          void *ctx,
                          struct signet_err *err);

/** Puts all results into the report, if there is one; now is in seconds since 1970. */
void signet_verifying_report(const struct signet_verifying *all, int64_t now);

/** Prints the verdicts to stdout, one for each artifact and, if there are several, one for all. A
 *  failure to print is reported. */
void signet_verifying_print(const struct signet_verifying *all);

/** Releases what all holds. */
void signet_verifying_free(struct signet_verifying *all);

#endif
