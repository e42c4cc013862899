/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a JWK: see envelope/jwk.h. Owns its members; what makes a key a good one is crypto's.
 */
#include "envelope/jwk.h"

#include <signet/limits.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

enum {
    KEY_FILE_MAX = 1 << 16,
    NUMBER_MAX = 2048, /* bytes of one number of a key */
    UNCOMPRESSED = 4   /* what a point of an elliptic curve begins with (SEC 1 section 2.3.3) */
};

enum member {
    KTY,
    CRV,
    X,
    Y,
    N,
    E,
    MEMBERS
};

static const char *const names[] = {"kty", "crv", "x", "y", "n", "e", NULL};

/* A kind of key: its members besides kty and crv, and the length of each. */
struct kind {
    const char *kty;
    const char *crv;
    enum signet_key_alg alg;
    size_t len; /* bytes of x, and of y */
};

static const struct kind kinds[] = {
    {"OKP", "Ed25519", SIGNET_KEY_ED25519, 32}, {"OKP", "Ed448", SIGNET_KEY_ED448, 57},
    {"EC", "P-256", SIGNET_KEY_P256, 32},       {"EC", "P-384", SIGNET_KEY_P384, 48},
    {"EC", "P-521", SIGNET_KEY_P521, 66},
};

int signet_jwk_bytes(struct signet_json_value value, struct signet_buf *out)
{
    struct signet_span text;
    if (!signet_json_plain_string(value, &text)) {
        return SIGNET_E_MALFORMED;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '+' || text.ptr[i] == '/' || text.ptr[i] == '=') {
            return SIGNET_E_MALFORMED;
        }
    }
    return signet_b64_decode(out, text);
}

/* Appends a member's bytes; len 0: of any length but none. */
static int read_member(const struct signet_json_value *members,
                       enum member member,
                       size_t len,
                       struct signet_buf *out,
                       struct signet_err *err)
{
    size_t before = out->len;
    if (members[member].kind == 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "publicKey: member \"%s\" missing",
                              names[member]);
    }
    int rc = signet_jwk_bytes(members[member], out);
    size_t found = out->len - before;
    if (rc == SIGNET_OK && (found == 0 || (len > 0 && found != len))) {
        rc = SIGNET_E_MALFORMED;
    }
    if (len == 0) {
        return signet_err_set(
            err, rc, "publicKey.%s: expected a number in base64url without padding", names[member]);
    }
    return signet_err_set(err, rc, "publicKey.%s: expected %zu bytes in base64url without padding",
                          names[member], len);
}

/* Requires exactly as many known members as the kind has. */
static int check_closed(const struct signet_json_value *members,
                        size_t others,
                        size_t expected,
                        struct signet_err *err)
{
    size_t found = 0;
    for (size_t i = 0; i < MEMBERS; i++) {
        found += members[i].kind != 0 ? 1 : 0;
    }
    return others == 0 && found == expected
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_MALFORMED,
                                "publicKey: expected the members of its kty alone, found others");
}

static int
read_rsa(const struct signet_json_value *members, struct signet_pubkey *key, struct signet_err *err)
{
    struct signet_buf n;
    struct signet_buf e;
    signet_buf_init(&n, NUMBER_MAX);
    signet_buf_init(&e, NUMBER_MAX);
    int rc = read_member(members, N, 0, &n, err);
    if (rc == SIGNET_OK) {
        rc = read_member(members, E, 0, &e, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_pubkey_from_rsa(signet_buf_span(&n), signet_buf_span(&e), key, err);
    }
    signet_buf_free(&n);
    signet_buf_free(&e);
    return rc;
}

static int read_point(const struct signet_json_value *members,
                      const struct kind *kind,
                      struct signet_pubkey *key,
                      struct signet_err *err)
{
    struct signet_buf bits;
    bool curve = members[Y].kind != 0;
    signet_buf_init(&bits, NUMBER_MAX);
    int rc = curve ? signet_buf_putc(&bits, UNCOMPRESSED) : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc = read_member(members, X, kind->len, &bits, err);
    }
    if (rc == SIGNET_OK && curve) {
        rc = read_member(members, Y, kind->len, &bits, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_pubkey_from_bits(kind->alg, signet_buf_span(&bits), key, err);
    }
    signet_buf_free(&bits);
    return rc;
}

static const struct kind *find_kind(const struct signet_json_value *members)
{
    for (size_t i = 0; i < SIGNET_COUNT(kinds); i++) {
        if (signet_json_string_is(members[KTY], signet_span_str(kinds[i].kty)) &&
            signet_json_string_is(members[CRV], signet_span_str(kinds[i].crv))) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* closed: other members than those of the key refuse it. */
static int read_jwk(struct signet_json_value jwk,
                    bool closed,
                    struct signet_pubkey *key,
                    struct signet_err *err)
{
    struct signet_json_value members[MEMBERS];
    memset(key, 0, sizeof(*key));
    if (jwk.kind != SIGNET_JSON_OBJECT) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "publicKey: expected an object");
    }
    size_t others = signet_json_members(jwk, names, members);
    others = closed ? others : 0;
    if (signet_json_string_is(members[KTY], signet_span_str("RSA"))) {
        int rc = check_closed(members, others, 3, err);
        return rc == SIGNET_OK ? read_rsa(members, key, err) : rc;
    }
    const struct kind *kind = find_kind(members);
    if (kind == NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "publicKey: expected kty RSA, OKP with crv Ed25519 or Ed448, or EC "
                              "with crv P-256, P-384 or P-521, found another");
    }
    bool curve = strcmp(kind->kty, "EC") == 0;
    int rc = check_closed(members, others, curve ? 4 : 3, err);
    if (rc == SIGNET_OK && curve != (members[Y].kind != 0)) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED, "publicKey: member \"y\" goes with kty EC");
    }
    return rc == SIGNET_OK ? read_point(members, kind, key, err) : rc;
}

int signet_jwk_read(struct signet_json_value jwk, struct signet_pubkey *key, struct signet_err *err)
{
    return read_jwk(jwk, true, key, err);
}

static bool is_object(struct signet_span text)
{
    size_t at = 0;
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\n' || text.ptr[at] == '\r' ||
                             text.ptr[at] == '\t')) {
        at++;
    }
    return at < text.len && text.ptr[at] == '{';
}

int signet_pubkey_read_any(struct signet_span text,
                           struct signet_pubkey *key,
                           struct signet_err *err)
{
    struct signet_json_value top;
    struct signet_json_value secret;
    memset(key, 0, sizeof(*key));
    if (!is_object(text)) {
        return signet_pubkey_read(text, key, err);
    }
    if (text.len > KEY_FILE_MAX) {
        return signet_err_set(err, SIGNET_E_LIMIT, "expected a JWK of at most %d bytes, found %zu",
                              KEY_FILE_MAX, text.len);
    }
    int rc = signet_json_check(text, SIGNET_DEPTH_ENVELOPE, &top, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (signet_json_member(top, "d", &secret) || signet_json_member(top, "k", &secret)) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a public key, found a JWK with a private or shared secret; "
                              "give its public half");
    }
    return read_jwk(top, false, key, err);
}
