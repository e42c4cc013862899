/* SPDX-License-Identifier: Apache-2.0
 *
 * What attestations are about: whether one that a given key signed has the artifact as a subject.
 * It is told, and decides nothing: an attestation never counts as a signature.
 */
#ifndef SIGNET_VERIFY_ABOUT_H
#define SIGNET_VERIFY_ABOUT_H

#include "verify/verification.h"

/**
 * Compares the subjects of every attestation with the artifact, as it was measured for the
 * verification if that tells; if not, it is read, unless may_read is false. What it leaves in
 * source->about is UNKNOWN if that comes to nothing; source->err then says why, and for OTHER what
 * differs. measured is what the caller measured, or NULL; artifact may be NULL if its text was
 * taken.
 */
void signet_about_judge(struct signet_verification *verification,
                        struct signet_artifact *artifact,
                        const struct signet_manifest *measured,
                        const struct signet_verify_opts *opts,
                        bool may_read);

/** Bytes that are enough for signet_about_list() to name two types. */
#define SIGNET_ABOUT_TEXT 192

/** Lists the types of the attestations and what each is about, as much as fits, and how many others
 *  there are; returns out. */
const char *signet_about_list(const struct signet_verification *verification,
                              char out[SIGNET_ABOUT_TEXT]);

/** What an attestation is about: "this artifact", …; static storage. */
const char *signet_about_name(enum signet_about about);

#endif
