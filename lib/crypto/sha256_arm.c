/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 with the cryptographic extension of ARMv8-A, AArch64. Owns the question whether the
 * processor has it; what is done with it is that of sha256_lanes.h. Instructions are described in
 * the Arm Architecture Reference Manual for A-profile, SHA256H, SHA256H2, SHA256SU0 and SHA256SU1.
 */
#include "crypto/sha256.h"

#if defined(__aarch64__) && defined(__AARCH64EL__)

#if !defined(__ARM_FEATURE_CRYPTO) && !defined(__ARM_FEATURE_SHA2)
#error "the build compiles this file with -march=armv8-a+crypto"
#endif

#include <arm_neon.h>
#include <sys/auxv.h>

#include "base/compiler.h"

/* Compilers differ in whether a function alone can have the extension, so this whole file has it;
 * they make no such instruction by themselves. */
#define SIGNET_LANE_TARGET
#define SIGNET_LANE static SIGNET_ALWAYS_INLINE

typedef uint32x4_t lane_vector;

SIGNET_LANE void lane_open(const uint32_t state[8], lane_vector half[2])
{
    half[0] = vld1q_u32(state);
    half[1] = vld1q_u32(state + 4);
}

SIGNET_LANE void lane_close(const lane_vector half[2], uint32_t state[8])
{
    vst1q_u32(state, half[0]);
    vst1q_u32(state + 4, half[1]);
}

SIGNET_LANE lane_vector lane_words(const uint8_t *at)
{
    return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(at)));
}

SIGNET_LANE lane_vector lane_constants(const uint32_t *k)
{
    return vld1q_u32(k);
}

SIGNET_LANE lane_vector lane_add(lane_vector a, lane_vector b)
{
    return vaddq_u32(a, b);
}

SIGNET_LANE void lane_rounds(lane_vector half[2], lane_vector words)
{
    lane_vector abcd = half[0];
    half[0] = vsha256hq_u32(abcd, half[1], words);
    half[1] = vsha256h2q_u32(half[1], abcd, words);
}

SIGNET_LANE lane_vector lane_schedule(lane_vector w0,
                                      lane_vector w1,
                                      lane_vector w2,
                                      lane_vector w3)
{
    return vsha256su1q_u32(vsha256su0q_u32(w0, w1), w2, w3);
}

#include "crypto/sha256_lanes.h"

const struct signet_sha256_ops *signet_sha256_arm(void)
{
    static const struct signet_sha256_ops ops = {
        SIGNET_SHA256_ARM,
        "the SHA-2 instructions of ARMv8",
        compress_one,
        compress_two,
    };
    return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0 ? &ops : NULL;
}

#else

const struct signet_sha256_ops *signet_sha256_arm(void)
{
    return NULL;
}

#endif
