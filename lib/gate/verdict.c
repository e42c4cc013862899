/* SPDX-License-Identifier: Apache-2.0
 *
 * One word for what was found out about an artifact. Reads a verification, which is the decision;
 * finds out nothing itself.
 */
#include <signet/verdict.h>

#include <errno.h>
#include <string.h>

#include "base/compiler.h"
#include "trust/judge.h"
#include "trust/trust.h"
#include "verify/by_policy.h"

static const struct {
    enum signet_verdict verdict;
    const char *word;
    const char *meaning;
} table[] = {
#define ROW(name, value, word, meaning) {SIGNET_VERDICT_##name, word, meaning},
    SIGNET_VERDICT_TABLE(ROW)
#undef ROW
};

static size_t row_of(enum signet_verdict verdict)
{
    size_t row = 0;
    while (row + 1 < SIGNET_COUNT(table) && table[row].verdict != verdict) {
        row++;
    }
    return row; /* the last one is SIGNET_VERDICT_POLICY_ERROR */
}

const char *signet_verdict_word(enum signet_verdict verdict)
{
    return table[row_of(verdict)].word;
}

const char *signet_verdict_meaning(enum signet_verdict verdict)
{
    return table[row_of(verdict)].meaning;
}

/* Whether what a trusted key signed, and this is not, has the name of this. */
static bool name_is_signed(const struct signet_verification *verification)
{
    const struct signet_source *compared = verification->compared;
    if (compared == NULL || compared->evidence == NULL || verification->artifact_name == NULL) {
        return false;
    }
    const struct signet_statement *statement = &compared->evidence->statement;
    for (size_t i = 0; i < statement->subject_count; i++) {
        if (strcmp(statement->subjects[i].name, verification->artifact_name) == 0) {
            return true;
        }
    }
    return false;
}

/* Other bytes than were signed. */
static enum signet_verdict of_mismatch(const struct signet_verification *verification)
{
    const struct signet_source *compared = verification->compared;
    const struct signet_manifest *manifest = verification->manifest;
    if (name_is_signed(verification)) {
        return SIGNET_VERDICT_KNOWN_NAME_MODIFIED;
    }
    return compared != NULL && compared->evidence != NULL && compared->evidence->facts.has_size &&
                   manifest != NULL && manifest->bytes != compared->evidence->facts.size
               ? SIGNET_VERDICT_SIZE_MISMATCH
               : SIGNET_VERDICT_UNKNOWN_DIGEST;
}

/* What is wrong now with a key of the root that signed, if anything is. */
static enum signet_verdict of_key(const struct signet_verification *verification,
                                  const struct signet_source *source,
                                  const struct signet_signer *signer)
{
    const struct signet_trust *trust = verification->trust;
    const struct signet_payload_key signature = {signer->key, source->env.format->use,
                                                 SIGNET_TIME_UNKNOWN};
    const struct signet_root_key *key = &trust->root.keys[signer->key];
    if (signet_root_key_counts(key, &signature, trust->now)) {
        return SIGNET_VERDICT_OK;
    }
    if (key->status == SIGNET_ROOT_REVOKED) {
        return SIGNET_VERDICT_REVOKED;
    }
    return key->status == SIGNET_ROOT_RETIRED || trust->now > key->not_after
               ? SIGNET_VERDICT_EXPIRED
               : SIGNET_VERDICT_OK;
}

/* What is wrong with the keys that signed exactly this; a revoked one says more than an old one. */
static enum signet_verdict of_keys(const struct signet_verification *verification)
{
    enum signet_verdict worst = SIGNET_VERDICT_OK;
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        for (size_t j = 0; source->content_matches && j < source->signers.count; j++) {
            const struct signet_signer *signer = &source->signers.list[j];
            enum signet_verdict verdict =
                signer->status == SIGNET_OK && signer->key < verification->trust->root.key_count
                    ? of_key(verification, source, signer)
                    : SIGNET_VERDICT_OK;
            if (verdict == SIGNET_VERDICT_REVOKED) {
                return verdict;
            }
            worst = verdict != SIGNET_VERDICT_OK ? verdict : worst;
        }
    }
    return worst;
}

/* A rule, the deny list or the system said no. */
static enum signet_verdict of_refusal(const struct signet_verification *verification,
                                      enum signet_verdict otherwise)
{
    if (verification->err.sys_errno == ETXTBSY) {
        return SIGNET_VERDICT_WRITER_PRESENT;
    }
    if (verification->trust == NULL) {
        return otherwise;
    }
    const char *name = NULL;
    if (signet_by_policy_find_denied(verification, &name) != NULL) {
        return SIGNET_VERDICT_REVOKED;
    }
    if (verification->refusal != SIGNET_REFUSAL_OTHER) {
        return verification->refusal == SIGNET_REFUSAL_USAGE ? SIGNET_VERDICT_WRONG_USAGE
                                                             : SIGNET_VERDICT_EXPIRED;
    }
    enum signet_verdict verdict = of_keys(verification);
    return verdict != SIGNET_VERDICT_OK ? verdict : otherwise;
}

/* Whether somebody whom the root knows signed exactly this. */
static bool is_signed(const struct signet_verification *verification)
{
    size_t i = 0;
    while (i < verification->source_count && !verification->sources[i].content_matches) {
        i++;
    }
    return i < verification->source_count;
}

static enum signet_verdict of_failure(const struct signet_verification *verification)
{
    switch (verification->err.code) {
    case SIGNET_E_IO:
        return SIGNET_VERDICT_IO_ERROR;
    case SIGNET_E_LIMIT:
        return SIGNET_VERDICT_TOO_LARGE;
    case SIGNET_E_FORBIDDEN:
        return SIGNET_VERDICT_NOT_REGULAR;
    case SIGNET_E_STALE:
        return SIGNET_VERDICT_EXPIRED;
    case SIGNET_E_MISMATCH:
        return of_mismatch(verification);
    case SIGNET_E_THRESHOLD:
        return of_refusal(verification, SIGNET_VERDICT_UNKNOWN_DIGEST);
    case SIGNET_E_DENIED:
        return of_refusal(verification, SIGNET_VERDICT_POLICY_ERROR);
    case SIGNET_E_NO_SIGNATURE: /* or none of an attestation that is demanded besides */
        return is_signed(verification) ? SIGNET_VERDICT_POLICY_ERROR
                                       : SIGNET_VERDICT_UNKNOWN_DIGEST;
    case SIGNET_E_BAD_SIGNATURE:
    case SIGNET_E_UNTRUSTED:
    case SIGNET_E_MALFORMED:
    case SIGNET_E_UNSUPPORTED:
    case SIGNET_E_AMBIGUOUS:
        return SIGNET_VERDICT_UNKNOWN_DIGEST;
    default:
        return SIGNET_VERDICT_POLICY_ERROR;
    }
}

enum signet_verdict signet_verdict_of(const struct signet_verification *verification)
{
    const struct signet_verified *verified = signet_verification_verified(verification);
    if (signet_verification_code(verification) != SIGNET_OK) {
        return of_failure(verification);
    }
    return verified != NULL && !verified->partial ? SIGNET_VERDICT_OK : SIGNET_VERDICT_POLICY_ERROR;
}
