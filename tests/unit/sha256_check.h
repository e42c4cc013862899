/* SPDX-License-Identifier: Apache-2.0
 *
 * What each path of SHA-256 must hold on the machine that has it: the examples and the CAVP vectors
 * of NIST, and agreement with another implementation. Needs nothing but the C library, so that it
 * also runs as a program for another processor. Each check is true, or says on stdout what failed.
 */
#ifndef SIGNET_TESTS_SHA256_CHECK_H
#define SIGNET_TESTS_SHA256_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "crypto/sha256.h"

/* Another implementation: the digest of a message. */
typedef void sha256_oracle(struct signet_span message, uint8_t digest[SIGNET_SHA256_BYTES]);

struct sha256_example {
    const char *unit; /* the message is this, so many times */
    size_t length;
    size_t count;
    const char *hex;
};

/* Of FIPS 180-4 as NIST publishes them in "SHA256.pdf" and "SHA2_Additional.pdf". */
static const struct sha256_example sha256_examples[] = {
    {"", 0, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", 3, 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"\xbd", 1, 1, "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"},
    {"\xc9\x8c\x8e\x55", 4, 1, "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"},
    {"\0", 1, 55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
    {"\0", 1, 56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"},
    {"\0", 1, 57, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"},
    {"\0", 1, 64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
    {"\0", 1, 1000, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"},
    {"A", 1, 1000, "c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4"},
    {"U", 1, 1005, "f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0"},
    {"\0", 1, 1000000, "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025"},
    {"a", 1, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

static inline bool sha256_is(const uint8_t digest[SIGNET_SHA256_BYTES], const char *hex)
{
    char found[2 * SIGNET_SHA256_BYTES + 1];
    for (size_t i = 0; i < SIGNET_SHA256_BYTES; i++) {
        snprintf(found + 2 * i, 3, "%02x", (unsigned)digest[i]);
    }
    bool same = strncmp(found, hex, sizeof(found) - 1) == 0;
    if (!same) {
        printf("# expected %.64s\n# found    %s\n", hex, found);
    }
    return same;
}

/* Each example in one piece, and unit by unit. */
static inline bool sha256_check_examples(enum signet_sha256_path path)
{
    bool good = true;
    for (size_t i = 0; i < sizeof(sha256_examples) / sizeof(sha256_examples[0]); i++) {
        const struct sha256_example *example = &sha256_examples[i];
        struct signet_sha256 sha;
        uint8_t digest[SIGNET_SHA256_BYTES];
        size_t size = example->length * example->count;
        uint8_t *message = malloc(size + 1);
        if (message == NULL || !signet_sha256_init(&sha, path)) {
            free(message);
            return false;
        }
        for (size_t n = 0; n < example->count; n++) {
            memcpy(message + n * example->length, example->unit, example->length);
            signet_sha256_update(&sha, signet_span_of(example->unit, example->length));
        }
        signet_sha256_final(&sha, digest);
        good = sha256_is(digest, example->hex) && good;
        signet_sha256_update(&sha, signet_span_of(message, size));
        signet_sha256_final(&sha, digest);
        good = sha256_is(digest, example->hex) && good;
        free(message);
    }
    return good;
}

/* Hex digits at the front of text as bytes; how many. */
static inline size_t sha256_from_hex(const char *text, uint8_t *out, size_t room)
{
    size_t len = 0;
    char digits[3] = "";
    while (len < room && strspn(text, "0123456789abcdef") >= 2) {
        memcpy(digits, text, 2);
        out[len++] = (uint8_t)strtoul(digits, NULL, 16);
        text += 2;
    }
    return len;
}

/* FOLDER/SHA256ShortMsg.rsp: 65 messages of 0 to 64 bytes. */
static inline bool sha256_check_short(enum signet_sha256_path path, const char *folder)
{
    char line[512];
    uint8_t message[SIGNET_SHA256_BLOCK];
    uint8_t digest[SIGNET_SHA256_BYTES];
    struct signet_sha256 sha;
    size_t bits = 0;
    size_t count = 0;
    snprintf(line, sizeof(line), "%s/SHA256ShortMsg.rsp", folder);
    FILE *file = fopen(line, "re");
    bool good = file != NULL && signet_sha256_init(&sha, path);
    while (good && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "Len = ", 6) == 0) {
            bits = strtoul(line + 6, NULL, 10);
        } else if (strncmp(line, "Msg = ", 6) == 0) {
            /* A message of no bytes is written as one. */
            good = sha256_from_hex(line + 6, message, sizeof(message)) == (bits > 8 ? bits / 8 : 1);
        } else if (strncmp(line, "MD = ", 5) == 0) {
            signet_sha256_update(&sha, signet_span_of(message, bits / 8));
            signet_sha256_final(&sha, digest);
            good = sha256_is(digest, line + 5);
            count++;
        }
    }
    return file != NULL && fclose(file) == 0 && good && count == 65;
}

/* FOLDER/SHA256Monte.rsp: a hundred digests, a thousand links of a chain each. */
static inline bool sha256_check_monte(enum signet_sha256_path path, const char *folder)
{
    char line[512];
    uint8_t seed[SIGNET_SHA256_BYTES];
    uint8_t chain[3 * SIGNET_SHA256_BYTES]; /* the last three links */
    struct signet_sha256 sha;
    size_t count = 0;
    snprintf(line, sizeof(line), "%s/SHA256Monte.rsp", folder);
    FILE *file = fopen(line, "re");
    bool good = file != NULL && signet_sha256_init(&sha, path);
    while (good && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "Seed = ", 7) == 0) {
            good = sha256_from_hex(line + 7, seed, sizeof(seed)) == sizeof(seed);
        } else if (strncmp(line, "MD = ", 5) == 0) {
            for (size_t i = 0; i < 3; i++) {
                memcpy(chain + i * sizeof(seed), seed, sizeof(seed));
            }
            for (size_t i = 0; i < 1000; i++) {
                signet_sha256_update(&sha, signet_span_of(chain, sizeof(chain)));
                memmove(chain, chain + sizeof(seed), 2 * sizeof(seed));
                signet_sha256_final(&sha, chain + 2 * sizeof(seed));
            }
            memcpy(seed, chain + 2 * sizeof(seed), sizeof(seed));
            good = sha256_is(seed, line + 5);
            count++;
        }
    }
    return file != NULL && fclose(file) == 0 && good && count == 100;
}

/* Marsaglia's xorshift64: the same numbers in each run. */
static inline uint64_t sha256_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline void sha256_random_bytes(uint64_t *random, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)(sha256_random(random) >> 32);
    }
}

/* Short lengths often, the ends of a buffer of size bytes now and then. */
static inline size_t sha256_random_length(uint64_t *random, size_t size)
{
    uint64_t number = sha256_random(random);
    size_t bound = number % 8 == 0 ? size : 260;
    return (size_t)(number >> 8) % (bound + 1);
}

/* Adds a message in pieces, up to three and some of them empty. */
static inline void
sha256_update_in_pieces(struct signet_sha256 *sha, struct signet_span message, uint64_t *random)
{
    for (int i = 0; i < 2; i++) {
        size_t cut = (size_t)(sha256_random(random) >> 8) % (message.len + 1);
        signet_sha256_update(sha, signet_span_of(message.ptr, cut));
        message = signet_span_of(message.ptr + cut, message.len - cut);
    }
    signet_sha256_update(sha, message);
}

enum {
    SHA256_BUFFER = 4096
};

/* Messages of random lengths at random places of a buffer, each by itself, in pieces, and beside a
 * second one; a third of them ends where the buffer ends, so that a sanitizer sees a read behind.
 */
static inline bool
sha256_check_random(enum signet_sha256_path path, sha256_oracle *oracle, size_t rounds)
{
    uint64_t random = 0x5ca1ab1e0ddba11;
    uint8_t *buffer = malloc(SHA256_BUFFER);
    struct signet_sha256 sha[3];
    bool good = buffer != NULL;
    for (size_t i = 0; i < 3; i++) {
        good = signet_sha256_init(&sha[i], path) && good;
    }
    for (size_t round = 0; good && round < rounds; round++) {
        struct signet_span message[2];
        uint8_t expected[2][SIGNET_SHA256_BYTES];
        uint8_t digest[3][SIGNET_SHA256_BYTES];
        if (round % 1000 == 0) {
            sha256_random_bytes(&random, buffer, SHA256_BUFFER);
        }
        for (size_t i = 0; i < 2; i++) {
            size_t len = sha256_random_length(&random, SHA256_BUFFER);
            size_t room = SHA256_BUFFER - len;
            size_t at = (size_t)(sha256_random(&random) >> 8) % (room + 1);
            message[i] = signet_span_of(buffer + (round % 3 == 0 ? room : at), len);
            oracle(message[i], expected[i]);
        }
        signet_sha256_update_pair(&sha[0], message[0], &sha[1], message[1]);
        sha256_update_in_pieces(&sha[2], message[0], &random);
        for (size_t i = 0; i < 3; i++) {
            signet_sha256_final(&sha[i], digest[i]);
            good = memcmp(digest[i], expected[i % 2], sizeof(digest[i])) == 0 && good;
        }
        if (!good) {
            printf("# round %zu: lengths %zu and %zu\n", round, message[0].len, message[1].len);
        }
    }
    free(buffer);
    return good;
}

/* Two streams that hold any number of bytes of a block already and get any of these lengths. */
static inline bool sha256_check_pairs(enum signet_sha256_path path, sha256_oracle *oracle)
{
    enum {
        LENGTHS = 8,
        LONGEST = 256,
        SIZE = SIGNET_SHA256_BLOCK + LONGEST
    };
    static const size_t lengths[LENGTHS] = {0, 1, 63, 64, 65, 128, 191, LONGEST};
    static uint8_t expected[2][SIZE][SIGNET_SHA256_BYTES]; /* of the first bytes of each message */
    uint64_t random = 0xc0ffee;
    uint8_t message[2][SIZE];
    struct signet_sha256 sha[2];
    sha256_random_bytes(&random, message[0], sizeof(message));
    for (size_t len = 0; len < SIZE; len++) {
        oracle(signet_span_of(message[0], len), expected[0][len]);
        oracle(signet_span_of(message[1], len), expected[1][len]);
    }
    if (!signet_sha256_init(&sha[0], path) || !signet_sha256_init(&sha[1], path)) {
        return false;
    }
    for (size_t i = 0; i < SIGNET_SHA256_BLOCK * SIGNET_SHA256_BLOCK * LENGTHS * LENGTHS; i++) {
        size_t fill[2] = {i % SIGNET_SHA256_BLOCK, i / SIGNET_SHA256_BLOCK % SIGNET_SHA256_BLOCK};
        size_t pair = i / SIGNET_SHA256_BLOCK / SIGNET_SHA256_BLOCK;
        size_t len[2] = {lengths[pair % LENGTHS], lengths[pair / LENGTHS]};
        uint8_t digest[2][SIGNET_SHA256_BYTES];
        signet_sha256_update(&sha[0], signet_span_of(message[0], fill[0]));
        signet_sha256_update(&sha[1], signet_span_of(message[1], fill[1]));
        signet_sha256_update_pair(&sha[0], signet_span_of(message[0] + fill[0], len[0]), &sha[1],
                                  signet_span_of(message[1] + fill[1], len[1]));
        for (size_t j = 0; j < 2; j++) {
            signet_sha256_final(&sha[j], digest[j]);
            if (memcmp(digest[j], expected[j][fill[j] + len[j]], sizeof(digest[j])) != 0) {
                printf("# stream %zu of: %zu + %zu bytes, %zu + %zu bytes\n", j, fill[0], len[0],
                       fill[1], len[1]);
                return false;
            }
        }
    }
    return true;
}

#endif
