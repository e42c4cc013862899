/* SPDX-License-Identifier: Apache-2.0
 *
 * Every numeric ceiling in one struct. A length read from an input is compared with its ceiling
 * before memory is asked for.
 */
#ifndef SIGNET_LIMITS_H
#define SIGNET_LIMITS_H

#include <signet/api.h>
#include <signet/err.h>
#include <signet/span.h>

SIGNET_BEGIN_DECLS

/* X(field, option name, default, highest value, unit and meaning) */
#define SIGNET_LIMITS_TABLE(X)                                                                     \
    X(json_depth, "json-depth", 1000, 100000, "nesting of a JSON document")                        \
    X(document, "document", UINT64_C(1) << 30, (UINT64_C(1) << 32) - 1,                            \
      "bytes of a JSON document")                                                                  \
    X(envelope, "envelope", UINT64_C(64) << 20, (UINT64_C(1) << 32) - 1, "bytes of an envelope")   \
    X(bundle, "bundle", UINT64_C(4) << 30, UINT64_C(1) << 40, "bytes of an OMS bundle")            \
    X(entries, "entries", 10000000, (UINT64_C(1) << 32) - 1, "entries of a bundle")                \
    X(path, "path", 4096, 65536, "bytes of a name in a bundle")                                    \
    X(ratio, "ratio", 200, 1000000, "unpacked to packed bytes of an archive")                      \
    X(unpacked, "unpacked", UINT64_C(1) << 40, UINT64_C(1) << 60, "unpacked bytes of an archive")  \
    X(subjects, "subjects", 1024, 1000000, "subjects of a statement")                              \
    X(signatures, "signatures", 64, 65536, "signatures of an envelope")                            \
    X(scrypt_n, "scrypt-n", UINT64_C(1) << 20, UINT64_C(1) << 24, "scrypt cost N of a key file")

/** Ceilings; start from signet_limits_default(). */
struct signet_limits {
#define SIGNET_LIMITS_FIELD(field, option, standard, highest, meaning) uint64_t field;
    SIGNET_LIMITS_TABLE(SIGNET_LIMITS_FIELD)
#undef SIGNET_LIMITS_FIELD
};

/** Nesting allowed in envelopes, keys, trust roots and policies. */
#define SIGNET_DEPTH_ENVELOPE 64

/** Bytes of the payload of a trust root or a policy. */
#define SIGNET_TRUST_PAYLOAD (UINT64_C(1) << 20)

/** Keys of a trust root, and steps from the first root of a chain to its last. */
#define SIGNET_ROOT_KEYS 1024
#define SIGNET_ROOT_STEPS 1024

/** Bytes of a file of time notes. */
#define SIGNET_TIME_NOTES (UINT64_C(1) << 20)

/** Bytes that a signature file of anything may have, until it is known what it holds. */
static inline uint64_t signet_limits_signature_file(const struct signet_limits *limits)
{
    return limits->bundle > limits->envelope ? limits->bundle : limits->envelope;
}

/** The documented defaults. */
SIGNET_API struct signet_limits signet_limits_default(void);

/**
 * Sets one ceiling from the text "NAME=VALUE", VALUE in decimal.
 * Returns SIGNET_OK or SIGNET_E_USAGE (unknown name, not a number, 0, or above the highest value);
 * limits are unchanged on failure.
 */
SIGNET_API SIGNET_NODISCARD int signet_limits_set(struct signet_limits *limits,
                                                  struct signet_span assignment,
                                                  struct signet_err *err);

SIGNET_END_DECLS

#endif
