/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/tar_header: the fields of a header, each refusal beside a header that passes and differs
 * in one thing. What fields look like follows from POSIX.1-2017 pax ("ustar Interchange Format"),
 * the GNU tar manual ("Basic Tar Format") and what the tools named in comments write.
 */
#include "scan_tar.h"

static void permissions_are_those_of_the_header(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    tar_patch(tar, tar_file(tar, "a", ""), TAR_MODE, "0006755", 7);
    tar_patch(tar, tar_file(tar, "b", ""), TAR_MODE, "0101777", 7); /* as old GNU tar: with kind */
    tar_ends(tar, "106755 0 @512 a\n101777 0 @1024 b\n");
    tar = tar_new();
    tar_patch(tar, tar_file(tar, "a", ""), TAR_MODE, "0006758", 7);
    tar_ends_refused(tar, SIGNET_E_MALFORMED, TAR_MODE,
                     "expected a mode in octal, found \"0006758\\x00\"");
}

static void sizes_have_few_spellings(void **state)
{
    (void)state;
    static const char *const good[] = {
        "00000000005\0", "00000000005 ",   "          5\0",
        "          5 ",  "000000000005",   "5\0\0\0\0\0\0\0\0\0\0\0",
        "5           ",  " 5 \0 \0      ", "\x80\0\0\0\0\0\0\0\0\0\0\x05",
    };
    static const struct {
        const char *field;
        const char *shown;
    } bad[] = {
        {"00000000008\0", "00000000008\\x00"},
        {"0000000005x\0", "0000000005x\\x00"},
        {"-0000000005\0", "-0000000005\\x00"},
        {"+0000000005\0", "+0000000005\\x00"},
        {"0000000_005\0", "0000000_005\\x00"},
        {"0000000 005\0", "0000000 005\\x00"},
        {"000005\0\0000005", "000005\\x00\\x000005"},
        {"\t0000000005\0", "\\x090000000005\\x00"},
        {"\0"
         "0000000005\0",
         "\\x000000000005\\x00"},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
         "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff"},
        {"\x81\0\0\0\0\0\0\0\0\0\0\x05",
         "\\x81\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x05"},
        {"\x80\0\0\0\x80\0\0\0\0\0\0\x05",
         "\\x80\\x00\\x00\\x00\\x80\\x00\\x00\\x00\\x00\\x00\\x00\\x05"},
        {"\x80\0\0\x01\0\0\0\0\0\0\0\x05",
         "\\x80\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x05"},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct tar *tar = tar_new();
        tar_patch(tar, tar_file(tar, "a", "12345"), TAR_SIZE, good[i], 12);
        tar_ends(tar, "100644 5 @512 a\n");
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char message[240];
        struct tar *tar = tar_new();
        tar_patch(tar, tar_file(tar, "a", "12345"), TAR_SIZE, bad[i].field, 12);
        assert_true(snprintf(message, sizeof(message),
                             "expected a size in octal or in binary, found \"%s\"",
                             bad[i].shown) > 0);
        tar_ends_refused(tar, SIGNET_E_MALFORMED, TAR_SIZE, message);
    }
    struct tar *tar = tar_new();
    tar_patch(tar, tar_file(tar, "a", ""), TAR_SIZE, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
    tar_ends_refused(tar, SIGNET_E_MALFORMED, 0, "a: expected a size, found none");
}

/* A field of 12 bytes in binary holds more than a file can have. */
static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    struct tar_listing listing;
    struct signet_err err;
    struct tar *tar = tar_new();
    tar_patch(tar, tar_file(tar, "a", ""), TAR_SIZE, "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff",
              12);
    CHECK_CODE(tar_scan_once(signet_span_of(tar->data, 1024), tar_ways[1], &limits, &listing, &err),
               SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "a: expected an archive below 2^63 bytes, found a size of "
                                 "9223372036854775807");
    /* The greatest that ends below 2^63 with its padding and one block in front. */
    tar_patch(tar, 0, TAR_SIZE, "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xfb\xff", 12);
    CHECK_CODE(tar_scan_once(signet_span_of(tar->data, 1024), tar_ways[1], &limits, &listing, &err),
               SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "expected the rest of the data of an entry, found the end of the "
                                 "archive; it is cut short");
    assert_string_equal(listing.text, "100644 9223372036854774783 @512 a\n");
    CHECK_CODE(tar_scan_once(signet_span_of(tar->data, 1024), tar_ways[0], &limits, &listing, &err),
               SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "a: expected 9223372036854774783 bytes of data, found 512 up to "
                                 "the end of the archive");
    assert_string_equal(listing.text, "");
    free(tar);
}

static void the_sum_of_a_header_counts(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    size_t at = tar_file(tar, "\xc3\xa9", "");
    char *sum = (char *)tar->data + at + TAR_SUM;
    unsigned long right = strtoul(sum, NULL, 8);
    tar_end(tar);
    tar_found(tar, "100644 0 @512 \xc3\xa9\n");
    /* Spellings of other tools: libarchive and npm, then Perl. */
    assert_int_equal(snprintf(sum, 8, "%06lo ", right), 7);
    tar_found(tar, "100644 0 @512 \xc3\xa9\n");
    assert_int_equal(snprintf(sum, 8, "%7lo", right), 7);
    tar_found(tar, "100644 0 @512 \xc3\xa9\n");

    char message[240];
    assert_int_equal(snprintf(sum, 8, "%06lo", right + 1), 6);
    assert_true(snprintf(message, sizeof(message),
                         "expected %lo as the sum of a header's bytes, found %lo", right,
                         right + 1) > 0);
    tar_refused(tar, SIGNET_E_MALFORMED, TAR_SUM, message);
    /* With signed bytes, as some very old tars did, each of the two is 256 less. */
    assert_int_equal(snprintf(sum, 8, "%06lo", right - 512), 6);
    assert_true(snprintf(message, sizeof(message),
                         "expected %lo as the sum of a header's bytes, found %lo", right,
                         right - 512) > 0);
    tar_refused(tar, SIGNET_E_MALFORMED, TAR_SUM, message);
    memset(sum, ' ', 8);
    tar_refused(tar, SIGNET_E_MALFORMED, TAR_SUM,
                "expected an octal sum of a header's bytes, found \"        \"");
    free(tar);
}

static void three_dialects_are_known_by_their_mark(void **state)
{
    (void)state;
    static const char *const good[] = {"ustar\0"
                                       "00",
                                       "ustar  \0", "\0\0\0\0\0\0\0\0"};
    static const struct {
        const char *magic;
        const char *shown;
    } bad[] = {
        {"ustar\0\0\0", "ustar\\x00\\x00\\x00"},
        {"ustar\0"
         "01",
         "ustar\\x0001"},
        {"ustar   ", "ustar   "},
        {"ustar 00", "ustar 00"},
        {"Ustar\0"
         "00",
         "Ustar\\x0000"},
        {"\0\0\0\0\0\0"
         "00",
         "\\x00\\x00\\x00\\x00\\x00\\x0000"},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct tar *tar = tar_new();
        tar_patch(tar, tar_file(tar, "a", ""), TAR_MAGIC, good[i], 8);
        tar_ends(tar, "100644 0 @512 a\n");
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char message[240];
        struct tar *tar = tar_new();
        tar_patch(tar, tar_file(tar, "a", ""), TAR_MAGIC, bad[i].magic, 8);
        assert_true(snprintf(message, sizeof(message),
                             "expected the mark of a tar header, found \"%s\"", bad[i].shown) > 0);
        tar_ends_refused(tar, SIGNET_E_MALFORMED, TAR_MAGIC, message);
    }
}

static struct tar *one_file_with(size_t field, const void *bytes, size_t len)
{
    struct tar *tar = tar_new();
    tar_patch(tar, tar_file(tar, "a", ""), field, bytes, len);
    return tar;
}

/* Python takes a prefix from any header, GNU tar and libarchive sparse maps from one of GNU's. */
static void a_prefix_stands_in_ustar_alone(void **state)
{
    (void)state;
    static const char *const others[] = {"ustar  \0", "\0\0\0\0\0\0\0\0"};
    tar_ends(one_file_with(TAR_PREFIX, "p/q", 3), "100644 0 @512 p/q/a\n");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct tar *tar = one_file_with(TAR_MAGIC, others[i], 8);
        tar_end(tar);
        tar_found(tar, "100644 0 @512 a\n");
        tar_patch(tar, 0, TAR_PREFIX, "p/q", 3);
        tar_refused(tar, SIGNET_E_MALFORMED, TAR_PREFIX,
                    "expected zeros at the end of a header, found byte 0x70");
        tar_patch(tar, 0, TAR_PREFIX, "\0\0\0", 3);
        tar_patch(tar, 0, 511, "x", 1);
        tar_refused(tar, SIGNET_E_MALFORMED, 511,
                    "expected zeros at the end of a header, found byte 0x78");
        free(tar);
    }
    tar_ends_refused(one_file_with(TAR_REST + 8, "tar", 4), SIGNET_E_MALFORMED, TAR_REST + 8,
                     "expected zeros at the end of a header, found byte 0x74");
}

static void a_prefix_may_be_full(void **state)
{
    (void)state;
    char prefix[156];
    char expected[400];
    memset(prefix, 'p', 155);
    prefix[155] = '\0';
    struct tar *tar = one_file_with(TAR_PREFIX, prefix, 155);
    memset(tar->data, 'n', 100);
    tar_seal(tar, 0);
    assert_true(snprintf(expected, sizeof(expected), "100644 0 @512 %s/%.100s\n", prefix,
                         (const char *)tar->data) > 0);
    tar_ends(tar, expected);
}

/* npm writes access and change times into the last bytes of the prefix. */
static void times_may_stand_behind_a_short_prefix(void **state)
{
    (void)state;
    static const char times[] = "15301000351\0"
                                "15301000352";
    struct tar *tar = one_file_with(TAR_PREFIX, "p", 1);
    tar_patch(tar, 0, 476, times, sizeof(times));
    tar_end(tar);
    tar_found(tar, "100644 0 @512 p/a\n");
    tar_patch(tar, 0, 476, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
    tar_found(tar, "100644 0 @512 p/a\n");
    tar_patch(tar, 0, 476, "x", 1);
    tar_refused(tar, SIGNET_E_MALFORMED, 476,
                "expected zeros behind the end of a name, found byte 0x78");
    free(tar);
}

static void nothing_hides_behind_a_nul(void **state)
{
    (void)state;
    tar_ends(one_file_with(0, "ab", 2), "100644 0 @512 ab\n");
    tar_ends_refused(one_file_with(1, "\0b", 2), SIGNET_E_MALFORMED, 2,
                     "expected zeros behind the end of a name, found byte 0x62");
    tar_ends_refused(one_file_with(99, "x", 1), SIGNET_E_MALFORMED, 99,
                     "expected zeros behind the end of a name, found byte 0x78");
    tar_ends_refused(one_file_with(TAR_PREFIX, "p\0q", 3), SIGNET_E_MALFORMED, TAR_PREFIX + 2,
                     "expected zeros behind the end of a name, found byte 0x71");
    tar_ends_refused(one_file_with(0, "", 1), SIGNET_E_MALFORMED, 0,
                     "expected a name in a header, found none");
}

/* libarchive leaves out a "/" that others put in. */
static void a_prefix_ends_without_slash(void **state)
{
    (void)state;
    tar_ends_refused(one_file_with(TAR_PREFIX, "p/", 2), SIGNET_E_MALFORMED, TAR_PREFIX,
                     "expected a prefix of a name without \"/\" at its end");
    /* Python splits a directory's name so. */
    struct tar *tar = tar_new();
    tar_patch(tar, tar_header(tar, '5', "", 0), TAR_PREFIX, "p/q", 3);
    tar_ends(tar, "40644 0 @512 p/q/\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(permissions_are_those_of_the_header),
        cmocka_unit_test(sizes_have_few_spellings),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(the_sum_of_a_header_counts),
        cmocka_unit_test(three_dialects_are_known_by_their_mark),
        cmocka_unit_test(a_prefix_stands_in_ustar_alone),
        cmocka_unit_test(a_prefix_may_be_full),
        cmocka_unit_test(times_may_stand_behind_a_short_prefix),
        cmocka_unit_test(nothing_hides_behind_a_nul),
        cmocka_unit_test(a_prefix_ends_without_slash),
    };
    return CHECK_RUN(tests);
}
