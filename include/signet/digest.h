/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests: SHA-256 (FIPS 180-4, our own), SHA-384 and SHA-512 (libcrypto) and BLAKE2b of three
 * lengths (RFC 7693, libsodium), whole and streaming.
 */
#ifndef SIGNET_DIGEST_H
#define SIGNET_DIGEST_H

#include <signet/err.h>
#include <signet/span.h>

SIGNET_BEGIN_DECLS

/** Digest algorithms; 0 is none. */
enum signet_digest_alg {
    SIGNET_DIGEST_NONE = 0,
    SIGNET_DIGEST_SHA256 = 1,
    SIGNET_DIGEST_SHA384 = 2,
    SIGNET_DIGEST_SHA512 = 3,
    SIGNET_DIGEST_BLAKE2B = 4, /* BLAKE2b-512 */
    SIGNET_DIGEST_BLAKE2B_256 = 5,
    SIGNET_DIGEST_BLAKE2B_384 = 6,
};

/** Bytes of the longest digest, and characters of its hex form with a NUL. */
#define SIGNET_DIGEST_MAX 64
#define SIGNET_DIGEST_HEX (2 * SIGNET_DIGEST_MAX + 1)

/** A digest and what made it. */
struct signet_digest {
    enum signet_digest_alg alg;
    size_t len; /* bytes used */
    uint8_t bytes[SIGNET_DIGEST_MAX];
};

/** Bytes of a digest of this algorithm; 0 for NONE or an unknown value. */
SIGNET_API size_t signet_digest_size(enum signet_digest_alg alg);

/** "sha256", "sha384", "sha512", "blake2b", "blake2b-256" or "blake2b-384"; "none" otherwise.
 * Static storage. */
SIGNET_API const char *signet_digest_name(enum signet_digest_alg alg);

/** The algorithm of exactly that name, or SIGNET_DIGEST_NONE. */
SIGNET_API enum signet_digest_alg signet_digest_by_name(struct signet_span name);

/** Whether both have the same algorithm, the same non-zero length and the same bytes. */
SIGNET_API bool signet_digest_eq(const struct signet_digest *a, const struct signet_digest *b);

/** Writes the lower-case hex form to out and returns out. */
SIGNET_API const char *signet_digest_hex(const struct signet_digest *digest,
                                         char out[SIGNET_DIGEST_HEX]);

/** A digest being computed; one thread at a time. */
struct signet_hash;

/**
 * Starts a digest. *hash is owned (free with signet_hash_free()) and set on success only.
 * Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (unknown alg), SIGNET_E_NOMEM, or SIGNET_E_INTERNAL
 * (SHA-384 and SHA-512: libcrypto cannot be loaded from its compiled-in path).
 */
SIGNET_API SIGNET_NODISCARD int
signet_hash_new(enum signet_digest_alg alg, struct signet_hash **hash, struct signet_err *err);

/** Adds bytes. Returns SIGNET_OK or SIGNET_E_INTERNAL; an error sticks until
 *  signet_hash_final(). */
SIGNET_API SIGNET_NODISCARD int signet_hash_update(struct signet_hash *hash,
                                                   struct signet_span bytes);

/** Writes the digest of all bytes added and starts anew with none, so that hash can be used again.
 *  Returns SIGNET_OK or SIGNET_E_INTERNAL; *digest is zeroed on failure. */
SIGNET_API SIGNET_NODISCARD int signet_hash_final(struct signet_hash *hash,
                                                  struct signet_digest *digest);

/** Releases hash, which may be NULL. */
SIGNET_API void signet_hash_free(struct signet_hash *hash);

/** The digest of one run of bytes. Results as signet_hash_new(); *digest is zeroed on failure. */
SIGNET_API SIGNET_NODISCARD int signet_digest_of(enum signet_digest_alg alg,
                                                 struct signet_span bytes,
                                                 struct signet_digest *digest,
                                                 struct signet_err *err);

/** Which code computes SHA-256 on this machine. */
struct signet_digest_path {
    const char *name; /* such as "the SHA extensions of x86-64"; static storage */
    bool hardware;    /* with instructions of the processor, two streams a core; else portable */
};

/** Computes one known answer (FIPS 180-4, 896 bits) as two streams and reports the path taken.
 *  Returns SIGNET_OK or SIGNET_E_INTERNAL (an answer is wrong). */
SIGNET_API SIGNET_NODISCARD int signet_digest_self_check(struct signet_digest_path *path,
                                                         struct signet_err *err);

SIGNET_END_DECLS

#endif
