/* SPDX-License-Identifier: Apache-2.0
 *
 * The artifact as a document in memory: its bytes, and the RFC 8785 form of what they say. What is
 * described in a report, signed inside, or signed as a form is one reading of it.
 */
#ifndef SIGNET_VERIFY_FORM_H
#define SIGNET_VERIFY_FORM_H

#include "verify/embedded.h"

/**
 * The measured artifact as what was read of it into memory, so that what is described is what is
 * verified, or NULL if nothing was. For a statement with a subject in RFC 8785 form a FILE artifact
 * is read now if it was not before, and its form digested once; why that fails is recorded in *why.
 * artifact may be NULL if its text was taken.
 */
const struct signet_manifest *signet_form_manifest(struct signet_embedded *embedded,
                                                   const struct signet_artifact *artifact,
                                                   const struct signet_statement *statement,
                                                   const struct signet_verify_opts *opts,
                                                   struct signet_err *why);

/** As signet_form_manifest(), whatever a statement is about, for a FILE artifact. */
const struct signet_manifest *signet_form_make(struct signet_embedded *embedded,
                                               const struct signet_artifact *artifact,
                                               const struct signet_verify_opts *opts,
                                               struct signet_err *why);

#endif
