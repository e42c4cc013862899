/* SPDX-License-Identifier: Apache-2.0
 *
 * base/codec and base/utf8. What base64 decoding accepts is, but for padding and the alphabet, the
 * encoding of what it gave, and decoding in place gives the same; escaped text is printable; UTF-8
 * that is valid comes back from decoding and encoding.
 */
#include "fuzz.h"

#include <signet/text.h>

#include "base/codec.h"
#include "base/utf8.h"

enum {
    OUTPUT_MAX = 64 * 1024 * 1024
};

static void check_base64(struct signet_span text)
{
    struct signet_buf bytes;
    struct signet_buf again;
    signet_buf_init(&bytes, OUTPUT_MAX);
    signet_buf_init(&again, OUTPUT_MAX);
    if (signet_b64_decode(&bytes, text) == SIGNET_OK) {
        signet_b64_encode(&again, signet_buf_span(&bytes), SIGNET_B64_STANDARD_BARE);
        FUZZ_CHECK(again.status == SIGNET_OK && again.len <= text.len);
        for (size_t i = 0; i < again.len; i++) {
            uint8_t c = text.ptr[i];
            c = c == '-' ? '+' : c;
            c = c == '_' ? '/' : c;
            FUZZ_CHECK(c == again.data[i]);
        }
        for (size_t i = again.len; i < text.len; i++) {
            FUZZ_CHECK(text.ptr[i] == '=' && text.len % 4 == 0);
        }
    } else {
        FUZZ_CHECK(bytes.len == 0);
    }
    signet_buf_free(&again);
    signet_buf_free(&bytes);
}

static void check_in_place(struct signet_span text)
{
    struct signet_buf bytes;
    struct signet_buf place;
    signet_buf_init(&bytes, OUTPUT_MAX);
    signet_buf_init(&place, OUTPUT_MAX);
    FUZZ_CHECK(signet_buf_put(&place, text) == SIGNET_OK);
    FUZZ_CHECK(signet_b64_decode_in_place(place.data, &place.len) ==
               signet_b64_decode(&bytes, text));
    FUZZ_CHECK(bytes.len == 0 || signet_span_eq(signet_buf_span(&place), signet_buf_span(&bytes)));
    signet_buf_free(&place);
    signet_buf_free(&bytes);
}

static void check_utf8(struct signet_span text)
{
    struct signet_buf shown;
    size_t at = 0;
    size_t valid = signet_utf8_valid_length(text);
    while (at < valid) {
        uint8_t again[4];
        size_t len = signet_utf8_sequence(signet_span_of(text.ptr + at, text.len - at));
        FUZZ_CHECK(len > 0 && len <= valid - at);
        uint32_t c = signet_utf8_decode(text.ptr + at, len);
        FUZZ_CHECK(signet_utf8_encode(c, again) == len);
        FUZZ_CHECK(memcmp(again, text.ptr + at, len) == 0);
        at += len;
    }
    signet_buf_init(&shown, OUTPUT_MAX);
    FUZZ_CHECK(signet_utf8_escape(&shown, text) == SIGNET_OK && shown.len >= text.len);
    FUZZ_CHECK(signet_utf8_valid_length(signet_buf_span(&shown)) == shown.len);
    for (size_t i = 0; i < shown.len; i++) {
        FUZZ_CHECK(shown.data[i] >= 0x20 && shown.data[i] != 0x7F);
    }
    signet_buf_free(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_base64(signet_span_of(data, size));
    check_in_place(signet_span_of(data, size));
    check_utf8(signet_span_of(data, size));
    return 0;
}
