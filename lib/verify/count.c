/* SPDX-License-Identifier: Apache-2.0
 *
 * How many keys signed one payload: see verify/count.h.
 */
#include "verify/count.h"

static bool key_signed(const struct signet_verification *verification,
                       const struct signet_source *alike,
                       const struct signet_pubkey *key)
{
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        if (!source->content_matches || source->alike != alike) {
            continue;
        }
        for (size_t j = 0; j < source->signers.count; j++) {
            const struct signet_signer *signer = &source->signers.list[j];
            if (signer->status == SIGNET_OK &&
                signet_pubkey_eq(&verification->keys[signer->key].key, key)) {
                return true;
            }
        }
    }
    return false;
}

size_t signet_count_keys(const struct signet_verification *verification,
                         const struct signet_source *alike)
{
    size_t count = 0;
    for (size_t i = 0; i < verification->key_count; i++) {
        bool repeated = false;
        for (size_t j = 0; !repeated && j < i; j++) {
            repeated = signet_pubkey_eq(&verification->keys[i].key, &verification->keys[j].key);
        }
        if (!repeated && key_signed(verification, alike, &verification->keys[i].key)) {
            count++;
        }
    }
    return count;
}

size_t signet_count_undated(const struct signet_verification *verification)
{
    size_t count = 0;
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_signers *signers = &verification->sources[i].signers;
        for (size_t k = 0; k < signers->count; k++) {
            count += signers->list[k].undated ? 1 : 0;
        }
    }
    return count;
}
