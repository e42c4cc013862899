/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing a bundle again after a small change: the digest of a file that has not changed since it
 * was last read is taken over instead of being computed anew. What is signed does not depend on it.
 *
 * A digest is taken over, and with it what the file is for, only if an earlier signature by the
 * same key states both for the same name, and the file is, by device, inode, size, modification and
 * change time, in the state in which it had that digest. Which file systems and states are
 * believed, and what that assumes, is in signet-sign(1).
 */
#ifndef SIGNET_REUSE_H
#define SIGNET_REUSE_H

#include <signet/clock.h>
#include <signet/key.h>
#include <signet/limits.h>
#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** What may be taken over by one signet_signing_new(), and what it leaves to the next. */
struct signet_reuse;

/**
 * Verifies an earlier signature, whose text it takes over, by key, the public half of the key that
 * is going to sign, and by no other. It must carry an OMS statement by SHA-256 of whole files.
 * limits and clock may be NULL; clock is borrowed as long as *reuse, which is owned (free with
 * signet_reuse_free() after what was signed with it) and set on success only. Returns SIGNET_OK,
 * SIGNET_E_BAD_SIGNATURE, SIGNET_E_UNTRUSTED (it names another key), SIGNET_E_MALFORMED,
 * SIGNET_E_UNSUPPORTED (another statement, another hash), SIGNET_E_AMBIGUOUS, SIGNET_E_FORBIDDEN,
 * SIGNET_E_MISMATCH (the statement contradicts itself), SIGNET_E_LIMIT, SIGNET_E_NOMEM or
 * SIGNET_E_INTERNAL; the message begins with the name of the signature.
 */
SIGNET_API SIGNET_NODISCARD int signet_reuse_new(struct signet_signature_file *signature,
                                                 const struct signet_pubkey *key,
                                                 const struct signet_limits *limits,
                                                 const struct signet_clock *clock,
                                                 struct signet_reuse **reuse,
                                                 struct signet_err *err);

/** Characters of what names one run of the system, from its start to its end: on Linux those of
 *  /proc/sys/kernel/random/boot_id. */
#define SIGNET_REUSE_BOOT 36

/**
 * Hands over what signet_reuse_save() gave the last time (borrowed as long as reuse; empty if there
 * was none), and the run of the system that it is now. Without this call every file is read, and
 * nothing can be saved. Returns SIGNET_OK; or, and then every file is read too but what is learnt
 * can be saved, SIGNET_E_STALE (saved in another run of the system), SIGNET_E_MALFORMED or
 * SIGNET_E_INTERNAL; or SIGNET_E_USAGE (boot has another length).
 */
SIGNET_API SIGNET_NODISCARD int signet_reuse_load(struct signet_reuse *reuse,
                                                  struct signet_span boot,
                                                  struct signet_span saved,
                                                  struct signet_err *err);

/** How many digests were taken over, and the bytes of their files, which were not read. */
SIGNET_API size_t signet_reuse_count(const struct signet_reuse *reuse, uint64_t *bytes);

/** Bytes that signet_reuse_save() gives at most for that many entries. */
SIGNET_API uint64_t signet_reuse_size(uint64_t entries);

/**
 * What is to be handed over the next time: the states and digests of the files that may be believed
 * then. It is no secret, and no harm comes from a forged one, but of a digest that was signed
 * before. *saved is valid as long as reuse. Returns SIGNET_OK, SIGNET_E_USAGE (nothing was measured
 * with it; signet_reuse_load() was not called) or SIGNET_E_INTERNAL.
 */
SIGNET_API SIGNET_NODISCARD int
signet_reuse_save(struct signet_reuse *reuse, struct signet_span *saved, struct signet_err *err);

/** Releases reuse, which may be NULL. */
SIGNET_API void signet_reuse_free(struct signet_reuse *reuse);

SIGNET_END_DECLS

#endif
