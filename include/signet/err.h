/* SPDX-License-Identifier: Apache-2.0
 *
 * Status codes and the error record. One table holds each code's name, the exit status of the
 * tools and its meaning; everything that lists codes is generated from it or compared with it.
 */
#ifndef SIGNET_ERR_H
#define SIGNET_ERR_H

#include <signet/api.h>
#include <stdint.h>

SIGNET_BEGIN_DECLS

/* X(name, value, exit status of a tool, meaning). Values are append-only. */
#define SIGNET_ERR_TABLE(X)                                                                        \
    X(USAGE, -1, 2, "the call or the command line is wrong")                                       \
    X(IO, -2, 3, "a file cannot be read or written")                                               \
    X(NOMEM, -3, 70, "out of memory")                                                              \
    X(LIMIT, -4, 3, "a limit is exceeded")                                                         \
    X(MALFORMED, -5, 3, "the input breaks its format")                                             \
    X(UNSUPPORTED, -6, 3, "an algorithm, format or version that is not supported")                 \
    X(AMBIGUOUS, -7, 3, "two formats claim the input")                                             \
    X(EXISTS, -8, 3, "the output exists")                                                          \
    X(FORBIDDEN, -9, 3, "a link, a special file or a name that is not allowed")                    \
    X(PASSPHRASE, -10, 3, "the passphrase is wrong or missing")                                    \
    X(BAD_SIGNATURE, -11, 1, "the signature does not verify")                                      \
    X(MISMATCH, -12, 1, "the content differs from what was signed")                                \
    X(THRESHOLD, -13, 1, "fewer keys signed than required")                                        \
    X(DENIED, -14, 1, "a rule refuses it")                                                         \
    X(UNVERIFIED, -15, 1, "closed before it was checked to the end")                               \
    X(NO_SIGNATURE, -16, 4, "no signature or attestation found")                                   \
    X(UNTRUSTED, -17, 5, "the signer is unknown, expired or revoked")                              \
    X(STALE, -18, 6, "older than what was seen before, or expired")                                \
    X(INTERNAL, -19, 70, "a fault of the program or its installation")

/** Status of a call: SIGNET_OK or a negative SIGNET_E_ code. */
enum signet_status {
    SIGNET_OK = 0,
#define SIGNET_ERR_ENUM(name, value, exit_status, meaning) SIGNET_E_##name = (value),
    SIGNET_ERR_TABLE(SIGNET_ERR_ENUM)
#undef SIGNET_ERR_ENUM
};

/** No byte position is known. */
#define SIGNET_NO_OFFSET UINT64_MAX

/**
 * What went wrong. The caller owns it, starts it with signet_err_clear() and passes it as the last
 * parameter, which may be NULL. The first error recorded stays; later ones are dropped.
 */
struct signet_err {
    int code;        /* SIGNET_OK or SIGNET_E_* */
    int sys_errno;   /* errno of the failed system call, or 0 */
    uint64_t offset; /* byte position in the named input, or SIGNET_NO_OFFSET */
    char msg[240];   /* UTF-8 without control characters; cut, never overrun */
};

/** Makes err ready for a call. err may be NULL. */
SIGNET_API void signet_err_clear(struct signet_err *err);

/**
 * Records code and a printf-style message, unless err is NULL or holds an error already: for the
 * library itself and for callbacks that it is given. Text from an input goes through
 * signet_utf8_show() first. Returns code, so that `return signet_err_set(…)` reads as one step.
 */
SIGNET_API int signet_err_set(struct signet_err *err, int code, const char *format, ...)
    SIGNET_PRINTF(3, 4);

/** As signet_err_set(), appends ": " and the text of errno value sys_errno, and records it. */
SIGNET_API int
signet_err_sys(struct signet_err *err, int code, int sys_errno, const char *format, ...)
    SIGNET_PRINTF(4, 5);

/** Puts a printf-style text and ": " in front of a recorded message; without one does nothing. */
SIGNET_API void signet_err_prefix(struct signet_err *err, const char *format, ...)
    SIGNET_PRINTF(2, 3);

/** Name of a code without its prefix, such as "BAD_SIGNATURE"; "UNKNOWN" for other values. */
SIGNET_API const char *signet_err_name(int code);

/** Meaning of a code in a few words; static storage. */
SIGNET_API const char *signet_err_meaning(int code);

/** Exit status of a tool that ends with this code: 0 to 6 or 70; unknown codes are 70. */
SIGNET_API int signet_err_exit(int code);

/** How a report calls what ended with this code: "pass", "fail" (it was judged: exit status 1, 4, 5
 *  and 6) or "error" (it was not). */
SIGNET_API const char *signet_err_result(int code);

/** The graver of two codes, in the order in which the tools report several inputs:
 *  exit status 70, 3, 1, 6, 5, 4, 2, 0; the first of equals. */
SIGNET_API int signet_err_worse(int first, int second);

SIGNET_END_DECLS

#endif
