/* SPDX-License-Identifier: Apache-2.0
 *
 * What SHA-256 is on each processor with instructions for it: the compression of FIPS 180-4 section
 * 6.2.2, four rounds at a time, of one stream or of two. Only a source that knows such instructions
 * gets anything from here; it has defined
 *   SIGNET_LANE            static, always inline, for that processor
 *   SIGNET_LANE_TARGET     for that processor
 *   lane_vector            four 32-bit words, and as functions of the class SIGNET_LANE:
 *   lane_open, lane_close  from and to eight words in memory, as the instructions take them
 *   lane_words             four big-endian words from memory
 *   lane_constants         four words from memory
 *   lane_add               the sums of words
 *   lane_rounds            four rounds, with the sums of schedule and constants
 *   lane_schedule          the four words of the schedule that follow sixteen
 */
#ifndef SIGNET_CRYPTO_SHA256_LANES_H
#define SIGNET_CRYPTO_SHA256_LANES_H

#include <stdalign.h>

#include "crypto/sha256.h"

#ifdef SIGNET_LANE

/* Section 4.2.2. */
alignas(16) static const uint32_t lane_table[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

struct lane {
    lane_vector hash[2]; /* the state between blocks */
    lane_vector work[2]; /* and within one */
    lane_vector w[4];    /* the last sixteen words of the schedule */
};

SIGNET_LANE void lane_begin(struct lane *lane, const uint8_t *block)
{
    lane->work[0] = lane->hash[0];
    lane->work[1] = lane->hash[1];
    lane->w[0] = lane_words(block);
    lane->w[1] = lane_words(block + 16);
    lane->w[2] = lane_words(block + 32);
    lane->w[3] = lane_words(block + 48);
}

/* Rounds t to t + 3, t a multiple of 4. */
SIGNET_LANE void lane_step(struct lane *lane, size_t t)
{
    lane_vector constants = lane_constants(lane_table + t);
    lane_rounds(lane->work, lane_add(lane->w[t / 4 % 4], constants));
}

/* Puts words t + 16 to t + 19 of the schedule in the place of t to t + 3. */
SIGNET_LANE void lane_extend(struct lane *lane, size_t t)
{
    size_t i = t / 4;
    lane->w[i % 4] = lane_schedule(lane->w[i % 4], lane->w[(i + 1) % 4], lane->w[(i + 2) % 4],
                                   lane->w[(i + 3) % 4]);
}

SIGNET_LANE void lane_end(struct lane *lane)
{
    lane->hash[0] = lane_add(lane->hash[0], lane->work[0]);
    lane->hash[1] = lane_add(lane->hash[1], lane->work[1]);
}

/* The same of two lanes, or of one if b is NULL, which is known where this becomes part of its
 * caller. Their instructions alternate because a core does not look ahead over a whole block. */
SIGNET_LANE void lanes_step(struct lane *a, struct lane *b, size_t t)
{
    lane_step(a, t);
    if (b != NULL) {
        lane_step(b, t);
    }
    if (t < 48) {
        lane_extend(a, t);
    }
    if (t < 48 && b != NULL) {
        lane_extend(b, t);
    }
}

/* Not a loop: the vectors of a lane are to be registers, and those have no index. */
SIGNET_LANE void lanes_sixteen(struct lane *a, struct lane *b, size_t t)
{
    lanes_step(a, b, t);
    lanes_step(a, b, t + 4);
    lanes_step(a, b, t + 8);
    lanes_step(a, b, t + 12);
}

SIGNET_LANE void lanes_block(struct lane *a, struct lane *b)
{
    lanes_sixteen(a, b, 0);
    lanes_sixteen(a, b, 16);
    lanes_sixteen(a, b, 32);
    lanes_sixteen(a, b, 48);
}

static SIGNET_LANE_TARGET void compress_one(uint32_t state[8], const uint8_t *blocks, size_t count)
{
    struct lane lane;
    lane_open(state, lane.hash);
    for (size_t i = 0; i < count; i++) {
        lane_begin(&lane, blocks + i * SIGNET_SHA256_BLOCK);
        lanes_block(&lane, NULL);
        lane_end(&lane);
    }
    lane_close(lane.hash, state);
}

static SIGNET_LANE_TARGET void compress_two(
    uint32_t state_a[8], const uint8_t *x, uint32_t state_b[8], const uint8_t *y, size_t count)
{
    struct lane a;
    struct lane b;
    lane_open(state_a, a.hash);
    lane_open(state_b, b.hash);
    for (size_t i = 0; i < count; i++) {
        lane_begin(&a, x + i * SIGNET_SHA256_BLOCK);
        lane_begin(&b, y + i * SIGNET_SHA256_BLOCK);
        lanes_block(&a, &b);
        lane_end(&a);
        lane_end(&b);
    }
    lane_close(a.hash, state_a);
    lane_close(b.hash, state_b);
}

#endif /* SIGNET_LANE */
#endif
