/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests. Owns the algorithm table and the choice of library: SHA-2 (FIPS 180-4) from libcrypto,
 * which uses the processor's SHA instructions; BLAKE2b-512 (RFC 7693) from libsodium, which is
 * faster there and needs no loading. Knows nothing of files.
 */
#include <signet/digest.h>

#include <sodium.h>
#include <stdlib.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "crypto/openssl.h"
#include "crypto/sodium.h"

struct digest_row {
    enum signet_digest_alg alg;
    size_t size; /* bytes */
    const char *name;
};

static const struct digest_row digest_rows[] = {
    {SIGNET_DIGEST_SHA256, 32, "sha256"},
    {SIGNET_DIGEST_SHA384, 48, "sha384"},
    {SIGNET_DIGEST_SHA512, 64, "sha512"},
    {SIGNET_DIGEST_BLAKE2B, 64, "blake2b"},
};

struct signet_hash {
    crypto_generichash_blake2b_state blake2b; /* BLAKE2B only; first, for its alignment */
    struct signet_sha2 *sha2;                 /* NULL for BLAKE2B */
    enum signet_digest_alg alg;
    int status; /* SIGNET_OK, or the error that stuck */
};

static const struct digest_row *find_row(enum signet_digest_alg alg)
{
    for (size_t i = 0; i < SIGNET_COUNT(digest_rows); i++) {
        if (digest_rows[i].alg == alg) {
            return &digest_rows[i];
        }
    }
    return NULL;
}

size_t signet_digest_size(enum signet_digest_alg alg)
{
    const struct digest_row *row = find_row(alg);
    return row != NULL ? row->size : 0;
}

const char *signet_digest_name(enum signet_digest_alg alg)
{
    const struct digest_row *row = find_row(alg);
    return row != NULL ? row->name : "none";
}

enum signet_digest_alg signet_digest_by_name(struct signet_span name)
{
    for (size_t i = 0; i < SIGNET_COUNT(digest_rows); i++) {
        if (signet_span_is(name, digest_rows[i].name)) {
            return digest_rows[i].alg;
        }
    }
    return SIGNET_DIGEST_NONE;
}

bool signet_digest_eq(const struct signet_digest *a, const struct signet_digest *b)
{
    return a->alg == b->alg && a->len > 0 && a->len <= sizeof(a->bytes) &&
           signet_span_eq(signet_span_of(a->bytes, a->len), signet_span_of(b->bytes, b->len));
}

const char *signet_digest_hex(const struct signet_digest *digest, char out[SIGNET_DIGEST_HEX])
{
    size_t len = digest->len <= sizeof(digest->bytes) ? digest->len : 0;
    signet_hex_encode(signet_span_of(digest->bytes, len), out);
    return out;
}

static int start_blake2b(struct signet_hash *hash, struct signet_err *err)
{
    int rc = signet_sodium_start(err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    return crypto_generichash_blake2b_init(&hash->blake2b, NULL, 0, SIGNET_DIGEST_MAX) == 0
               ? SIGNET_OK
               : SIGNET_E_INTERNAL;
}

int signet_hash_new(enum signet_digest_alg alg, struct signet_hash **hash, struct signet_err *err)
{
    if (find_row(alg) == NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "digest algorithm %d: expected sha256, sha384, sha512 or blake2b",
                              (int)alg);
    }
    struct signet_hash *made = aligned_alloc(_Alignof(struct signet_hash), sizeof(*made));
    if (made == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    memset(made, 0, sizeof(*made));
    made->alg = alg;
    int rc = alg == SIGNET_DIGEST_BLAKE2B ? start_blake2b(made, err)
                                          : signet_sha2_new(alg, &made->sha2, err);
    if (rc != SIGNET_OK) {
        signet_hash_free(made);
        return signet_err_set(err, rc, "libsodium cannot start a digest");
    }
    *hash = made;
    return SIGNET_OK;
}

int signet_hash_update(struct signet_hash *hash, struct signet_span bytes)
{
    if (hash->status != SIGNET_OK || bytes.len == 0) {
        return hash->status;
    }
    if (hash->alg != SIGNET_DIGEST_BLAKE2B) {
        hash->status = signet_sha2_update(hash->sha2, bytes);
    } else if (crypto_generichash_blake2b_update(&hash->blake2b, bytes.ptr, bytes.len) != 0) {
        hash->status = SIGNET_E_INTERNAL;
    }
    return hash->status;
}

static int finish_blake2b(struct signet_hash *hash, uint8_t out[SIGNET_DIGEST_MAX])
{
    bool done = crypto_generichash_blake2b_final(&hash->blake2b, out, SIGNET_DIGEST_MAX) == 0;
    int rc = start_blake2b(hash, NULL);
    return done ? rc : SIGNET_E_INTERNAL;
}

int signet_hash_final(struct signet_hash *hash, struct signet_digest *digest)
{
    int before = hash->status;
    memset(digest, 0, sizeof(*digest));
    hash->status = hash->alg == SIGNET_DIGEST_BLAKE2B
                       ? finish_blake2b(hash, digest->bytes)
                       : signet_sha2_final(hash->sha2, digest->bytes);
    if (before != SIGNET_OK || hash->status != SIGNET_OK) {
        memset(digest, 0, sizeof(*digest));
        return before != SIGNET_OK ? before : hash->status;
    }
    digest->alg = hash->alg;
    digest->len = signet_digest_size(hash->alg);
    return SIGNET_OK;
}

void signet_hash_free(struct signet_hash *hash)
{
    if (hash != NULL) {
        signet_sha2_free(hash->sha2);
        free(hash);
    }
}

int signet_digest_of(enum signet_digest_alg alg,
                     struct signet_span bytes,
                     struct signet_digest *digest,
                     struct signet_err *err)
{
    struct signet_hash *hash = NULL;
    memset(digest, 0, sizeof(*digest));
    int rc = signet_hash_new(alg, &hash, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_hash_update(hash, bytes);
    if (rc == SIGNET_OK) {
        rc = signet_hash_final(hash, digest);
    }
    signet_hash_free(hash);
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "the digest could not be computed");
}

/* Intel SDM volume 2, CPUID: leaf 7, EBX bit 29 is SHA. */
static bool cpu_has_sha(void)
{
#if defined(__x86_64__)
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx >> 29 & 1) != 0;
#else
    return false;
#endif
}

int signet_digest_self_check(struct signet_digest_path *path, struct signet_err *err)
{
    static const struct signet_digest expected = {
        SIGNET_DIGEST_SHA256, 32, {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                   0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                   0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad}};
    struct signet_openssl_info info = {"", false};
    struct signet_digest found;

    int rc = signet_openssl_info(&info, err);
    path->library = info.version;
    path->cpu_has_sha = cpu_has_sha();
    path->sha_in_use = path->cpu_has_sha && info.sha_in_use;
    if (rc == SIGNET_OK) {
        rc = signet_digest_of(SIGNET_DIGEST_SHA256, signet_span_str("abc"), &found, err);
    }
    if (rc == SIGNET_OK && !signet_digest_eq(&found, &expected)) {
        char hex[SIGNET_DIGEST_HEX];
        rc = signet_err_set(err, SIGNET_E_INTERNAL, "SHA-256 of \"abc\" came out as %s",
                            signet_digest_hex(&found, hex));
    }
    return rc;
}
