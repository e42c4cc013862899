/* SPDX-License-Identifier: Apache-2.0
 *
 * What a gate says of one artifact: one word of a closed list, for people, logs and programs, and
 * the same whoever asks. Part of libsignet-gate.
 */
#ifndef SIGNET_VERDICT_H
#define SIGNET_VERDICT_H

#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/* X(name, value, word, meaning). Values are append-only. */
#define SIGNET_VERDICT_TABLE(X)                                                                    \
    X(OK, 1, "ok", "signed as the policy demands")                                                 \
    X(UNKNOWN_DIGEST, 2, "unknown-digest", "nobody whom the policy asks for signed these bytes")   \
    X(SIZE_MISMATCH, 3, "size-mismatch", "another number of bytes was signed")                     \
    X(KNOWN_NAME_MODIFIED, 4, "known-name-modified", "other bytes were signed by this name")       \
    X(REVOKED, 5, "revoked", "it, or a key that signed it, was revoked")                           \
    X(EXPIRED, 6, "expired", "what was signed, or a key that signed it, is too old")               \
    X(WRONG_USAGE, 7, "wrong-usage", "signed for another use")                                     \
    X(WRITER_PRESENT, 8, "writer-present", "somebody has it open for writing")                     \
    X(FS_NOT_TRUSTED, 9, "fs-not-trusted", "its file system can change it unseen")                 \
    X(TOO_LARGE, 10, "too-large", "larger than the limits allow")                                  \
    X(NOT_REGULAR, 11, "not-regular", "it, or its signature, is not a regular file")               \
    X(IO_ERROR, 12, "io-error", "it, or its signature, cannot be read")                            \
    X(TIMEOUT, 13, "timeout", "not judged in time")                                                \
    X(POLICY_ERROR, 14, "policy-error", "refused by the policy or the system, or not judged")

/** A verdict. 0 is none of them, and refuses like all but SIGNET_VERDICT_OK. */
enum signet_verdict {
#define SIGNET_VERDICT_ENUM(name, value, word, meaning) SIGNET_VERDICT_##name = (value),
    SIGNET_VERDICT_TABLE(SIGNET_VERDICT_ENUM)
#undef SIGNET_VERDICT_ENUM
};

/**
 * The verdict on what was verified by a policy: SIGNET_VERDICT_OK only if there is a struct
 * signet_verified, of the whole. That other bytes were signed by its name is told by the name in
 * what a trusted key signed, never by the path alone.
 */
SIGNET_API enum signet_verdict signet_verdict_of(const struct signet_verification *verification);

/** Its word, such as "known-name-modified"; that of SIGNET_VERDICT_POLICY_ERROR for other values.
 *  Static storage. */
SIGNET_API const char *signet_verdict_word(enum signet_verdict verdict);

/** Its meaning in a few words; as signet_verdict_word(). */
SIGNET_API const char *signet_verdict_meaning(enum signet_verdict verdict);

SIGNET_END_DECLS

#endif
