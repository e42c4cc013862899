/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of signatures of JSS (X.590 sections 6 and 6.2): which it holds, and the key that each
 * names. What is signed is made in envelope/jss_message.c.
 */
#include "envelope/jss.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "envelope/jss_inside.h"

enum {
    KEY_MAX = 1 << 14,   /* bytes of a public key in DER */
    THUMBPRINT_TEXT = 43 /* characters of a SHA-256 digest in base64url */
};

enum word {
    HASH_ALGORITHM,
    ALGORITHM,
    PUBLIC_KEY,
    PUBLIC_CERT_CHAIN,
    CERT_URL,
    THUMBPRINT,
    VALUE,
    SIGNATURE,
    WORDS
};

static const char *const words[] = {
    "hash_algorithm", "algorithm", "public_key", "public_cert_chain", "cert_url", "thumbprint",
    "value",          "signature", NULL};

/* Names of the IANA registry of hash functions that are accepted. */
static const struct {
    const char *name;
    enum signet_digest_alg alg;
} hashes[] = {{"sha-256", SIGNET_DIGEST_SHA256},
              {"sha-384", SIGNET_DIGEST_SHA384},
              {"sha-512", SIGNET_DIGEST_SHA512}};

/* A reading of one list. */
struct reading {
    struct signet_envelope *env;
    struct signet_jss_inside *jss;
    struct signet_err *err;
};

static int malformed(struct reading *r, enum word word, const char *expected)
{
    return signet_err_set(r->err, SIGNET_E_MALFORMED, "%s: expected %s", words[word], expected);
}

static int no_memory(struct reading *r)
{
    return signet_err_set(r->err, SIGNET_E_NOMEM, "out of memory for a signature object");
}

/* Base64 without the characters that only the other alphabet has. */
static int decode(struct signet_json_value value, const char *foreign, struct signet_buf *out)
{
    struct signet_buf text;
    signet_buf_init(&text, value.text.len);
    int rc = signet_json_string(value, &text); /* some writers escape each slash */
    for (size_t i = 0; rc == SIGNET_OK && i < text.len; i++) {
        if (text.data[i] == (uint8_t)foreign[0] || text.data[i] == (uint8_t)foreign[1]) {
            rc = SIGNET_E_MALFORMED;
        }
    }
    if (rc == SIGNET_OK) {
        rc = signet_b64_decode(out, signet_buf_span(&text));
    }
    signet_buf_free(&text);
    return rc;
}

static int decode_url(struct signet_json_value value, struct signet_buf *out)
{
    return decode(value, "+/", out);
}

static int decode_standard(struct signet_json_value value, struct signet_buf *out)
{
    return decode(value, "-_", out);
}

static const struct signet_inside_spelling value_spelling = {"value", decode_url, "base64url"};
static const struct signet_inside_spelling chain_spelling = {
    "public_cert_chain", decode_standard, "certificates in base64, not base64url"};

static int
read_hash(struct reading *r, struct signet_json_value value, struct signet_signature *signature)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span name;
    if (!signet_json_plain_string(value, &name)) {
        return malformed(r, HASH_ALGORITHM, "a name such as \"sha-256\"");
    }
    for (size_t i = 0; i < SIGNET_COUNT(hashes); i++) {
        if (signet_span_is(name, hashes[i].name)) {
            signature->digest = hashes[i].alg;
            return SIGNET_OK;
        }
    }
    return signet_err_set(r->err, SIGNET_E_UNSUPPORTED,
                          "hash_algorithm \"%s\": expected sha-256, sha-384 or sha-512",
                          signet_utf8_show(name, shown));
}

static int
read_public_key(struct reading *r, struct signet_json_value value, struct signet_pubkey *key)
{
    struct signet_buf der;
    signet_buf_init(&der, KEY_MAX);
    int rc = decode_standard(value, &der);
    if (rc != SIGNET_OK || der.len == 0 || der.data[0] != '0') { /* no text: PEM inside base64 */
        rc = malformed(r, PUBLIC_KEY, "a SubjectPublicKeyInfo in base64, without PEM lines");
    } else {
        rc = signet_pubkey_read(signet_buf_span(&der), key, r->err);
        signet_err_prefix(r->err, "public_key");
    }
    signet_buf_free(&der);
    return rc;
}

/* What says where a certificate is, or which: it is looked at and no more. */
static int check_pointers(struct reading *r, const struct signet_json_value *members)
{
    struct signet_span text;
    if (members[CERT_URL].kind != 0 && !signet_json_string_begins(members[CERT_URL], "https://")) {
        return malformed(r, CERT_URL, "an address that begins with \"https://\"");
    }
    if (members[THUMBPRINT].kind != 0) {
        struct signet_buf digest;
        signet_buf_init(&digest, SIGNET_DIGEST_MAX);
        bool sound = signet_json_plain_string(members[THUMBPRINT], &text) &&
                     text.len == THUMBPRINT_TEXT &&
                     decode_url(members[THUMBPRINT], &digest) == SIGNET_OK;
        signet_buf_free(&digest);
        return sound ? SIGNET_OK : malformed(r, THUMBPRINT, "a SHA-256 digest in base64url");
    }
    return SIGNET_OK;
}

/* The keys that it carries: they prove nothing, and say which key was meant. */
static int read_keys(struct reading *r,
                     const struct signet_json_value *members,
                     struct signet_signature *signature)
{
    struct signet_pubkey *key = signet_arena_alloc(&r->env->storage, sizeof(*key));
    struct signet_pubkey of_chain = {0};
    bool given = members[PUBLIC_KEY].kind != 0;
    int rc = SIGNET_OK;
    if (key == NULL) {
        return no_memory(r);
    }
    if (given) {
        rc = read_public_key(r, members[PUBLIC_KEY], key);
    }
    if (rc == SIGNET_OK && members[PUBLIC_CERT_CHAIN].kind != 0) {
        rc = signet_inside_leaf(members[PUBLIC_CERT_CHAIN], &chain_spelling, &of_chain, r->err);
        if (rc == SIGNET_OK && given && !signet_pubkey_eq(key, &of_chain)) {
            rc = malformed(r, PUBLIC_CERT_CHAIN, "a certificate of the key in public_key");
        }
        *key = of_chain;
        given = true;
    }
    if (rc == SIGNET_OK && given) {
        signature->named = key;
        rc = signet_inside_fits(signature, key, r->err);
    }
    return rc;
}

static int read_key_material(struct reading *r,
                             const struct signet_json_value *members,
                             struct signet_signature *signature)
{
    if (members[PUBLIC_KEY].kind == 0 && members[PUBLIC_CERT_CHAIN].kind == 0 &&
        members[CERT_URL].kind == 0 && members[THUMBPRINT].kind == 0) {
        return signet_err_set(r->err, SIGNET_E_MALFORMED,
                              "expected one of public_key, public_cert_chain, cert_url and "
                              "thumbprint, found none");
    }
    int rc = check_pointers(r, members);
    return rc == SIGNET_OK ? read_keys(r, members, signature) : rc;
}

static int read_core(struct reading *r,
                     struct signet_json_value core,
                     const struct signet_json_value *members,
                     bool counter)
{
    struct signet_signature *signature = &r->env->signatures[r->env->signature_count];
    signature->keyid = "";
    signature->counter = counter;
    int rc = read_hash(r, members[HASH_ALGORITHM], signature);
    if (rc == SIGNET_OK) {
        rc = signet_inside_algorithm(members[ALGORITHM], signature, r->err);
    }
    if (rc == SIGNET_OK) {
        rc = read_key_material(r, members, signature);
    }
    if (rc == SIGNET_OK) {
        rc = signet_inside_value(r->env, members[VALUE], &value_spelling, &signature->sig, r->err);
    }
    if (rc == SIGNET_OK) {
        rc =
            signet_jss_said(r->env, core, signature, &r->jss->ids[r->env->signature_count], r->err);
    }
    if (rc == SIGNET_OK && members[SIGNATURE].kind != 0 &&
        members[SIGNATURE].kind != SIGNET_JSON_OBJECT) {
        rc = malformed(r, SIGNATURE, "an object, the counter-signature");
    }
    if (rc == SIGNET_OK) {
        r->jss->inside.cores[r->env->signature_count++] = core;
    }
    return rc;
}

/* One signature of the list, and the counter-signature in it. */
static int read_signature(struct reading *r, struct signet_json_value core)
{
    struct signet_json_value members[WORDS];
    struct signet_json_value inner[WORDS];
    if (core.kind != SIGNET_JSON_OBJECT) {
        return signet_err_set(r->err, SIGNET_E_MALFORMED, "expected an object of JSS");
    }
    SIGNET_IGNORE(signet_json_members(core, words, members)); /* others are allowed */
    int rc = read_core(r, core, members, false);
    if (rc != SIGNET_OK || members[SIGNATURE].kind == 0) {
        return rc;
    }
    SIGNET_IGNORE(signet_json_members(members[SIGNATURE], words, inner)); /* others are allowed */
    rc = read_core(r, members[SIGNATURE], inner, true);
    signet_err_prefix(r->err, "counter-signature");
    /* What one of those in turn is over is said nowhere. */
    r->env->unchecked_counters = r->env->unchecked_counters || inner[SIGNATURE].kind != 0;
    return rc;
}

static int read_list(struct reading *r, struct signet_json_value list, uint64_t max)
{
    struct signet_json_walk walk = signet_json_walk(list);
    struct signet_json_value core;
    struct signet_json_value unused;
    size_t count = 0;
    size_t room = 0;
    while (list.kind == SIGNET_JSON_ARRAY && signet_json_next_element(&walk, &core)) {
        count++;
        room += signet_json_member(core, words[SIGNATURE], &unused) ? 2 : 1;
    }
    if (count == 0) {
        return signet_err_set(r->err, SIGNET_E_MALFORMED,
                              "signatures: expected an array of signatures, found none");
    }
    int rc = signet_inside_make_room(r->env, room, max, r->err);
    if (rc == SIGNET_OK) {
        r->jss->ids = signet_arena_array(&r->env->storage, room, sizeof(*r->jss->ids));
        rc = r->jss->ids != NULL ? (int)SIGNET_OK : no_memory(r);
    }
    walk = signet_json_walk(list);
    for (size_t i = 0; rc == SIGNET_OK && signet_json_next_element(&walk, &core); i++) {
        rc = read_signature(r, core);
        if (rc != SIGNET_OK) {
            signet_err_prefix(r->err, "signature %zu of %zu", i + 1, count);
        }
    }
    return rc;
}

/* Two UUIDs; an absent one is the same as none. */
static bool same_id(struct signet_json_value a, struct signet_json_value b)
{
    bool same = a.kind == SIGNET_JSON_STRING && b.kind == SIGNET_JSON_STRING;
    for (size_t i = 0; same && i < a.text.len; i++) {
        same = a.text.ptr[i] == b.text.ptr[i] ||
               signet_hex_value(a.text.ptr[i]) == signet_hex_value(b.text.ptr[i]);
    }
    return same;
}

/* Signatures with one id are versions of one: what one of them revokes is revoked. */
static void spread_revoked(struct reading *r)
{
    struct signet_signature *all = r->env->signatures;
    for (size_t i = 0; i < r->env->signature_count; i++) {
        for (size_t j = 0; all[i].revoked && j < r->env->signature_count; j++) {
            bool same =
                !all[i].counter && !all[j].counter && same_id(r->jss->ids[i], r->jss->ids[j]);
            all[j].revoked = all[j].revoked || same;
        }
    }
}

int signet_jss_read(const struct signet_json_text *text,
                    const struct signet_inplace *place,
                    const struct signet_limits *limits,
                    struct signet_envelope *env,
                    struct signet_err *err)
{
    struct reading r = {.env = env, .err = err};
    int rc = signet_inside_begin(env, &signet_envelope_jss, sizeof(struct signet_jss_inside), text,
                                 place, limits);
    if (rc != SIGNET_OK) {
        return no_memory(&r);
    }
    r.jss = env->inside;
    env->hashed = place->covered.text.len;
    rc = read_list(&r, place->signature, limits->signatures);
    if (rc == SIGNET_OK) {
        spread_revoked(&r);
    } else {
        signet_envelope_free(env);
    }
    return rc;
}
