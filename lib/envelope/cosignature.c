/* SPDX-License-Identifier: Apache-2.0
 *
 * Notes and their cosignatures: see envelope/cosignature.h. Owns their bytes; whether one verifies
 * is found out as for any other envelope.
 */
#include "envelope/cosignature.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/num.h"
#include "crypto/pubkey.h"
#include "envelope/signers.h"

enum {
    TYPE = 4,                                               /* of cosignature/v1 */
    TEXT = sizeof(SIGNET_COSIGNATURE_ORIGIN "\n") - 1 + 45, /* bytes of a note's text */
    MESSAGE_MAX = 256                                       /* more than any message has */
};

static const struct signet_envelope_ops format = {
    .name = "cosignature",
    .use = SIGNET_USE_TIME,
};

/* SHA-256 over one part after the other. */
static int digest_parts(const struct signet_span *parts,
                        size_t count,
                        struct signet_digest *digest,
                        struct signet_err *err)
{
    struct signet_hash *hash = NULL;
    memset(digest, 0, sizeof(*digest));
    int rc = signet_hash_new(SIGNET_DIGEST_SHA256, &hash, err);
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        rc = signet_hash_update(hash, parts[i]);
    }
    if (rc == SIGNET_OK) {
        rc = signet_hash_final(hash, digest);
    }
    signet_hash_free(hash);
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "cannot compute a digest");
}

int signet_cosignature_subject(const struct signet_pubkey *key,
                               const struct signet_digest *signed_bytes,
                               struct signet_span signature,
                               struct signet_digest *subject,
                               struct signet_err *err)
{
    uint8_t der[SIGNET_SPKI_DER_MAX];
    const struct signet_span parts[] = {
        key->alg == SIGNET_KEY_ED25519 ? signet_span_of(key->bytes, key->len)
                                       : signet_pubkey_spki_der(key, der),
        signet_span_of(signed_bytes->bytes, signed_bytes->len),
        signature,
    };
    if (signed_bytes->alg != SIGNET_DIGEST_SHA256) {
        memset(subject, 0, sizeof(*subject));
        return signet_err_set(err, SIGNET_E_INTERNAL, "a cosignature is over a SHA-256");
    }
    return digest_parts(parts, SIGNET_COUNT(parts), subject, err);
}

int signet_cosignature_key_id(struct signet_span name,
                              const struct signet_pubkey *key,
                              uint8_t key_id[SIGNET_COSIGNATURE_KEY_ID],
                              struct signet_err *err)
{
    static const uint8_t between[] = {'\n', TYPE};
    struct signet_digest digest;
    const struct signet_span parts[] = {name, signet_span_of(between, sizeof(between)),
                                        signet_span_of(key->bytes, key->len)};
    int rc = key->alg == SIGNET_KEY_ED25519
                 ? digest_parts(parts, SIGNET_COUNT(parts), &digest, err)
                 : signet_err_set(err, SIGNET_E_INTERNAL, "a cosignature is by an Ed25519 key");
    memset(key_id, 0, SIGNET_COSIGNATURE_KEY_ID);
    if (rc == SIGNET_OK) {
        memcpy(key_id, digest.bytes, SIGNET_COSIGNATURE_KEY_ID);
    }
    return rc;
}

int signet_cosignature_put_text(const struct signet_digest *subject, struct signet_buf *out)
{
    signet_buf_puts(out, SIGNET_COSIGNATURE_ORIGIN "\n");
    signet_b64_encode(out, signet_span_of(subject->bytes, subject->len), SIGNET_B64_STANDARD);
    return signet_buf_putc(out, '\n');
}

int signet_cosignature_put_message(const struct signet_digest *subject,
                                   int64_t time,
                                   struct signet_buf *out)
{
    char digits[SIGNET_NUM_TEXT];
    signet_num_format((uint64_t)time, digits);
    signet_buf_puts(out, "cosignature/v1\ntime ");
    signet_buf_puts(out, digits);
    signet_buf_putc(out, '\n');
    return signet_cosignature_put_text(subject, out);
}

int signet_cosignature_put_note(const struct signet_cosignature *cosignature,
                                struct signet_buf *out)
{
    uint8_t blob[SIGNET_COSIGNATURE_BLOB];
    memcpy(blob, cosignature->key_id, sizeof(cosignature->key_id));
    for (size_t i = 0; i < SIGNET_COSIGNATURE_STAMP; i++) {
        blob[sizeof(cosignature->key_id) + i] =
            (uint8_t)((uint64_t)cosignature->time >> (8 * (SIGNET_COSIGNATURE_STAMP - 1 - i)));
    }
    memcpy(blob + sizeof(cosignature->key_id) + SIGNET_COSIGNATURE_STAMP, cosignature->signature,
           sizeof(cosignature->signature));
    signet_cosignature_put_text(&cosignature->subject, out);
    signet_buf_puts(out, "\n" SIGNET_COSIGNATURE_DASH);
    signet_buf_put(out, cosignature->name);
    signet_buf_putc(out, ' ');
    signet_b64_encode(out, signet_span_of(blob, sizeof(blob)), SIGNET_B64_STANDARD);
    return signet_buf_putc(out, '\n');
}

/* Whether the line names this key: by its name and the key id that the key has under it. */
static int names(const struct signet_cosignature *cosignature,
                 const struct signet_trusted_key *key,
                 bool *named,
                 struct signet_err *err)
{
    uint8_t key_id[SIGNET_COSIGNATURE_KEY_ID];
    *named = false;
    if (key->key.alg != SIGNET_KEY_ED25519) {
        return SIGNET_OK;
    }
    int rc = signet_cosignature_key_id(cosignature->name, &key->key, key_id, err);
    *named = rc == SIGNET_OK && memcmp(key_id, cosignature->key_id, sizeof(key_id)) == 0;
    return rc;
}

/* As any other envelope is checked, whose signed bytes end with its payload, the text. */
static int check(const struct signet_cosignature *cosignature,
                 const struct signet_trusted_key *key,
                 bool *made,
                 struct signet_err *err)
{
    struct signet_buf message;
    struct signet_signers signers = {0};
    struct signet_signature signature = {
        .keyid = "",
        .sig = signet_span_of(cosignature->signature, sizeof(cosignature->signature)),
        .alg = SIGNET_SIG_ED25519,
    };
    const struct signet_signers_request request = {
        .payload_type = SIGNET_COSIGNATURE_ORIGIN, .keys = key, .key_count = 1};
    signet_buf_init(&message, MESSAGE_MAX);
    if (signet_cosignature_put_message(&cosignature->subject, cosignature->time, &message) !=
        SIGNET_OK) {
        signet_buf_free(&message);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a cosignature");
    }
    const struct signet_envelope envelope = {
        .format = &format,
        .payload_type = SIGNET_COSIGNATURE_ORIGIN,
        .payload = signet_span_of(message.data + message.len - TEXT, TEXT),
        .message = signet_buf_span(&message),
        .signatures = &signature,
        .signature_count = 1,
        .hint = "",
    };
    int rc = signet_signers_check(&envelope, &request, &signers, err);
    *made = rc == SIGNET_OK && signers.distinct == 1;
    signet_signers_free(&signers);
    signet_buf_free(&message);
    return rc;
}

int signet_cosignature_find_key(const struct signet_cosignature *cosignature,
                                const struct signet_trusted_key *keys,
                                size_t key_count,
                                size_t *key,
                                struct signet_err *err)
{
    bool made = false;
    int rc = SIGNET_OK;
    *key = SIGNET_NO_KEY;
    for (size_t i = 0; rc == SIGNET_OK && !made && i < key_count; i++) {
        bool named = false;
        rc = names(cosignature, &keys[i], &named, err);
        if (rc == SIGNET_OK && named) {
            rc = check(cosignature, &keys[i], &made, err);
            *key = made ? i : SIGNET_NO_KEY;
        }
    }
    return rc;
}
