/* SPDX-License-Identifier: Apache-2.0
 *
 * The vectors of RFC 8032 section 7 in tests/vectors/crypto/rfc8032, as bytes.
 */
#ifndef SIGNET_TESTS_RFC8032_H
#define SIGNET_TESTS_RFC8032_H

#include "base/codec.h"
#include "files.h"

struct rfc8032_vector {
    uint8_t seed[32];
    uint8_t key[32];
    uint8_t message[1023]; /* of TEST 1024 */
    size_t message_len;
    uint8_t signature[64];
};

/* Takes what stands before the next separator from the front of *rest. */
static inline struct signet_span check_take_field(struct signet_span *rest, char separator)
{
    const uint8_t *end = rest->len > 0 ? memchr(rest->ptr, separator, rest->len) : NULL;
    assert_non_null(end);
    struct signet_span field = signet_span_of(rest->ptr, (size_t)(end - rest->ptr));
    *rest = signet_span_of(end + 1, rest->len - field.len - 1);
    return field;
}

/* Reads all vectors of a file into out and checks their number. */
static inline void check_read_rfc8032(const char *name, struct rfc8032_vector *out, size_t count)
{
    struct signet_buf text =
        check_read_file(SIGNET_SOURCE_DIR "/tests/vectors/crypto/rfc8032", name);
    struct signet_span rest = signet_buf_span(&text);
    check_take_field(&rest, '\n'); /* the names of the columns */
    for (size_t i = 0; i < count; i++) {
        check_take_field(&rest, '\t'); /* the name of the test */
        assert_int_equal(signet_hex_decode(check_take_field(&rest, '\t'), out[i].seed, 32), 0);
        assert_int_equal(signet_hex_decode(check_take_field(&rest, '\t'), out[i].key, 32), 0);
        struct signet_span message = check_take_field(&rest, '\t');
        out[i].message_len = message.len / 2;
        assert_true(out[i].message_len <= sizeof(out[i].message));
        assert_int_equal(signet_hex_decode(message, out[i].message, out[i].message_len), 0);
        assert_int_equal(signet_hex_decode(check_take_field(&rest, '\n'), out[i].signature, 64), 0);
    }
    assert_int_equal(rest.len, 0);
    signet_buf_free(&text);
}

#endif
