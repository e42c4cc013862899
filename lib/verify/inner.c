/* SPDX-License-Identifier: Apache-2.0
 *
 * What the signature objects inside a document besides those asked for are worth: see
 * verify/inner.h.
 */
#include "verify/inner.h"

#include <stdlib.h>

#include "base/err.h"

int signet_embedded_no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the signatures of a document");
}

int signet_embedded_too_many(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_LIMIT,
                          "the signatures inside the document take more memory than is allowed");
}

int signet_embedded_no_storage(const struct signet_embedded *embedded, struct signet_err *err)
{
    const struct signet_arena *storage = &embedded->storage;
    return storage->max - storage->total < SIGNET_EMBEDDED_POINTER ? signet_embedded_too_many(err)
                                                                   : signet_embedded_no_memory(err);
}

/* Notes what is known of each signature of an object; false: there is no room. */
static bool note_signatures(struct signet_embedded *embedded,
                            struct signet_inner *inner,
                            const struct signet_envelope *env,
                            const struct signet_signers *signers,
                            const struct signet_verify_opts *opts,
                            const bool *broken)
{
    inner->list =
        signet_arena_array(&embedded->storage, env->signature_count, sizeof(*inner->list));
    for (size_t i = 0; inner->list != NULL && i < env->signature_count; i++) {
        const struct signet_signature *signature = &env->signatures[i];
        const struct signet_signer *signer = &signers->list[i];
        bool trusted = signer->key != SIGNET_NO_KEY;
        const struct signet_pubkey *key = trusted ? &opts->keys[signer->key].key : signature->named;
        char text[SIGNET_FINGERPRINT_TEXT] = "";
        if (key != NULL) {
            signet_pubkey_fingerprint(key, text);
        }
        inner->list[i] = (struct signet_inner_signature){
            .algorithm = signet_sig_alg_name(signature->alg),
            .key = signet_arena_copy(&embedded->storage, signet_span_str(text)),
            .trusted = signer->undated ? SIGNET_NO_KEY : signer->key,
            .counter = signature->counter,
            .revoked = signature->revoked,
            .hex = signer->hex,
            .broken = broken[i],
            .intact = trusted || (signature->named != NULL && !broken[i]),
        };
        if (inner->list[i].key == NULL) {
            return false;
        }
        /* Of a counter-signature that is broken the document under it need not be. */
        inner->broken = inner->broken || (broken[i] && !signature->counter);
    }
    inner->count = env->signature_count;
    return inner->list != NULL;
}

/* Reading a key and checking a signature by it cost about as much as hashing this many bytes; of
 * RSA most is the test of the modulus. */
static uint64_t cost_of_key(const struct signet_pubkey *key)
{
    switch (key != NULL ? key->alg : SIGNET_KEY_NONE) {
    case SIGNET_KEY_NONE:
        return 0;
    case SIGNET_KEY_RSA:
        return (uint64_t)key->len * key->len * 16;
    case SIGNET_KEY_ED25519:
        return 1 << 15;
    case SIGNET_KEY_P256:
        return 1 << 16;
    case SIGNET_KEY_P384:
    case SIGNET_KEY_P521:
    case SIGNET_KEY_ED448:
    default:
        return 1 << 19;
    }
}

/* A document can hold as many signature objects as it has components. */
static int
spend(struct signet_embedded *embedded, const struct signet_envelope *env, struct signet_err *err)
{
    for (size_t i = 0; i < env->signature_count; i++) {
        uint64_t cost = cost_of_key(env->signatures[i].named);
        if (cost > embedded->work_left) {
            return signet_err_set(err, SIGNET_E_LIMIT,
                                  "the keys inside the document take more work than is allowed");
        }
        embedded->work_left -= cost;
    }
    return SIGNET_OK;
}

static int judge_read(struct signet_embedded *embedded,
                      struct signet_inner *inner,
                      const struct signet_envelope *env,
                      const struct signet_verify_opts *opts,
                      struct signet_err *err)
{
    struct signet_signers signers;
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_DOCUMENT,
        .keys = opts->keys,
        .key_count = opts->key_count,
        .work_left = &embedded->work_left,
    };
    bool any = false;
    bool *broken = calloc(env->signature_count, sizeof(*broken));
    if (broken == NULL) {
        return signet_embedded_no_memory(err);
    }
    int rc = spend(embedded, env, err);
    memset(&signers, 0, sizeof(signers));
    if (rc == SIGNET_OK) {
        rc = signet_signers_check(env, &request, &signers, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_source_find_broken(env, &signers, &embedded->work_left, broken, &any, err);
    }
    if (rc == SIGNET_OK) {
        rc = note_signatures(embedded, inner, env, &signers, opts, broken)
                 ? (int)SIGNET_OK
                 : signet_embedded_no_storage(embedded, err);
    }
    signet_signers_free(&signers);
    free(broken);
    return rc;
}

static int note_unreadable(struct signet_embedded *embedded,
                           struct signet_inner *inner,
                           const struct signet_err *why,
                           struct signet_err *err)
{
    inner->unreadable = signet_arena_copy(&embedded->storage, signet_span_str(why->msg));
    return inner->unreadable != NULL ? SIGNET_OK : signet_embedded_no_storage(embedded, err);
}

/* One object that cannot be read, is of a form that is not known, or leaves out what it may not, is
 * noted. */
static int judge(struct signet_embedded *embedded,
                 struct signet_inner *inner,
                 const struct signet_verify_opts *opts,
                 struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = opts->limits != NULL ? opts->limits : &standard;
    struct signet_envelope env;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = embedded->format->read(&embedded->json, &inner->at, limits, &env, &why);
    if (rc == SIGNET_E_NOMEM || rc == SIGNET_E_INTERNAL) {
        return signet_err_copy(err, &why);
    }
    if (rc != SIGNET_OK) {
        return note_unreadable(embedded, inner, &why, err);
    }
    rc = judge_read(embedded, inner, &env, opts, err);
    if (rc == SIGNET_OK && !inner->broken &&
        signet_source_check_excludes(&env, opts, &why) != SIGNET_OK) {
        inner->count = 0;
        rc = note_unreadable(embedded, inner, &why, err);
    }
    signet_envelope_free(&env);
    return rc;
}

int signet_embedded_judge_inner(struct signet_embedded *embedded,
                                const struct signet_verify_opts *opts,
                                struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < embedded->inner_count; i++) {
        rc = judge(embedded, &embedded->inner[i], opts, err);
    }
    return rc;
}
