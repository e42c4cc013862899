/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests of runs of bytes. Owns which algorithms a run goes through; knows neither files nor
 * names.
 */
#include "artifact/digester.h"

#include "base/err.h"

int signet_digester_init(struct signet_digester *digester,
                         enum signet_digest_alg alg,
                         bool both,
                         struct signet_err *err)
{
    memset(digester, 0, sizeof(*digester));
    if (!signet_sha256_init(&digester->sha256, SIGNET_SHA256_BEST)) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "no way to compute SHA-256");
    }
    digester->both = both || alg == SIGNET_DIGEST_SHA256;
    return alg == SIGNET_DIGEST_SHA256 ? SIGNET_OK : signet_hash_new(alg, &digester->other, err);
}

static int update_other(struct signet_digester *digester, struct signet_span bytes)
{
    if (digester->crc32 != NULL) {
        digester->sum = signet_crc32_add(digester->crc32, digester->sum, bytes);
    }
    return digester->other != NULL ? signet_hash_update(digester->other, bytes) : SIGNET_OK;
}

int signet_digester_update(struct signet_digester *digester, struct signet_span bytes)
{
    if (digester->both) {
        signet_sha256_update(&digester->sha256, bytes);
    }
    return update_other(digester, bytes);
}

int signet_digester_update_pair(struct signet_digester *a,
                                struct signet_span x,
                                struct signet_digester *b,
                                struct signet_span y)
{
    if (!a->both || !b->both) {
        int rc = signet_digester_update(a, x);
        return rc == SIGNET_OK ? signet_digester_update(b, y) : rc;
    }
    signet_sha256_update_pair(&a->sha256, x, &b->sha256, y);
    int rc = update_other(a, x);
    return rc == SIGNET_OK ? update_other(b, y) : rc;
}

int signet_digester_finish(struct signet_digester *digester,
                           const struct signet_digest_slots *slots)
{
    if (slots->sum != NULL) {
        *slots->sum = digester->sum;
    }
    digester->sum = 0;
    if (digester->both) {
        uint8_t sha256[SIGNET_SHA256_BYTES];
        signet_sha256_final(&digester->sha256, sha256);
        if (slots->sha256 != NULL) {
            memcpy(slots->sha256, sha256, sizeof(sha256));
        }
        if (digester->other == NULL) {
            memcpy(slots->digest, sha256, sizeof(sha256));
        }
    }
    if (digester->other == NULL) {
        return SIGNET_OK;
    }
    struct signet_digest digest;
    int rc = signet_hash_final(digester->other, &digest);
    if (rc == SIGNET_OK) {
        memcpy(slots->digest, digest.bytes, digest.len);
    }
    return rc;
}

void signet_digester_clear(struct signet_digester *digester)
{
    signet_hash_free(digester->other);
    memset(digester, 0, sizeof(*digester));
}
