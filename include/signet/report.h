/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifications as text and as the JSON object "signet-report/1". Everything that came from an
 * artifact or an envelope is escaped.
 */
#ifndef SIGNET_REPORT_H
#define SIGNET_REPORT_H

#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** What a report is about. Everything is borrowed. */
struct signet_report {
    const char *tool;               /* such as "signet-verify" */
    int64_t now;                    /* seconds since 1970 */
    const char *const *environment; /* names of variables used; NULL-terminated */
    const char *const *insecure;    /* weakening switches used; NULL-terminated */
    const struct signet_verification *const *artifacts;
    size_t artifact_count;
};

/** The gravest code of all artifacts (signet_err_worse()); SIGNET_OK only if there is one and all
 * passed. */
SIGNET_API int signet_report_code(const struct signet_report *report);

/** Appends the report as one JSON object and a line feed. Result as signet_buf_reserve(). */
SIGNET_API int signet_report_json(const struct signet_report *report, struct signet_buf *out);

/**
 * Appends what was found about one artifact in lines for people: one line with the verdict, and, if
 * verbose or if it did not pass, indented lines on signatures and entries. Result as
 * signet_buf_reserve().
 */
SIGNET_API int signet_report_text(const struct signet_verification *verification,
                                  bool verbose,
                                  struct signet_buf *out);

SIGNET_END_DECLS

#endif
