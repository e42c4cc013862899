/* SPDX-License-Identifier: Apache-2.0
 *
 * json/text.h: runs of characters. Each of the 256 bytes is put at each place of texts of each
 * length up to three blocks, and the end of the run is where RFC 8259 section 7 says that a string
 * cannot go on unlooked at. The text lies at the end of its memory, so that a byte read behind it
 * is noticed.
 */
#include "check.h"

#include "json/text.h"

enum {
    LENGTH_MAX = 50
};

static bool is_plain(unsigned byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

static bool is_verbatim(unsigned byte)
{
    return byte != '"' && byte != '\\';
}

/* Whether both runs end where the byte stands, or at the end if it ends none. */
static void check_run(const uint8_t *text, size_t len, size_t at, unsigned byte)
{
    const uint8_t *end = text + len;
    const uint8_t *stop = text + at;
    assert_ptr_equal(signet_json_skip_plain(text, end), is_plain(byte) ? end : stop);
    assert_ptr_equal(signet_json_skip_verbatim(text, end), is_verbatim(byte) ? end : stop);
}

static void runs_end_at_the_first_byte_that_ends_them(void **state)
{
    (void)state;
    for (size_t len = 1; len <= LENGTH_MAX; len++) {
        uint8_t *text = malloc(len);
        assert_non_null(text);
        memset(text, 'a', len);
        for (size_t at = 0; at < len; at++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                text[at] = (uint8_t)byte;
                check_run(text, len, at, byte);
            }
            text[at] = 'a';
        }
        free(text);
    }
}

/* Of two bytes that end a run the first does, whichever they are. */
static void the_first_of_two_counts(void **state)
{
    (void)state;
    enum {
        ENDS = 6
    };
    static const uint8_t ends[ENDS] = {'"', '\\', 0x00, 0x1F, 0x80, 0xFF};
    uint8_t text[LENGTH_MAX];
    for (size_t first = 0; first < LENGTH_MAX; first++) {
        for (size_t second = first + 1; second < LENGTH_MAX; second++) {
            for (size_t i = 0; i < (size_t)ENDS * ENDS; i++) {
                memset(text, ' ', sizeof(text));
                text[first] = ends[i / ENDS];
                text[second] = ends[i % ENDS];
                assert_ptr_equal(signet_json_skip_plain(text, text + sizeof(text)), text + first);
            }
            memset(text, 0x80, sizeof(text));
            text[first] = '\\';
            text[second] = '"';
            assert_ptr_equal(signet_json_skip_verbatim(text, text + sizeof(text)), text + first);
        }
    }
}

static void white_space_is_four_characters(void **state)
{
    (void)state;
    for (size_t len = 1; len <= LENGTH_MAX; len++) {
        uint8_t *text = malloc(len);
        assert_non_null(text);
        memset(text, ' ', len);
        for (size_t at = 0; at < len; at++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                bool space = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
                text[at] = (uint8_t)byte;
                assert_ptr_equal(signet_json_skip_space(text, text + len),
                                 space ? text + len : text + at);
            }
            text[at] = '\n';
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_end_at_the_first_byte_that_ends_them),
        cmocka_unit_test(the_first_of_two_counts),
        cmocka_unit_test(white_space_is_four_characters),
    };
    return CHECK_RUN(tests);
}
