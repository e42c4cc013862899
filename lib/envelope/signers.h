/* SPDX-License-Identifier: Apache-2.0
 *
 * The one place where signatures are checked: an envelope, the expected payload type, the format
 * use and the trusted keys in; the distinct keys that signed exactly this payload out. Roots,
 * policies and artifacts all pass through here.
 */
#ifndef SIGNET_ENVELOPE_SIGNERS_H
#define SIGNET_ENVELOPE_SIGNERS_H

#include <signet/trusted_key.h>

#include "envelope/envelope.h"
#include "envelope/facts.h"

/** What became of one signature. */
struct signet_signer {
    int status; /* SIGNET_OK; BAD_SIGNATURE; UNTRUSTED: it names a key that was not given, or one
                   that may not be used with this format, or says that it is revoked, or is by a
                   key that needs a trusted time; NO_SIGNATURE: it verifies, and is over another
                   signature only */
    size_t key; /* index of the key that made it; SIGNET_NO_KEY unless it verifies */
    bool prehashed;    /* made with Ed25519ph */
    bool hex;          /* made over the lower-case hex text of the digest instead of its bytes */
    bool names_key;    /* its key id or hint names a given key */
    bool wrong_use;    /* a given key was not tried: its uses lack this format */
    bool free_hint;    /* its key id or hint is in no known form */
    bool undated;      /* it is by a key that needs a trusted time, and has none that helps */
    int64_t signed_at; /* by a trusted time; SIGNET_TIME_UNKNOWN until somebody finds out */
};

#define SIGNET_NO_KEY SIZE_MAX

/** What to check against. */
struct signet_signers_request {
    const char *payload_type;              /* the only one accepted */
    const struct signet_trusted_key *keys; /* never from the envelope */
    size_t key_count;
    bool try_prehashed; /* also Ed25519ph, if there is one signature; the caller must then require
                           an OMS statement */
    /* Bytes that may still be hashed, of which is taken what is; of several envelopes together;
     * NULL: SIGNET_SIGNERS_WORK for this one. */
    uint64_t *work_left;
};

/** Signed bytes times tries, of one request. */
#define SIGNET_SIGNERS_WORK (UINT64_C(4) << 30)

/** The verdict on every signature of an envelope. Free with signet_signers_free(). */
struct signet_signers {
    struct signet_signer *list; /* one for each signature, in order */
    size_t count;
    size_t distinct; /* different raw public keys that signed the payload */
};

/**
 * Checks every signature of env. A bad one among good ones is recorded, not fatal. A key that needs
 * a trusted time is tried only for a signature that names it.
 * Returns SIGNET_OK if it could judge (even if nothing is valid: distinct is 0 then),
 * SIGNET_E_UNSUPPORTED (another payload type), SIGNET_E_USAGE (no keys), SIGNET_E_LIMIT (payload
 * bytes times tries over what is allowed), SIGNET_E_NOMEM or SIGNET_E_INTERNAL. *signers is zeroed
 * on failure.
 */
SIGNET_NODISCARD int signet_signers_check(const struct signet_envelope *env,
                                          const struct signet_signers_request *request,
                                          struct signet_signers *signers,
                                          struct signet_err *err);

/** Counts distinct again, after the status of a signer was changed. keys are those of the request.
 */
void signet_signers_count(struct signet_signers *signers, const struct signet_trusted_key *keys);

/** Releases what signers holds and zeroes it. signers may be NULL. */
void signet_signers_free(struct signet_signers *signers);

#endif
