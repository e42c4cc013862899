/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifications as text and as members of the JSON object "signet-report/1". Everything that came
 * from an artifact or an envelope is escaped.
 */
#ifndef SIGNET_REPORT_H
#define SIGNET_REPORT_H

#include <signet/jsonout.h>
#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** What a report is about. Everything is borrowed. */
struct signet_report {
    int64_t now;                 /* seconds since 1970 */
    const char *const *insecure; /* weakening switches used; NULL-terminated, may be NULL */
    const struct signet_verification *const *artifacts;
    size_t artifact_count;
    /* The word that whoever reports has for an artifact, as its "verdict"; may be NULL. */
    const char *(*verdict)(const struct signet_verification *verification);
};

/** The gravest code of all artifacts (signet_err_worse()); SIGNET_OK only if there is one and all
 *  passed. */
SIGNET_API int signet_report_code(const struct signet_report *report);

/** Writes the members "partial", "decision", "rule", "now", "insecure" and "artifacts" into an open
 *  object. An error sticks to json->out. */
SIGNET_API void signet_report_members(const struct signet_report *report,
                                      struct signet_jsonout *json);

/** Appends the one line that says how it ended: "verified: PATH: …", with "PARTIAL: N of M entries"
 *  if it was partial, or "REFUSED: PATH". Result as signet_buf_reserve(). */
SIGNET_API int signet_report_verdict(const struct signet_verification *verification,
                                     struct signet_buf *out);

/** Appends indented lines on each entry that differs and what a reader should know, and if signers
 * is true on each signature file too. Result as signet_buf_reserve(). */
SIGNET_API int signet_report_details(const struct signet_verification *verification,
                                     bool signers,
                                     struct signet_buf *out);

/** Appends indented lines on how a policy came to its verdict: policy, root and time, the real
 * path, the rule that decided, and of each of its demands the role and the keys that counted, with
 * the time that they were judged by. Nothing if keys were given instead. Result as
 *  signet_buf_reserve(). */
SIGNET_API int signet_report_explain(const struct signet_verification *verification,
                                     struct signet_buf *out);

/** Why it did not pass; code SIGNET_OK if it did. Valid as long as verification. */
SIGNET_API const struct signet_err *
signet_report_error(const struct signet_verification *verification);

/** What to do next about an artifact that did not pass, in the words of signet-verify; NULL if
 * there is nothing to say. Static storage. */
SIGNET_API const char *signet_report_next_step(const struct signet_verification *verification);

/**
 * Appends what a policy decided as the predicate of type https://slsa.dev/verification_summary/v1,
 * JSON: PASSED, or FAILED of what was checked and refused. Returns SIGNET_OK; SIGNET_E_USAGE (no
 * signed policy decided); SIGNET_E_UNVERIFIED (only a part was verified); SIGNET_E_NOMEM; or the
 * code of the verification, and its text, if that came to no verdict. Append nothing to out after a
 * failure.
 */
SIGNET_API SIGNET_NODISCARD int signet_report_summary(
    const struct signet_verification *verification, struct signet_buf *out, struct signet_err *err);

SIGNET_END_DECLS

#endif
