/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 as it is built for AArch64, checked there without any library: the portable path, which
 * takes libsodium's compression elsewhere, takes one here that is written down from FIPS 180-4, and
 * that is the other opinion on the path with instructions.
 *
 * usage: sha256 best|examples|short|monte|random|pairs arm|portable FOLDER-OF-VECTORS
 */
#include <math.h>
#include <sodium.h>

#include "sha256_check.h"

/* Section 4.2.2 and 5.3.3: from the fractional part of a root of a prime. */
static uint32_t fraction(double root)
{
    return (uint32_t)((root - floor(root)) * 4294967296.0);
}

static int next_prime(int after)
{
    int prime = after + 1;
    for (int divisor = 2; divisor < prime; divisor++) {
        if (prime % divisor == 0) {
            return next_prime(prime);
        }
    }
    return prime;
}

static uint32_t rotate(uint32_t word, unsigned by)
{
    return word >> by | word << (32 - by);
}

/* Section 6.2.2, with the functions of section 4.1.2. */
static void compress(uint32_t hash[8], const uint8_t block[SIGNET_SHA256_BLOCK])
{
    uint32_t w[64];
    uint32_t v[8]; /* a to h */
    memcpy(v, hash, sizeof(v));
    for (size_t t = 0; t < 64; t++) {
        if (t < 16) {
            const uint8_t *at = block + 4 * t;
            w[t] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
        } else {
            uint32_t near = w[t - 2];
            uint32_t far = w[t - 15];
            w[t] = (rotate(near, 17) ^ rotate(near, 19) ^ near >> 10) + w[t - 7] +
                   (rotate(far, 7) ^ rotate(far, 18) ^ far >> 3) + w[t - 16];
        }
    }
    for (int t = 0, prime = 2; t < 64; t++, prime = next_prime(prime)) {
        uint32_t ch = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t maj = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        uint32_t t1 = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) + ch +
                      fraction(cbrt(prime)) + w[t];
        uint32_t t2 = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) + maj;
        memmove(v + 1, v, 7 * sizeof(v[0]));
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (size_t i = 0; i < 8; i++) {
        hash[i] += v[i];
    }
}

/* What lib/crypto/sha256.c asks of libsodium: whole blocks into a state. */
int crypto_hash_sha256_update(crypto_hash_sha256_state *state,
                              const unsigned char *in,
                              unsigned long long len)
{
    for (; len >= SIGNET_SHA256_BLOCK; len -= SIGNET_SHA256_BLOCK, in += SIGNET_SHA256_BLOCK) {
        compress(state->state, in);
    }
    return len == 0 ? 0 : -1;
}

/* A message as section 5.1.1 pads it, block by block. */
static void by_definition(struct signet_span message, uint8_t digest[SIGNET_SHA256_BYTES])
{
    uint8_t block[SIGNET_SHA256_BLOCK];
    uint32_t hash[8];
    size_t end = (message.len + 8) / SIGNET_SHA256_BLOCK * SIGNET_SHA256_BLOCK;
    for (int i = 0, prime = 2; i < 8; i++, prime = next_prime(prime)) {
        hash[i] = fraction(sqrt(prime));
    }
    for (size_t at = 0; at <= end; at += SIGNET_SHA256_BLOCK) {
        memset(block, 0, sizeof(block));
        for (size_t i = 0; i < sizeof(block) && at + i <= message.len; i++) {
            block[i] = at + i < message.len ? message.ptr[at + i] : 0x80;
        }
        for (size_t i = 0; at == end && i < 8; i++) {
            block[63 - i] = (uint8_t)((uint64_t)message.len * 8 >> 8 * i);
        }
        compress(hash, block);
    }
    for (size_t i = 0; i < SIGNET_SHA256_BYTES; i++) {
        digest[i] = (uint8_t)(hash[i / 4] >> (24 - i % 4 * 8));
    }
}

static bool best_is_of_this_processor(void)
{
    struct signet_sha256 sha;
    return signet_sha256_best() == SIGNET_SHA256_ARM &&
           signet_sha256_init(&sha, SIGNET_SHA256_ARM) &&
           !signet_sha256_init(&sha, SIGNET_SHA256_X86);
}

static bool check(const char *what, enum signet_sha256_path path, const char *folder)
{
    if (strcmp(what, "best") == 0) {
        return best_is_of_this_processor();
    }
    if (strcmp(what, "examples") == 0) {
        return sha256_check_examples(path);
    }
    if (strcmp(what, "short") == 0) {
        return sha256_check_short(path, folder);
    }
    if (strcmp(what, "monte") == 0) {
        return sha256_check_monte(path, folder);
    }
    if (strcmp(what, "random") == 0) {
        return sha256_check_random(path, by_definition, 2000);
    }
    return strcmp(what, "pairs") == 0 && sha256_check_pairs(path, by_definition);
}

int main(int argc, char **argv)
{
    bool arm = argc == 4 && strcmp(argv[2], "arm") == 0;
    enum signet_sha256_path path = arm ? SIGNET_SHA256_ARM : SIGNET_SHA256_PORTABLE;
    return argc == 4 && check(argv[1], path, argv[3]) ? EXIT_SUCCESS : EXIT_FAILURE;
}
