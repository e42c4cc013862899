/* SPDX-License-Identifier: Apache-2.0
 *
 * What was found out about an artifact, put to a policy as plain values. Decides nothing itself:
 * trust/judge.h answers, and verify.c passes.
 */
#ifndef SIGNET_VERIFY_BY_POLICY_H
#define SIGNET_VERIFY_BY_POLICY_H

#include "trust/policy.h"
#include "verify/verification.h"

/** What the policy said. */
struct signet_by_policy {
    struct signet_source *source;       /* by which the first demand of the rule holds */
    size_t keys;                        /* of the role, that signed its payload */
    const struct signet_facts *release; /* whose version may not go back; NULL: none */
    bool nothing;                       /* no signature that counts is over the artifact */
};

/** Notes where artifact stands, before it is read. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_by_policy_note_path(struct signet_verification *verification,
                                                const struct signet_artifact *artifact,
                                                struct signet_err *err);

/** The entry of the deny list that what was compared last, or something in it, is on, and in *name
 *  what is; NULL: none that it can be compared with. */
const struct signet_policy_revoked *
signet_by_policy_find_denied(const struct signet_verification *verification, const char **name);

/**
 * Takes what was compared last, and matches, into account: it and all that is in it is looked for
 * on the deny list of the policy, which refuses it whoever signed it, and names that it was
 * compared without are noted for the question. What is signed inside a document is looked for by
 * the RFC 8785 form of the document too, as anybody can lay it out anew. Returns SIGNET_OK;
 * SIGNET_E_NOMEM; SIGNET_E_LIMIT or SIGNET_E_MALFORMED of that form; or SIGNET_E_DENIED, also for
 * what cannot be compared with a list: a part of a bundle, files that were signed in pieces, names
 * that were left out, and of an archive its own bytes.
 */
SIGNET_NODISCARD int signet_by_policy_take(struct signet_verification *verification,
                                           const struct signet_verify_opts *opts,
                                           struct signet_err *err);

/**
 * Asks opts->trust about an artifact whose sources were compared, as each kind that one of them is
 * of: it must be let pass as one kind by signatures over that kind alone. artifact may be NULL: it
 * stands nowhere. Its files are looked at if a rule asks for formats of models. Returns SIGNET_OK
 * if a rule lets it pass: *said is set then; else as signet_judge() or signet_models_find(), or
 * SIGNET_E_NOMEM. The reason is verification->err.
 */
SIGNET_NODISCARD int signet_by_policy_ask(struct signet_verification *verification,
                                          const struct signet_artifact *artifact,
                                          const struct signet_verify_opts *opts,
                                          struct signet_by_policy *said);

/** Compares the version of the release that is let pass with the highest one that was seen, if it
 *  may not go back, and remembers it, and the newest trusted time. Results as
 *  signet_trust_see_release(), the reason being verification->err. */
SIGNET_NODISCARD int signet_by_policy_remember(struct signet_verification *verification,
                                               const struct signet_by_policy *said);

#endif
