/* SPDX-License-Identifier: Apache-2.0
 *
 * DER elements in and out (X.690), outlines of key containers (RFC 5280, RFC 5958) and the names of
 * key algorithms for error texts. Owns no key and decides nothing.
 */
#include "crypto/der.h"

#include "base/compiler.h"

const char signet_der_ed25519[] = "Ed25519";

struct algorithm_row {
    size_t len;
    const char *oid; /* contents of the OBJECT IDENTIFIER */
    const char *name;
};

#define ALGORITHM(oid, name)                                                                       \
    {                                                                                              \
        sizeof(oid) - 1, (oid), (name)                                                             \
    }

static const char ec_public_key[] = "\x2a\x86\x48\xce\x3d\x02\x01";

/* RFC 8410 section 3, RFC 8017 appendix A, RFC 5480 section 2.1, RFC 3279 section 2.3.2, RFC 9881
 * section 2. An EC key is named after its curve, which stands in the parameters. */
static const struct algorithm_row algorithm_rows[] = {
    ALGORITHM("\x2b\x65\x70", signet_der_ed25519),
    ALGORITHM("\x2b\x65\x71", "Ed448"),
    ALGORITHM("\x2b\x65\x6e", "X25519"),
    ALGORITHM("\x2b\x65\x6f", "X448"),
    ALGORITHM("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", "RSA"),
    ALGORITHM("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", "RSA-PSS"),
    ALGORITHM("\x2a\x86\x48\xce\x38\x04\x01", "DSA"),
    ALGORITHM("\x2a\x86\x48\xce\x3d\x03\x01\x07", "ECDSA P-256"),
    ALGORITHM("\x2b\x81\x04\x00\x22", "ECDSA P-384"),
    ALGORITHM("\x2b\x81\x04\x00\x23", "ECDSA P-521"),
    ALGORITHM("\x2b\x81\x04\x00\x0a", "ECDSA secp256k1"),
    ALGORITHM("\x60\x86\x48\x01\x65\x03\x04\x03\x11", "ML-DSA-44"),
    ALGORITHM("\x60\x86\x48\x01\x65\x03\x04\x03\x12", "ML-DSA-65"),
    ALGORITHM("\x60\x86\x48\x01\x65\x03\x04\x03\x13", "ML-DSA-87"),
    ALGORITHM("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d", "PBES2"),
};

/* Reads a length; returns how many bytes it took, or 0. */
static size_t read_length(struct signet_span text, size_t *length)
{
    if (text.len == 0) {
        return 0;
    }
    if (text.ptr[0] < 0x80) {
        *length = text.ptr[0];
        return 1;
    }
    size_t count = text.ptr[0] & 0x7F;
    if (count == 0 || count > 3 || text.len < 1 + count || text.ptr[1] == 0) {
        return 0;
    }
    size_t sum = 0;
    for (size_t i = 1; i <= count; i++) {
        sum = sum << 8 | text.ptr[i];
    }
    *length = sum;
    return sum < 0x80 ? 0 : 1 + count;
}

bool signet_der_take(struct signet_span *rest, enum signet_der_tag tag, struct signet_span *value)
{
    if (rest->len < 2 || rest->ptr[0] != tag) {
        return false;
    }
    size_t length = 0;
    size_t taken = read_length(signet_span_of(rest->ptr + 1, rest->len - 1), &length);
    if (taken == 0 || length > rest->len - 1 - taken) {
        return false;
    }
    const uint8_t *contents = rest->ptr + 1 + taken;
    *value = signet_span_of(contents, length);
    *rest = signet_span_of(contents + length, rest->len - 1 - taken - length);
    return true;
}

bool signet_der_take_positive(struct signet_span *rest, struct signet_span *value)
{
    struct signet_span after = *rest;
    struct signet_span found;
    if (!signet_der_take(&after, SIGNET_DER_INTEGER, &found) || found.len == 0) {
        return false;
    }
    if (found.ptr[0] == 0) { /* allowed if the next byte would read as a sign, and needed then */
        found = signet_span_of(found.ptr + 1, found.len - 1);
        if (found.len == 0 || found.ptr[0] < 0x80) {
            return false;
        }
    } else if (found.ptr[0] >= 0x80) {
        return false;
    }
    *value = found;
    *rest = after;
    return true;
}

uint8_t *signet_der_put_head(uint8_t *out, enum signet_der_tag tag, size_t len)
{
    *out++ = (uint8_t)tag;
    if (len >= 0x100) {
        *out++ = 0x82;
        *out++ = (uint8_t)(len >> 8);
    } else if (len >= 0x80) {
        *out++ = 0x81;
    }
    *out++ = (uint8_t)len;
    return out;
}

uint8_t *signet_der_put_positive(uint8_t *out, struct signet_span value)
{
    size_t zero = value.ptr[0] >= 0x80 ? 1 : 0;
    out = signet_der_put_head(out, SIGNET_DER_INTEGER, value.len + zero);
    if (zero == 1) {
        *out++ = 0;
    }
    memcpy(out, value.ptr, value.len);
    return out + value.len;
}

enum signet_der_kind signet_der_outline(struct signet_span text, struct signet_span *algorithm)
{
    struct signet_span inside;
    struct signet_span part;
    *algorithm = signet_span_of(NULL, 0);
    if (!signet_der_take(&text, SIGNET_DER_SEQUENCE, &inside)) {
        return SIGNET_DER_OTHER;
    }
    bool has_version = signet_der_take(&inside, SIGNET_DER_INTEGER, &part);
    struct signet_span found;
    if (!signet_der_take(&inside, SIGNET_DER_SEQUENCE, &found)) {
        return SIGNET_DER_OTHER;
    }
    enum signet_der_kind kind = SIGNET_DER_OTHER;
    if (signet_der_take(&inside, SIGNET_DER_OCTET_STRING, &part)) {
        kind = has_version ? SIGNET_DER_PRIVATE : SIGNET_DER_ENCRYPTED;
    } else if (!has_version && signet_der_take(&inside, SIGNET_DER_BIT_STRING, &part)) {
        kind = SIGNET_DER_PUBLIC;
    }
    if (kind != SIGNET_DER_OTHER) {
        *algorithm = found;
    }
    return kind;
}

static const char *find_name(struct signet_span oid)
{
    for (size_t i = 0; i < SIGNET_COUNT(algorithm_rows); i++) {
        const struct algorithm_row *row = &algorithm_rows[i];
        if (signet_span_eq(oid, signet_span_of(row->oid, row->len))) {
            return row->name;
        }
    }
    return NULL;
}

const char *signet_der_algorithm_name(struct signet_span algorithm)
{
    struct signet_span oid;
    struct signet_span curve;
    const char *name = NULL;
    if (signet_der_take(&algorithm, SIGNET_DER_OID, &oid)) {
        name = find_name(oid);
        if (signet_span_is(oid, ec_public_key)) {
            name = signet_der_take(&algorithm, SIGNET_DER_OID, &curve) ? find_name(curve) : NULL;
            name = name != NULL ? name : "ECDSA with another curve";
        }
    }
    return name != NULL ? name : "unknown";
}
