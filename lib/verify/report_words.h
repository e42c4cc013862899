/* SPDX-License-Identifier: Apache-2.0
 *
 * Words that the JSON and the text form of a report share.
 */
#ifndef SIGNET_VERIFY_REPORT_WORDS_H
#define SIGNET_VERIFY_REPORT_WORDS_H

#include <signet/buf.h>
#include <signet/jsonout.h>

#include "verify/verification.h"

/** "file" or "bundle". */
const char *signet_report_kind(enum signet_artifact_kind kind);

/** What a verified statement is about: "file", "canonical" (the RFC 8785 form of one), "bundle",
 *  "attestation", or for a signature inside a document a JSON pointer; NULL if nothing was
 *  verified. */
const char *signet_report_covers(const struct signet_source *source);

/** Whether a verified statement is about RFC 8785 forms alone. */
bool signet_report_canonical(const struct signet_source *source);

/** The offset of an integer that makes the RFC 8785 form that matched ambiguous, or
 *  SIGNET_NO_OFFSET. */
uint64_t signet_report_inexact(const struct signet_verification *verification);

/** How the key made a valid signature of source: the algorithm that it states, "ed25519ph", or the
 *  name of the key's algorithm. */
const char *signet_report_algorithm(const struct signet_source *source,
                                    const struct signet_signer *signer,
                                    const struct signet_pubkey *key);

/** Why a signature of source that verifies does not count; NULL if it counts or does not verify. */
const char *signet_report_discounted(const struct signet_signature *signature,
                                     const struct signet_signer *signer);

/** How a signature was made that is not made as most are of its format; NULL: as they are. */
const char *signet_report_reading(bool hex);

/** Appends a number in digits, and a text. */
void signet_report_number(struct signet_buf *out, uint64_t value, const char *after);

/** Appends which entry of a list vouches for the artifact, if one does by source. */
void signet_report_entry(struct signet_buf *out, const struct signet_source *source);

/** Writes the member "demands": what became of each of the rule by which a policy decided. */
void signet_report_demands(const struct signet_verification *verification,
                           struct signet_jsonout *json);

#endif
