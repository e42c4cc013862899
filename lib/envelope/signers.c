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

static const uint64_t work_max = UINT64_C(4) << 30; /* payload bytes times tries */

/* One check of all signatures: what it works on and what it may still spend. */
struct check {
    const struct signet_envelope *env;
    const struct signet_signers_request *request;
    uint64_t tries_left;
};

/* What key id and hint together say about a key. Two names for two keys rule out both. */
static enum signet_hint_match
match_names(const struct signet_pubkey *key, const char *keyid, const char *hint)
{
    enum signet_hint_match by_id = signet_pubkey_match_hint(key, signet_span_str(keyid));
    enum signet_hint_match by_hint = signet_pubkey_match_hint(key, signet_span_str(hint));
    if (by_id == SIGNET_HINT_NAMES_OTHER || by_hint == SIGNET_HINT_NAMES_OTHER) {
        return SIGNET_HINT_NAMES_OTHER;
    }
    if (by_id == SIGNET_HINT_NAMES_KEY || by_hint == SIGNET_HINT_NAMES_KEY) {
        return SIGNET_HINT_NAMES_KEY;
    }
    if (by_id == SIGNET_HINT_FREE_FORM || by_hint == SIGNET_HINT_FREE_FORM) {
        return SIGNET_HINT_FREE_FORM;
    }
    return SIGNET_HINT_ABSENT;
}

static bool names_key(const struct signet_pubkey *key, const char *keyid, const char *hint)
{
    return signet_pubkey_match_hint(key, signet_span_str(keyid)) == SIGNET_HINT_NAMES_KEY ||
           signet_pubkey_match_hint(key, signet_span_str(hint)) == SIGNET_HINT_NAMES_KEY;
}

/* How keys of a kind sign in DSSE and sigstore bundles; NONE: not at all. */
static enum signet_sig_alg algorithm_of(const struct signet_pubkey *key)
{
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

/* Whether a key may sign in the format of the envelope. */
static bool may_sign(const struct check *check, const struct signet_trusted_key *trusted)
{
    return (trusted->uses & check->env->format->use) != 0 &&
           algorithm_of(&trusted->key) != SIGNET_SIG_NONE;
}

/* Tries one key. BAD_SIGNATURE means: not this key. */
static int try_key(struct check *check,
                   const struct signet_pubkey *key,
                   struct signet_span sig,
                   bool *prehashed,
                   struct signet_err *err)
{
    if (check->tries_left == 0) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "payload of %zu bytes times the signatures and keys to try is more "
                              "than 4 GiB: pass fewer keys",
                              check->env->message.len);
    }
    check->tries_left--;
    *prehashed = false;
    enum signet_sig_alg alg = algorithm_of(key);
    int rc = signet_sigcheck(key, alg, check->env->message, sig);
    if (rc == SIGNET_E_BAD_SIGNATURE && alg == SIGNET_SIG_ED25519 &&
        check->request->try_prehashed && check->env->signature_count == 1) {
        rc = signet_sigcheck(key, SIGNET_SIG_ED25519PH, check->env->message, sig);
        *prehashed = rc == SIGNET_OK;
    }
    return rc;
}

/* Judges one signature: a key it names is the only one tried, else all that may be used. */
static int judge(struct check *check,
                 const struct signet_signature *signature,
                 struct signet_signer *signer,
                 struct signet_err *err)
{
    const struct signet_signers_request *request = check->request;
    const char *hint = check->env->hint;
    bool names_given = false;
    bool names_unknown = false;
    size_t tried = 0;

    signer->key = SIGNET_NO_KEY;
    for (size_t i = 0; i < request->key_count; i++) {
        const struct signet_trusted_key *trusted = &request->keys[i];
        enum signet_hint_match match = match_names(&trusted->key, signature->keyid, hint);
        names_given = names_given || names_key(&trusted->key, signature->keyid, hint);
        names_unknown = names_unknown || match == SIGNET_HINT_NAMES_OTHER;
        signer->free_hint = match == SIGNET_HINT_FREE_FORM;
        if (match == SIGNET_HINT_NAMES_OTHER || tried == KEYS_TRIED_MAX) {
            continue;
        }
        if (!may_sign(check, trusted)) {
            signer->wrong_use = true;
            continue;
        }
        if (match != SIGNET_HINT_NAMES_KEY) {
            tried++;
        }
        int rc = try_key(check, &trusted->key, signature->sig, &signer->prehashed, err);
        if (rc == SIGNET_OK) {
            signer->status = SIGNET_OK;
            signer->key = i;
            return SIGNET_OK;
        }
        if (rc != SIGNET_E_BAD_SIGNATURE) {
            return rc;
        }
    }
    bool unknown = (names_unknown && !names_given) || signer->wrong_use;
    signer->status = unknown ? SIGNET_E_UNTRUSTED : SIGNET_E_BAD_SIGNATURE;
    signer->names_key = names_given;
    return SIGNET_OK;
}

static size_t count_distinct(const struct signet_signers *signers,
                             const struct signet_signers_request *request)
{
    size_t distinct = 0;
    for (size_t i = 0; i < signers->count; i++) {
        bool counted = signers->list[i].status != SIGNET_OK;
        for (size_t j = 0; !counted && j < i; j++) {
            counted = signers->list[j].status == SIGNET_OK &&
                      signet_pubkey_eq(&request->keys[signers->list[i].key].key,
                                       &request->keys[signers->list[j].key].key);
        }
        distinct += counted ? 0 : 1;
    }
    return distinct;
}

static int check_request(const struct signet_envelope *env,
                         const struct signet_signers_request *request,
                         struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (request->key_count == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "no key to verify with");
    }
    if (env->message.len <= env->payload.len) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "an envelope without its signed bytes");
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
        rc = judge(check, &check->env->signatures[i], &signers->list[i], err);
        signers->count = i + 1;
    }
    signers->distinct = rc == SIGNET_OK ? count_distinct(signers, check->request) : 0;
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
    struct check check = {env, request, work_max / env->message.len};
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
