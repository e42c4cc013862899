/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 with the SHA extensions of x86-64. Owns the question whether the processor has them; what
 * is done with them is that of sha256_lanes.h. Instructions are described in Intel SDM volume 2,
 * SHA256RNDS2, SHA256MSG1 and SHA256MSG2; CPUID too.
 */
#include "crypto/sha256.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include "base/compiler.h"

#define SIGNET_LANE_TARGET SIGNET_TARGET("sha,sse4.1,ssse3")
#define SIGNET_LANE static SIGNET_ALWAYS_INLINE SIGNET_LANE_TARGET

typedef __m128i lane_vector;

/* The instructions take the state in the halves ABEF and CDGH, A and C highest. */
SIGNET_LANE void lane_open(const uint32_t state[8], lane_vector half[2])
{
    lane_vector dcba = _mm_loadu_si128((const void *)state);
    lane_vector hgfe = _mm_loadu_si128((const void *)(state + 4));
    lane_vector cdab = _mm_shuffle_epi32(dcba, 0xb1);
    lane_vector efgh = _mm_shuffle_epi32(hgfe, 0x1b);
    half[0] = _mm_alignr_epi8(cdab, efgh, 8);
    half[1] = _mm_blend_epi16(efgh, cdab, 0xf0);
}

SIGNET_LANE void lane_close(const lane_vector half[2], uint32_t state[8])
{
    lane_vector feba = _mm_shuffle_epi32(half[0], 0x1b);
    lane_vector dchg = _mm_shuffle_epi32(half[1], 0xb1);
    _mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

SIGNET_LANE lane_vector lane_words(const uint8_t *at)
{
    const lane_vector swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    return _mm_shuffle_epi8(_mm_loadu_si128((const void *)at), swap);
}

SIGNET_LANE lane_vector lane_constants(const uint32_t *k)
{
    return _mm_load_si128((const void *)k);
}

SIGNET_LANE lane_vector lane_add(lane_vector a, lane_vector b)
{
    return _mm_add_epi32(a, b);
}

/* Two rounds turn ABEF into the next CDGH and give the next ABEF, so the halves change places
 * twice. The instruction takes the lower two words of its last operand. */
SIGNET_LANE void lane_rounds(lane_vector half[2], lane_vector words)
{
    half[1] = _mm_sha256rnds2_epu32(half[1], half[0], words);
    half[0] = _mm_sha256rnds2_epu32(half[0], half[1], _mm_shuffle_epi32(words, 0x0e));
}

SIGNET_LANE lane_vector lane_schedule(lane_vector w0,
                                      lane_vector w1,
                                      lane_vector w2,
                                      lane_vector w3)
{
    lane_vector sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
    return _mm_sha256msg2_epu32(sum, w3);
}

#include "crypto/sha256_lanes.h"

/* Leaf 7 has the extensions, leaf 1 what lane_open() and lane_words() use beside them. */
static bool has_extensions(void)
{
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    if (__get_cpuid_max(0, NULL) < 7) {
        return false;
    }
    __cpuid(1, eax, ebx, ecx, edx);
    bool shuffles = (ecx & bit_SSSE3) != 0 && (ecx & bit_SSE4_1) != 0;
    __cpuid_count(7, 0, eax, ebx, ecx, edx);
    return shuffles && (ebx & bit_SHA) != 0;
}

const struct signet_sha256_ops *signet_sha256_x86(void)
{
    static const struct signet_sha256_ops ops = {
        SIGNET_SHA256_X86,
        "the SHA extensions of x86-64",
        compress_one,
        compress_two,
    };
    return has_extensions() ? &ops : NULL;
}

#else

const struct signet_sha256_ops *signet_sha256_x86(void)
{
    return NULL;
}

#endif
