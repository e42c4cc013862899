/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/tar_layout and artifact/tar_entry: what is found in tars put together by hand, and each
 * refusal beside a tar that passes and differs in one thing. Expected names, places and sizes
 * follow from POSIX.1-2017 pax and the GNU tar manual.
 */
#include "scan_tar.h"

static void files_and_directories_are_found(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    tar_header(tar, '5', "d/", 0);
    tar_file(tar, "d/a.txt", "hello");
    tar_file(tar, "empty", "");
    tar_member(tar, '\0', "old", "12345678", 8);
    tar_header(tar, '5', "no-slash", 0);
    tar_ends(tar, "40644 0 @512 d/\n100644 5 @1024 d/a.txt\n100644 0 @2048 empty\n"
                  "100644 8 @2560 old\n40644 0 @3584 no-slash\n");
}

static void links_and_special_files_are_found_with_their_kind(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    tar_header(tar, '1', "hard", 0);
    tar_header(tar, '2', "symbolic", 0);
    tar_header(tar, '3', "character", 0);
    tar_header(tar, '4', "block", 0);
    tar_header(tar, '6', "fifo", 0);
    tar_ends(tar, "100644 hard 0 @512 hard\n120644 0 @1024 symbolic\n20644 0 @1536 character\n"
                  "60644 0 @2048 block\n10644 0 @2560 fifo\n");
}

static void other_types_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        char type;
        const char *found;
    } rows[] = {
        {'7', "a: expected a file, a directory or a link, found a contiguous file"},
        {'A', "a: expected a file, a directory or a link, found a Solaris access control list"},
        {'D', "a: expected a file, a directory or a link, found a directory of an incremental "
              "backup"},
        {'E', "a: expected a file, a directory or a link, found a Solaris attribute file"},
        {'M', "a: expected a file, a directory or a link, found the rest of a file from another "
              "volume"},
        {'N', "a: expected a file, a directory or a link, found a list of long names in an old "
              "way"},
        {'S', "a: expected a file, a directory or a link, found a sparse file"},
        {'V', "a: expected a file, a directory or a link, found a volume label"},
        {'X', "a: expected a file, a directory or a link, found a Solaris pax header"},
        {'8', "a: expected a known type of entry, found '8'"},
        {'I', "a: expected a known type of entry, found 'I'"},
        {'l', "a: expected a known type of entry, found 'l'"},
        {'\n', "a: expected a known type of entry, found '\\x0a'"},
        {'\xff', "a: expected a known type of entry, found '\\xff'"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tar *tar = tar_new();
        tar_header(tar, rows[i].type, "a", 0);
        tar_ends_refused(tar, SIGNET_E_UNSUPPORTED, 0, rows[i].found);
    }
}

static void only_files_have_data(void **state)
{
    (void)state;
    static const char types[] = "123456";
    for (size_t i = 0; types[i] != '\0'; i++) {
        struct tar *tar = tar_new();
        tar_member(tar, types[i], "a", "12345", 5);
        tar_ends_refused(tar, SIGNET_E_MALFORMED, 0,
                         "a: expected size 0 for what is no regular file, found 5");
    }
    struct tar *tar = tar_new();
    tar_member(tar, '\0', "d/", "12345", 5);
    tar_ends_refused(tar, SIGNET_E_MALFORMED, 0,
                     "d/: expected size 0 for what is no regular file, found 5");
}

/* bsdtar writes a directory so in v7; Python does not take it from type '0', others do. */
static void an_old_directory_is_told_by_its_slash(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    tar_header(tar, '\0', "d/", 0);
    tar_ends(tar, "40644 0 @512 d/\n");
    tar = tar_new();
    tar_header(tar, '0', "d/", 0);
    tar_ends_refused(tar, SIGNET_E_MALFORMED, 0,
                     "d/: expected no \"/\" behind the name of a file of type '0'");
    tar = tar_new();
    tar_long(tar, 'L', "long");
    tar_header(tar, '\0', "d/", 0);
    tar_ends_refused(tar, SIGNET_E_MALFORMED, 1024,
                     "long: expected \"/\" behind both names of an old entry, or behind neither");
    tar = tar_new();
    tar_long(tar, 'L', "long/");
    tar_header(tar, '\0', "d", 0);
    tar_ends_refused(tar, SIGNET_E_MALFORMED, 1024,
                     "long/: expected \"/\" behind both names of an old entry, or behind neither");
    tar = tar_new();
    tar_long(tar, 'L', "long/");
    tar_header(tar, '\0', "d/", 0);
    tar_ends(tar, "40644 0 @1536 long/\n");
}

static void the_end_is_two_zero_blocks_and_zeros(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    tar_file(tar, "a", "12345");
    tar_refused(tar, SIGNET_E_MALFORMED, 1024,
                "expected two zero blocks, found the end of the archive; it is cut short");
    tar->len += 512;
    tar_refused(tar, SIGNET_E_MALFORMED, 1536,
                "expected a second zero block, found the end of the archive; it is cut short");
    tar->len += 512;
    tar_found(tar, "100644 5 @512 a\n");
    tar->len += 511;
    tar_refused(tar, SIGNET_E_MALFORMED, 2559,
                "expected whole blocks, found the end of the archive; it is cut short");
    tar->len += 1 + 16384;
    tar_found(tar, "100644 5 @512 a\n");
    tar->data[tar->len - 1] = 1;
    tar_refused(tar, SIGNET_E_MALFORMED, tar->len - 1,
                "expected zeros behind the end of the archive, found byte 0x01");
    free(tar);

    tar = tar_new();
    tar_file(tar, "a", "");
    tar->len += 512;
    tar_file(tar, "b", "");
    tar_ends_refused(tar, SIGNET_E_MALFORMED, 1024,
                     "expected a second zero block at the end, found other bytes");
    tar = tar_new();
    tar_file(tar, "a", "");
    tar->len += 1024;
    tar_file(tar, "b", "");
    tar_ends_refused(tar, SIGNET_E_MALFORMED, 1536,
                     "expected zeros behind the end of the archive, found byte 0x62");
}

static void an_archive_may_be_empty_but_not_nothing(void **state)
{
    (void)state;
    tar_ends(tar_new(), "");
    struct tar *tar = tar_new();
    tar_refused(tar, SIGNET_E_MALFORMED, 0,
                "expected two zero blocks, found the end of the archive; it is cut short");
    free(tar);
}

static void blocks_are_filled_with_zeros(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    tar_file(tar, "a", "12345");
    tar_end(tar);
    tar->data[512 + 4] = 'x';
    tar_found(tar, "100644 5 @512 a\n");
    tar->data[512 + 5] = 'x';
    tar_refused(tar, SIGNET_E_MALFORMED, 517,
                "expected zeros up to the end of a block, found byte 0x78");
    free(tar);
}

static void the_total_is_held_to(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    struct tar_listing listing;
    struct signet_err err;
    struct signet_tar_layout *layout = NULL;
    struct tar *tar = tar_new();
    tar_file(tar, "a", "12345");
    tar_end(tar);
    memset(&listing, 0, sizeof(listing));
    signet_err_clear(&err);
    CHECK_OK(signet_tar_layout_new(&limits, tar->len + 512, tar_list, &listing, &layout, &err),
             &err);
    CHECK_OK(signet_tar_layout_feed(layout, signet_span_of(tar->data, tar->len), &err), &err);
    CHECK_CODE(signet_tar_layout_finish(layout, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "expected 2560 bytes of an archive, found an end before them");
    signet_tar_layout_free(layout);

    memset(&listing, 0, sizeof(listing));
    signet_err_clear(&err);
    CHECK_OK(signet_tar_layout_new(&limits, tar->len - 512, tar_list, &listing, &layout, &err),
             &err);
    CHECK_CODE(signet_tar_layout_feed(layout, signet_span_of(tar->data, tar->len), &err),
               SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "expected the end of the archive, found further bytes");
    assert_int_equal(err.offset, 1536);
    signet_tar_layout_free(layout);
    signet_tar_layout_free(NULL);
    free(tar);
}

static int refuse_item(void *ctx, const struct signet_layout_item *item, struct signet_err *err)
{
    (void)ctx;
    (void)item;
    return signet_err_set(err, SIGNET_E_FORBIDDEN, "not this one");
}

static void whoever_takes_items_may_refuse(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    struct signet_err err;
    struct signet_tar_layout *layout = NULL;
    struct tar *tar = tar_new();
    tar_file(tar, "a", "12345");
    tar_end(tar);
    signet_err_clear(&err);
    CHECK_OK(signet_tar_layout_new(&limits, tar->len, refuse_item, NULL, &layout, &err), &err);
    CHECK_OK(signet_tar_layout_feed(layout, signet_span_of(tar->data, 511), &err), &err);
    CHECK_CODE(signet_tar_layout_feed(layout, signet_span_of(tar->data + 511, 1), &err),
               SIGNET_E_FORBIDDEN);
    assert_string_equal(err.msg, "not this one");
    signet_err_clear(&err);
    CHECK_CODE(signet_tar_layout_finish(layout, &err), SIGNET_E_FORBIDDEN);
    assert_string_equal(err.msg, "the archive was refused already");
    signet_tar_layout_free(layout);
    free(tar);
}

static void only_data_may_be_skipped(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    struct tar_listing listing = {.used = 0};
    struct signet_err err;
    struct signet_tar_layout *layout = NULL;
    struct tar *tar = tar_new();
    tar_file(tar, "a", "12345");
    tar_end(tar);
    signet_err_clear(&err);
    CHECK_OK(signet_tar_layout_new(&limits, tar->len, tar_list, &listing, &layout, &err), &err);
    assert_int_equal(signet_tar_layout_skippable(layout), 0);
    CHECK_OK(signet_tar_layout_feed(layout, signet_span_of(tar->data, 513), &err), &err);
    assert_int_equal(signet_tar_layout_skippable(layout), 4);
    CHECK_OK(signet_tar_layout_skip(layout, 3, &err), &err);
    assert_int_equal(signet_tar_layout_skippable(layout), 1);
    assert_int_equal(signet_tar_layout_position(layout), 516);
    CHECK_CODE(signet_tar_layout_skip(layout, 2, &err), SIGNET_E_INTERNAL);
    CHECK_CODE(signet_tar_layout_skip(layout, 1, &err), SIGNET_E_INTERNAL);
    signet_tar_layout_free(layout);
    free(tar);
}

/* Headers, padding and the end: each bit matters, but for contents and for how a sum is spelled. */
static void no_bit_changes_unnoticed(void **state)
{
    (void)state;
    static const char expected[] = "100644 5 @1536 long\n40644 0 @2560 d/\n";
    struct signet_limits limits = signet_limits_default();
    struct tar_listing listing;
    struct signet_err err;
    struct tar *tar = tar_new();
    tar_long(tar, 'L', "long");
    tar_file(tar, "a", "12345");
    tar_header(tar, '5', "d/", 0);
    tar_end(tar);
    tar_found(tar, expected);
    for (size_t at = 0; at < tar->len; at++) {
        bool name = at >= 512 && at < 512 + 5;
        bool contents = at >= 1536 && at < 1536 + 5;
        size_t field = at % 512;
        bool sum = (at < 512 || (at >= 1024 && at < 1536) || (at >= 2048 && at < 2560)) &&
                   field >= TAR_SUM && field < TAR_SUM + 8;
        for (unsigned bit = 0; bit < 8; bit++) {
            tar->data[at] ^= (uint8_t)(1U << bit);
            int rc = tar_scan_once(signet_span_of(tar->data, tar->len), tar_ways[at % 2], &limits,
                                   &listing, &err);
            tar->data[at] ^= (uint8_t)(1U << bit);
            bool same = rc == SIGNET_OK && strcmp(listing.text, expected) == 0;
            if (contents ? !same : rc == SIGNET_OK && !name && !(sum && same)) {
                fail_msg("byte %zu, bit %u: %s", at, bit, signet_err_name(rc));
            }
        }
    }
    free(tar);
}

static void no_part_is_a_whole(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    struct tar_listing listing;
    struct signet_err err;
    struct tar *tar = tar_new();
    tar_pax(tar, 'x', "10 path=b\n");
    tar_file(tar, "a", "12345");
    tar_header(tar, '5', "d/", 0);
    tar_end(tar);
    for (size_t len = 0; len < tar->len; len++) {
        CHECK_CODE(tar_scan_once(signet_span_of(tar->data, len), tar_ways[len % 2], &limits,
                                 &listing, &err),
                   SIGNET_E_MALFORMED);
    }
    tar_found(tar, "100644 5 @1536 b\n40644 0 @2560 d/\n");
    free(tar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_and_directories_are_found),
        cmocka_unit_test(links_and_special_files_are_found_with_their_kind),
        cmocka_unit_test(other_types_are_refused_by_name),
        cmocka_unit_test(only_files_have_data),
        cmocka_unit_test(an_old_directory_is_told_by_its_slash),
        cmocka_unit_test(the_end_is_two_zero_blocks_and_zeros),
        cmocka_unit_test(an_archive_may_be_empty_but_not_nothing),
        cmocka_unit_test(blocks_are_filled_with_zeros),
        cmocka_unit_test(the_total_is_held_to),
        cmocka_unit_test(whoever_takes_items_may_refuse),
        cmocka_unit_test(only_data_may_be_skipped),
        cmocka_unit_test(no_bit_changes_unnoticed),
        cmocka_unit_test(no_part_is_a_whole),
    };
    return CHECK_RUN(tests);
}
