/* SPDX-License-Identifier: Apache-2.0
 *
 * Bundles by their identity (signetBundle): a statement over one says that nothing differs, and
 * not, as a list of files does, what does.
 */
#ifndef SIGNET_VERIFY_WHOLE_H
#define SIGNET_VERIFY_WHOLE_H

#include "verify/verification.h"

/** The first subject of a statement that is a bundle, or NULL. */
const struct signet_subject *signet_whole_subject(const struct signet_statement *statement);

/** Whether one of the subjects is the bundle of that manifest. */
bool signet_whole_is(const struct signet_statement *statement,
                     const struct signet_manifest *manifest);

/** Moves lists of files before other sources, keeping the order of each: a list says what differs,
 *  and what it matched need not be read again for a statement over the whole. */
void signet_whole_lists_first(struct signet_verification *verification);

/** Notes in verification->content the paths that the bundle is identified without: those that the
 *  first list of files leaves out, else git's own, and the signature files in it. Returns SIGNET_OK
 *  or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_whole_note_left_out(struct signet_verification *verification,
                                                struct signet_err *err);

/** Measures artifact, or what an archive of a bundle of that name holds, without content->left_out
 *  into *manifest, which is released before. Results as signet_artifact_measure(). */
SIGNET_NODISCARD int signet_whole_measure(const struct signet_content *content,
                                          struct signet_artifact *artifact,
                                          const char *name,
                                          const struct signet_verify_opts *opts,
                                          struct signet_manifest *manifest,
                                          struct signet_err *err);

/** As signet_content_compare() for a statement that has a bundle as a subject, and an artifact that
 *  is one or an archive. */
SIGNET_NODISCARD int signet_whole_compare(struct signet_content *content,
                                          struct signet_artifact *artifact,
                                          const struct signet_manifest *measured,
                                          const struct signet_statement *statement,
                                          const struct signet_verify_opts *opts,
                                          struct signet_err *err);

/** Whether source says "signed" of the bundle that was compared before, file by file, and matched:
 *  then nothing is read again, and what was found then stays in the report. */
bool signet_whole_take_compared(const struct signet_verification *verification,
                                struct signet_source *source);

/** Whether source can be compared: a bundle of which only a part is looked at has no identity, and
 *  source->err says so. */
bool signet_whole_may_compare(const struct signet_verification *verification,
                              struct signet_source *source);

#endif
