/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys as text and bytes: SubjectPublicKeyInfo (RFC 8410, RFC 5480, RFC 3279; RFC 7468),
 * OpenSSH lines (RFC 4253, RFC 5656, RFC 8709) and JWK (RFC 7518, RFC 8037). Owns the writing; keys
 * were checked when they were read.
 */
#include "base/codec.h"
#include "crypto/der.h"
#include "crypto/keytype.h"
#include "crypto/pem.h"
#include "crypto/pubkey.h"

static struct signet_span bits_of(const struct signet_pubkey *key)
{
    return signet_span_of(key->bytes, key->len);
}

static uint8_t *put(uint8_t *out, struct signet_span bytes)
{
    memcpy(out, bytes.ptr, bytes.len);
    return out + bytes.len;
}

struct signet_span signet_pubkey_spki_der(const struct signet_pubkey *key,
                                          uint8_t out[SIGNET_SPKI_DER_MAX])
{
    uint8_t head[SIGNET_DER_HEAD];
    uint8_t bits_head[SIGNET_DER_HEAD];
    const struct signet_keytype *type = signet_keytype(key->alg);
    if (type == NULL) {
        return signet_span_of(NULL, 0);
    }
    const uint8_t *head_end = signet_der_put_head(head, SIGNET_DER_SEQUENCE, type->algorithm.len);
    const uint8_t *bits_end = signet_der_put_head(bits_head, SIGNET_DER_BIT_STRING, 1 + key->len);
    struct signet_span heads[] = {signet_span_of(head, (size_t)(head_end - head)),
                                  signet_span_of(bits_head, (size_t)(bits_end - bits_head))};
    uint8_t *to = signet_der_put_head(
        out, SIGNET_DER_SEQUENCE, heads[0].len + type->algorithm.len + heads[1].len + 1 + key->len);
    to = put(to, heads[0]);
    to = put(to, type->algorithm);
    to = put(to, heads[1]);
    *to++ = 0; /* bits of the last byte that are not used */
    to = put(to, bits_of(key));
    return signet_span_of(out, (size_t)(to - out));
}

const char *signet_pubkey_spki_pem(const struct signet_pubkey *key, char out[SIGNET_SPKI_PEM_MAX])
{
    uint8_t der[SIGNET_SPKI_DER_MAX];
    signet_pem_encode("PUBLIC KEY", signet_pubkey_spki_der(key, der), out);
    return out;
}

static uint8_t *put_uint32(uint8_t *out, size_t value)
{
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        *out++ = (uint8_t)(value >> (shift - 8));
    }
    return out;
}

static uint8_t *put_string(uint8_t *out, struct signet_span bytes)
{
    return put(put_uint32(out, bytes.len), bytes);
}

/* RFC 4251 section 5: a zero byte in front of what would read as a sign. */
static uint8_t *put_mpint(uint8_t *out, struct signet_span number)
{
    size_t zero = number.ptr[0] >= 0x80 ? 1 : 0;
    out = put_uint32(out, number.len + zero);
    if (zero == 1) {
        *out++ = 0;
    }
    return put(out, number);
}

struct signet_span signet_pubkey_ssh_wire(const struct signet_pubkey *key,
                                          uint8_t out[SIGNET_SSH_WIRE_MAX])
{
    struct signet_span modulus;
    struct signet_span exponent;
    const struct signet_keytype *type = signet_keytype(key->alg);
    if (type == NULL) {
        return signet_span_of(NULL, 0);
    }
    uint8_t *to = put_string(out, signet_span_str(type->ssh));
    if (key->alg == SIGNET_KEY_RSA) {
        if (signet_keytype_rsa(bits_of(key), &modulus, &exponent)) {
            to = put_mpint(to, exponent);
            to = put_mpint(to, modulus);
        }
        return signet_span_of(out, (size_t)(to - out));
    }
    if (type->ssh_crv != NULL) {
        to = put_string(to, signet_span_str(type->ssh_crv));
    }
    to = put_string(to, bits_of(key));
    return signet_span_of(out, (size_t)(to - out));
}

static int write_ssh(const struct signet_pubkey *key,
                     const struct signet_keytype *type,
                     struct signet_buf *out)
{
    uint8_t wire[SIGNET_SSH_WIRE_MAX];
    signet_buf_puts(out, type->ssh);
    signet_buf_putc(out, ' ');
    signet_b64_encode(out, signet_pubkey_ssh_wire(key, wire), SIGNET_B64_STANDARD);
    return signet_buf_putc(out, '\n');
}

/* A member with text, behind what stands in front of it. */
static void put_text(struct signet_buf *out, const char *front, const char *text)
{
    signet_buf_puts(out, front);
    signet_buf_puts(out, text);
    signet_buf_putc(out, '"');
}

/* A member with bytes. */
static void put_bytes(struct signet_buf *out, const char *front, struct signet_span bytes)
{
    signet_buf_puts(out, front);
    signet_b64_encode(out, bytes, SIGNET_B64_URL_UNPADDED);
    signet_buf_putc(out, '"');
}

static int write_jwk(const struct signet_pubkey *key,
                     const struct signet_keytype *type,
                     struct signet_buf *out)
{
    struct signet_span modulus = {NULL, 0};
    struct signet_span exponent = {NULL, 0};
    size_t size = signet_keytype_coordinate(type);
    if (key->alg == SIGNET_KEY_RSA) {
        if (!signet_keytype_rsa(bits_of(key), &modulus, &exponent)) {
            out->status = SIGNET_E_INTERNAL;
        }
        put_bytes(out, "{\"e\":\"", exponent);
        put_bytes(out, ",\"kty\":\"RSA\",\"n\":\"", modulus);
    } else if (size > 0) {
        put_text(out, "{\"crv\":\"", type->jwk_crv);
        put_bytes(out, ",\"kty\":\"EC\",\"x\":\"", signet_span_of(key->bytes + 1, size));
        put_bytes(out, ",\"y\":\"", signet_span_of(key->bytes + 1 + size, size));
    } else {
        put_text(out, "{\"crv\":\"", type->jwk_crv);
        put_bytes(out, ",\"kty\":\"OKP\",\"x\":\"", bits_of(key));
    }
    return signet_buf_puts(out, "}\n");
}

int signet_pubkey_write(const struct signet_pubkey *key,
                        enum signet_key_form form,
                        struct signet_buf *out)
{
    char pem[SIGNET_SPKI_PEM_MAX];
    const struct signet_keytype *type = signet_keytype(key->alg);
    if (type == NULL) {
        out->status = SIGNET_E_INTERNAL;
        return out->status;
    }
    switch (form) {
    case SIGNET_KEY_FORM_PEM:
        return signet_buf_puts(out, signet_pubkey_spki_pem(key, pem));
    case SIGNET_KEY_FORM_SSH:
        return write_ssh(key, type, out);
    case SIGNET_KEY_FORM_JWK:
        return write_jwk(key, type, out);
    case SIGNET_KEY_FORM_RAW:
        return signet_buf_put(out, bits_of(key));
    default:
        out->status = SIGNET_E_INTERNAL;
        return out->status;
    }
}
