/* SPDX-License-Identifier: Apache-2.0
 *
 * A model against the BOM that lists it: what a verified BOM says, and whether the model is that.
 * Decides nothing.
 */
#ifndef SIGNET_VERIFY_BOUND_H
#define SIGNET_VERIFY_BOUND_H

#include "verify/verification.h"

/**
 * Reads the files of a model from the bytes of a BOM whose verification passed. Returns SIGNET_OK;
 * SIGNET_E_UNVERIFIED (it did not pass, or not as a whole); SIGNET_E_DENIED (its signature leaves
 * members out); SIGNET_E_USAGE (its text was not kept); SIGNET_E_IO (that is not the text that was
 * verified); or as signet_bom_files_read(). *files is empty on failure.
 */
SIGNET_NODISCARD int signet_bound_read(const struct signet_verification *bom,
                                       const struct signet_limits *limits,
                                       struct signet_bom_files *files,
                                       struct signet_err *err);

/**
 * Measures artifact by every algorithm that the files of verification->bom are listed with, and
 * compares. Fills verification->content and manifest. Returns SIGNET_OK, SIGNET_E_MISMATCH,
 * SIGNET_E_IO (it changed meanwhile), or what signet_artifact_measure() returns.
 */
SIGNET_NODISCARD int signet_bound_compare(struct signet_verification *verification,
                                          struct signet_artifact *artifact,
                                          const struct signet_verify_opts *opts,
                                          struct signet_err *err);

#endif
