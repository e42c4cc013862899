/* SPDX-License-Identifier: Apache-2.0
 *
 * ECDSA signatures as text (RFC 7518 section 3.4, RFC 3279 section 2.2.3). Owns their form; that r
 * and s are below the order of the curve is for the check of the signature.
 */
#include "crypto/ecdsa.h"

#include "crypto/der.h"

/* number without its leading zero bytes; empty if it is 0. */
static struct signet_span strip(struct signet_span number)
{
    while (number.len > 0 && number.ptr[0] == 0) {
        number = signet_span_of(number.ptr + 1, number.len - 1);
    }
    return number;
}

bool signet_ecdsa_from_raw(struct signet_span raw,
                           size_t size,
                           uint8_t out[SIGNET_ECDSA_DER_MAX],
                           struct signet_span *der)
{
    uint8_t numbers[SIGNET_ECDSA_DER_MAX - SIGNET_DER_HEAD];
    if (size == 0 || size > SIGNET_ECDSA_SIZE_MAX || raw.len != 2 * size) {
        return false;
    }
    struct signet_span r = strip(signet_span_of(raw.ptr, size));
    struct signet_span s = strip(signet_span_of(raw.ptr + size, size));
    if (r.len == 0 || s.len == 0) {
        return false;
    }
    const uint8_t *end = signet_der_put_positive(signet_der_put_positive(numbers, r), s);
    size_t len = (size_t)(end - numbers);
    uint8_t *to = signet_der_put_head(out, SIGNET_DER_SEQUENCE, len);
    memcpy(to, numbers, len);
    *der = signet_span_of(out, (size_t)(to - out) + len);
    return true;
}

bool signet_ecdsa_is_der(struct signet_span signature, size_t size)
{
    struct signet_span inside;
    struct signet_span r;
    struct signet_span s;
    return signet_der_take(&signature, SIGNET_DER_SEQUENCE, &inside) && signature.len == 0 &&
           signet_der_take_positive(&inside, &r) && signet_der_take_positive(&inside, &s) &&
           inside.len == 0 && r.len <= size && s.len <= size;
}
