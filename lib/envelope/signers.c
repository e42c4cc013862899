/* SPDX-License-Identifier: Apache-2.0
 *
 * Which keys signed an envelope (DSSE v1.0.2 protocol.md, (t, n)-DSSE). Owns the choice of keys to
 * try and the only call of the signature check; knows nothing of statements, thresholds or
 * artifacts.
 */
#include "envelope/signers.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "crypto/sigcheck.h"

enum {
    KEYS_TRIED_MAX = 16 /* for one signature that does not name its key */
};

/* One check of all signatures: what it works on and what it may still spend. */
struct check {
    const struct signet_envelope *env;
    const struct signet_signers_request *request;
    uint64_t *work_left; /* bytes */
};

/* The ways in which a signature can name its key. */
struct names {
    enum signet_hint_match by[3]; /* key id, hint, the key that it carries */
};

static struct names look_at_names(const struct signet_envelope *env,
                                  const struct signet_signature *signature,
                                  const struct signet_pubkey *key)
{
    struct names names = {{signet_pubkey_match_hint(key, signet_span_str(signature->keyid)),
                           signet_pubkey_match_hint(key, signet_span_str(env->hint)),
                           SIGNET_HINT_ABSENT}};
    if (signature->named != NULL) {
        names.by[2] = signet_pubkey_eq(signature->named, key) ? SIGNET_HINT_NAMES_KEY
                                                              : SIGNET_HINT_NAMES_OTHER;
    }
    return names;
}

static bool any_name(const struct names *names, enum signet_hint_match match)
{
    for (size_t i = 0; i < SIGNET_COUNT(names->by); i++) {
        if (names->by[i] == match) {
            return true;
        }
    }
    return false;
}

/* What all names together say about a key. Names for two keys rule out both. */
static enum signet_hint_match join_names(const struct names *names)
{
    static const enum signet_hint_match gravest[] = {SIGNET_HINT_NAMES_OTHER, SIGNET_HINT_NAMES_KEY,
                                                     SIGNET_HINT_FREE_FORM};
    for (size_t i = 0; i < SIGNET_COUNT(gravest); i++) {
        if (any_name(names, gravest[i])) {
            return gravest[i];
        }
    }
    return SIGNET_HINT_ABSENT;
}

/* As the signature says, or as keys of a kind sign in DSSE and sigstore bundles; NONE: not at all.
 */
static enum signet_sig_alg algorithm_of(const struct signet_signature *signature,
                                        const struct signet_pubkey *key)
{
    if (signature->alg != SIGNET_SIG_NONE) {
        return signature->alg;
    }
    switch (key->alg) {
    case SIGNET_KEY_ED25519:
        return SIGNET_SIG_ED25519;
    case SIGNET_KEY_P256:
    case SIGNET_KEY_P384:
    case SIGNET_KEY_P521:
        return SIGNET_SIG_ECDSA;
    case SIGNET_KEY_NONE:
    case SIGNET_KEY_ED448:
    case SIGNET_KEY_RSA:
    default:
        return SIGNET_SIG_NONE;
    }
}

/* Whether a key may sign in the format of the envelope. One that does not count any more takes no
 * try away from those that do. */
static bool may_sign(const struct check *check,
                     const struct signet_signature *signature,
                     const struct signet_trusted_key *trusted,
                     enum signet_hint_match match)
{
    return (trusted->uses & check->env->format->use) != 0 &&
           (!trusted->needs_time || match == SIGNET_HINT_NAMES_KEY) &&
           algorithm_of(signature, &trusted->key) != SIGNET_SIG_NONE;
}

/* Takes bytes that are to be hashed from what may still be. */
static int spend(struct check *check, size_t bytes, struct signet_err *err)
{
    if (*check->work_left < bytes) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "payload of %zu bytes times the signatures and keys to try is more "
                              "than 4 GiB: pass fewer keys",
                              bytes);
    }
    *check->work_left -= bytes;
    return SIGNET_OK;
}

/* Of X.590 there are two readings: its procedure and those who follow it sign the bytes of the
 * digest, its own examples, by Ed25519, their hex text. Both say the same about the document. */
static int try_digest(const struct signet_pubkey *key,
                      const struct signet_signature *signature,
                      struct signet_span message,
                      bool *hex)
{
    struct signet_digest digest = {.alg = signature->digest, .len = message.len};
    char text[SIGNET_DIGEST_HEX];
    if (message.len != signet_digest_size(signature->digest)) {
        return SIGNET_E_INTERNAL;
    }
    memcpy(digest.bytes, message.ptr, message.len);
    int rc = signet_sigcheck_digest(key, signature->alg, &digest, signature->sig);
    if (rc == SIGNET_E_BAD_SIGNATURE &&
        (signature->alg == SIGNET_SIG_ED25519 || signature->alg == SIGNET_SIG_ED448)) {
        signet_digest_hex(&digest, text);
        rc = signet_sigcheck(key, signature->alg, signet_span_str(text), signature->sig);
        *hex = rc == SIGNET_OK;
    }
    return rc;
}

/* Tries one key. BAD_SIGNATURE means: not this key. */
static int try_key(struct check *check,
                   const struct signet_pubkey *key,
                   const struct signet_signature *signature,
                   struct signet_span message,
                   struct signet_signer *signer,
                   struct signet_err *err)
{
    int rc = spend(check, message.len, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (signature->digest != SIGNET_DIGEST_NONE) {
        return try_digest(key, signature, message, &signer->hex);
    }
    signer->prehashed = false;
    enum signet_sig_alg alg = algorithm_of(signature, key);
    rc = signet_sigcheck(key, alg, message, signature->sig);
    if (rc == SIGNET_E_BAD_SIGNATURE && alg == SIGNET_SIG_ED25519 &&
        check->request->try_prehashed && check->env->signature_count == 1) {
        rc = signet_sigcheck(key, SIGNET_SIG_ED25519PH, message, signature->sig);
        signer->prehashed = rc == SIGNET_OK;
    }
    return rc;
}

static int
find_message(struct check *check, size_t index, struct signet_span *message, struct signet_err *err)
{
    const struct signet_envelope *env = check->env;
    *message = env->message;
    int rc = spend(check, env->hashed, err);
    if (rc == SIGNET_OK && env->format->message != NULL) {
        rc = env->format->message(env, index, message, err);
    }
    return rc != SIGNET_OK || message->len > env->payload.len
               ? rc
               : signet_err_set(err, SIGNET_E_INTERNAL, "an envelope without its signed bytes");
}

/* What a signature that verifies is worth. One that says itself that it is revoked would count for
 * whoever withdrew it; who signs a signature vouches for that one, not for what it is over. */
static int standing_of(const struct signet_signature *signature)
{
    if (signature->counter) {
        return SIGNET_E_NO_SIGNATURE;
    }
    return signature->revoked ? (int)SIGNET_E_UNTRUSTED : (int)SIGNET_OK;
}

static void settle(struct signet_signer *signer,
                   size_t key,
                   const struct signet_trusted_key *trusted,
                   const struct signet_signature *signature)
{
    signer->key = key;
    signer->status = standing_of(signature);
    if (signer->status == SIGNET_OK && trusted->needs_time) {
        signer->status = SIGNET_E_UNTRUSTED;
        signer->undated = true;
    }
}

/* Judges one signature: a key it names is the only one tried, else all that may be used. */
static int
judge(struct check *check, size_t index, struct signet_signer *signer, struct signet_err *err)
{
    const struct signet_signers_request *request = check->request;
    const struct signet_signature *signature = &check->env->signatures[index];
    struct signet_span message = {NULL, 0};
    bool names_unknown = false;
    size_t tried = 0;

    signer->key = SIGNET_NO_KEY;
    signer->signed_at = SIGNET_TIME_UNKNOWN;
    for (size_t i = 0; i < request->key_count; i++) {
        const struct signet_trusted_key *trusted = &request->keys[i];
        struct names names = look_at_names(check->env, signature, &trusted->key);
        enum signet_hint_match match = join_names(&names);
        signer->names_key = signer->names_key || any_name(&names, SIGNET_HINT_NAMES_KEY);
        names_unknown = names_unknown || match == SIGNET_HINT_NAMES_OTHER;
        signer->free_hint = match == SIGNET_HINT_FREE_FORM;
        if (match == SIGNET_HINT_NAMES_OTHER || tried == KEYS_TRIED_MAX) {
            continue;
        }
        if (!may_sign(check, signature, trusted, match)) {
            signer->wrong_use = true;
            continue;
        }
        if (match != SIGNET_HINT_NAMES_KEY) {
            tried++;
        }
        /* Made for the first key only: most signatures of a large document name others. */
        int rc = message.ptr == NULL ? find_message(check, index, &message, err) : SIGNET_OK;
        if (rc == SIGNET_OK) {
            rc = try_key(check, &trusted->key, signature, message, signer, err);
        }
        if (rc == SIGNET_OK) {
            settle(signer, i, trusted, signature);
            return SIGNET_OK;
        }
        if (rc != SIGNET_E_BAD_SIGNATURE) {
            return rc;
        }
    }
    bool unknown = (names_unknown && !signer->names_key) || signer->wrong_use;
    signer->status = unknown ? SIGNET_E_UNTRUSTED : SIGNET_E_BAD_SIGNATURE;
    return SIGNET_OK;
}

void signet_signers_count(struct signet_signers *signers, const struct signet_trusted_key *keys)
{
    size_t distinct = 0;
    for (size_t i = 0; i < signers->count; i++) {
        bool counted = signers->list[i].status != SIGNET_OK;
        for (size_t j = 0; !counted && j < i; j++) {
            counted =
                signers->list[j].status == SIGNET_OK &&
                signet_pubkey_eq(&keys[signers->list[i].key].key, &keys[signers->list[j].key].key);
        }
        distinct += counted ? 0 : 1;
    }
    signers->distinct = distinct;
}

static int check_request(const struct signet_envelope *env,
                         const struct signet_signers_request *request,
                         struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (request->key_count == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "no key to verify with");
    }
    if (strcmp(env->payload_type, request->payload_type) != 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "payload type: expected \"%s\", found \"%s\"", request->payload_type,
                              signet_utf8_show(signet_span_str(env->payload_type), shown));
    }
    return SIGNET_OK;
}

static int judge_all(struct check *check, struct signet_signers *signers, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < check->env->signature_count; i++) {
        rc = judge(check, i, &signers->list[i], err);
        signers->count = i + 1;
    }
    if (rc == SIGNET_OK) {
        signet_signers_count(signers, check->request->keys);
    }
    return rc;
}

int signet_signers_check(const struct signet_envelope *env,
                         const struct signet_signers_request *request,
                         struct signet_signers *signers,
                         struct signet_err *err)
{
    memset(signers, 0, sizeof(*signers));
    int rc = check_request(env, request, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signers->list = calloc(env->signature_count, sizeof(*signers->list));
    if (signers->list == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory to check the signatures");
    }
    uint64_t own_work = SIGNET_SIGNERS_WORK;
    struct check check = {env, request,
                          request->work_left != NULL ? request->work_left : &own_work};
    rc = judge_all(&check, signers, err);
    if (rc != SIGNET_OK) {
        signet_signers_free(signers);
        signet_err_set(err, rc, "cannot check the signatures");
    }
    return rc;
}

void signet_signers_free(struct signet_signers *signers)
{
    if (signers != NULL) {
        free(signers->list);
        memset(signers, 0, sizeof(*signers));
    }
}
