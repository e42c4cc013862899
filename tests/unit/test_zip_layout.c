/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/zip_layout: what is found in zips put together by hand, and each refusal beside a zip
 * that passes and differs in one thing. Fields are those of APPNOTE.TXT 6.3.10; what tools write in
 * them is said where it matters.
 */
#include "scan_zip.h"

static const char deflated[] = "\x4b\x04\x00"; /* "a" by deflate */

/* A stored file, a directory and a deflated file. */
static struct zip *sample(void)
{
    struct zip *zip = zip_new();
    zip_file(zip, "a.txt", "hello");
    zip_add(zip, (struct zip_entry){.name = "d/", .attributes = 0x10});
    zip_add(zip, (struct zip_entry){
                     .name = "d/b", .data = deflated, .packed = 3, .size = 1, .method = 8});
    zip_finish(zip);
    return zip;
}

static const char sample_listing[] = "100644 5 stored 5 @35 3610a686 a.txt\n"
                                     "40755 0 stored 0 @72 3610a686 d/\n"
                                     "100644 1 deflated 3 @105 3610a686 d/b\n";

static void entries_are_found_where_they_lie(void **state)
{
    (void)state;
    zip_ends(sample(), sample_listing);
    struct zip *zip = zip_new();
    zip_finish(zip);
    zip_ends(zip, "");
}

/* Fields of the two headers of the sample's entry 0, each changed alone. */
static void local_headers_say_what_the_directory_says(void **state)
{
    (void)state;
    static const struct {
        size_t local; /* field */
        size_t width;
        uint64_t value;
        const char *message;
    } rows[] = {
        {6, 2, 0x0802,
         "a.txt: expected flags 0 in the local header, as in the central directory, found 2050"},
        {8, 2, 8,
         "a.txt: expected method 0 in the local header, as in the central directory, "
         "found 8"},
        {14, 4, 0,
         "a.txt: expected CRC-32 907060870 in the local header, as in the central "
         "directory, found 0"},
        {18, 4, 4,
         "a.txt: expected packed size 5 in the local header, as in the central "
         "directory, found 4"},
        {18, 4, 0,
         "a.txt: expected packed size 5 in the local header, as in the central "
         "directory, found 0"},
        {22, 4, 4,
         "a.txt: expected size 5 in the local header, as in the central directory, "
         "found 4"},
        {30, 1, 'A', "a.txt: expected the same name in the local header, found \"A.txt\""},
        {0, 1, 'X', "a.txt: expected a local header at byte 0, found none"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct zip *zip = sample();
        zip_set(zip, rows[i].local, rows[i].width, rows[i].value);
        zip_ends_refused(zip, SIGNET_E_MALFORMED, 0, rows[i].message);
    }
    struct zip *zip = sample();
    zip_set(zip, zip->central[1], 1, 'X');
    zip_ends_refused(zip, SIGNET_E_MALFORMED, 159,
                     "expected a central directory header at byte 159, "
                     "found none");
}

/* Fields that no reader's layout depends on: version needed, time and date. */
static void other_fields_may_differ(void **state)
{
    (void)state;
    struct zip *zip = sample();
    zip_set(zip, 4, 2, 45);
    zip_set(zip, 10, 4, 0);
    zip_ends(zip, sample_listing);
}

static void only_plain_stored_and_deflated_entries_pass(void **state)
{
    (void)state;
    static const struct {
        uint16_t flags, method;
        const char *message;
    } rows[] = {
        {0x0001, 0, "a: expected an entry that is not encrypted, found one that is"},
        {0x0001, 8, "a: expected an entry that is not encrypted, found one that is"},
        {0x0041, 0, "a: expected an entry that is not encrypted, found one that is"},
        {0x0040, 0, "a: expected an entry that is not encrypted, found one that is"},
        {0x2000, 0, "a: expected an entry that is not encrypted, found one that is"},
        {0x0000, 99, "a: expected an entry that is not encrypted, found one that is"},
        {0x0010, 0,
         "a: expected no flag beside those of deflate, descriptor and UTF-8, found flags 16"},
        {0x0020, 0,
         "a: expected no flag beside those of deflate, descriptor and UTF-8, found flags 32"},
        {0x0080, 0,
         "a: expected no flag beside those of deflate, descriptor and UTF-8, found flags 128"},
        {0x1000, 0,
         "a: expected no flag beside those of deflate, descriptor and UTF-8, found flags 4096"},
        {0x8000, 0,
         "a: expected no flag beside those of deflate, descriptor and UTF-8, found flags 32768"},
        {0, 1,
         "a: expected method 0 (stored) or 8 (deflate), found an entry compressed with "
         "method 1"},
        {0, 9,
         "a: expected method 0 (stored) or 8 (deflate), found an entry compressed with "
         "method 9"},
        {0, 12,
         "a: expected method 0 (stored) or 8 (deflate), found an entry compressed with "
         "method 12"},
        {0, 93,
         "a: expected method 0 (stored) or 8 (deflate), found an entry compressed with "
         "method 93"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct zip *zip = zip_one(
            (struct zip_entry){.name = "a", .flags = rows[i].flags, .method = rows[i].method});
        zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->central[0], rows[i].message);
    }
    zip_ends(zip_one((struct zip_entry){.name = "a", .flags = 0x0806}),
             "100644 0 stored 0 @31 3610a686 a\n");
    struct zip *zip = zip_one(
        (struct zip_entry){.name = "a", .data = deflated, .packed = 3, .size = 1, .method = 0});
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->central[0],
                     "a: expected one size for a stored entry, found 1 and 3");
}

static struct zip_entry later_entry(bool wide_local, bool wide_central)
{
    return (struct zip_entry){.name = "a",
                              .data = "hello",
                              .packed = 5,
                              .size = 5,
                              .flags = ZIP_LATER,
                              .wide_local = wide_local,
                              .wide_central = wide_central};
}

/* yazl leaves the zip64 field out of the local header, Info-ZIP out of the directory. */
static void a_descriptor_follows_and_agrees(void **state)
{
    (void)state;
    for (int wide = 0; wide < 4; wide++) {
        struct zip *zip = zip_new();
        char expected[200];
        bool wide_local = (wide & 1) != 0;
        zip_add(zip, later_entry(wide_local, (wide & 2) != 0));
        zip_file(zip, "b", "");
        zip_finish(zip);
        size_t width = wide != 0 ? 8 : 4;
        assert_true(snprintf(expected, sizeof(expected),
                             "100644 5 stored 5 @%d 3610a686 a\n100644 0 stored 0 @%zu 3610a686 "
                             "b\n",
                             wide_local ? 51 : 31, zip->contents[1]) > 0);
        zip_found(zip, expected);
        size_t at = zip->behind[0];
        for (size_t byte = 0; byte < 8 + 2 * width; byte++) {
            zip->data[at + byte] ^= 0x10;
            zip_refused(zip, SIGNET_E_MALFORMED, at,
                        byte < 4 ? "a: expected a data descriptor with its mark behind the data, "
                                   "found none"
                                 : "a: expected the data descriptor to say what the central "
                                   "directory does, found other numbers");
            zip->data[at + byte] ^= 0x10;
        }
        zip_ends(zip, expected);
    }
}

/* Numbers that the descriptor gives may be there already: Info-ZIP and bsdtar write some. */
static void what_a_descriptor_gives_may_be_left_out(void **state)
{
    (void)state;
    static const struct {
        size_t field;
        uint64_t right;
        const char *what;
    } rows[] = {{14, 0x3610a686, "CRC-32 907060870"}, {18, 5, "packed size 5"}, {22, 5, "size 5"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char message[240];
        struct zip *zip = zip_one(later_entry(false, false));
        zip_set(zip, rows[i].field, 4, rows[i].right);
        zip_found(zip, "100644 5 stored 5 @31 3610a686 a\n");
        zip_set(zip, rows[i].field, 4, rows[i].right + 1);
        assert_true(snprintf(message, sizeof(message),
                             "a: expected %s in the local header, as in the central directory, "
                             "found %llu",
                             rows[i].what, (unsigned long long)rows[i].right + 1) > 0);
        zip_ends_refused(zip, SIGNET_E_MALFORMED, 0, message);
    }
}

static void entries_lie_side_by_side(void **state)
{
    (void)state;
    /* One byte in front, between, and in front of the central directory. */
    for (size_t i = 0; i < 4; i++) {
        struct zip *zip = zip_new();
        if (i == 0) {
            zip_bytes(zip, "#", 1);
        }
        zip_file(zip, "a", "hello");
        if (i == 1) {
            zip_bytes(zip, "#", 1);
        }
        zip_file(zip, "b", "hello");
        if (i == 2) {
            zip_bytes(zip, "#", 1);
        }
        zip_finish(zip);
        if (i == 0) {
            zip_ends_refused(
                zip, SIGNET_E_MALFORMED, zip->central[0],
                "a: expected its local header at byte 0, where what is before it ends, "
                "found it said to be at byte 1");
        } else if (i == 1) {
            zip_ends_refused(
                zip, SIGNET_E_MALFORMED, zip->central[1],
                "b: expected its local header at byte 36, where what is before it ends, "
                "found it said to be at byte 37");
        } else if (i == 2) {
            zip_ends_refused(
                zip, SIGNET_E_MALFORMED, 72,
                "expected the central directory at byte 72, where the last entry ends, "
                "found it at byte 73");
        } else {
            zip_ends(zip, "100644 5 stored 5 @31 3610a686 a\n100644 5 stored 5 @67 3610a686 b\n");
        }
    }
}

static void entries_do_not_overlap_or_change_places(void **state)
{
    (void)state;
    struct zip *zip = zip_new();
    zip_file(zip, "a", "hello");
    zip_file(zip, "a", "hello");
    zip_finish(zip);
    zip_found(zip, "100644 5 stored 5 @31 3610a686 a\n100644 5 stored 5 @67 3610a686 a\n");
    zip_set(zip, zip->central[1] + 42, 4, 0); /* the first once more */
    zip_refused(zip, SIGNET_E_MALFORMED, zip->central[1],
                "a: expected its local header at byte 36, where what is before it ends, found it "
                "said to be at byte 0");
    zip_set(zip, zip->central[0] + 42, 4, 36);
    zip_ends_refused(
        zip, SIGNET_E_MALFORMED, zip->central[0],
        "a: expected its local header at byte 0, where what is before it ends, found it "
        "said to be at byte 36");
    /* Data up to the last byte before the central directory, and one more. */
    zip = zip_one(
        (struct zip_entry){.name = "a", .data = "hello", .packed = 5, .size = 9, .method = 8});
    zip_found(zip, "100644 9 deflated 5 @31 3610a686 a\n");
    zip_set(zip, 18, 4, 6);
    zip_set(zip, zip->central[0] + 20, 4, 6);
    zip_ends_refused(zip, SIGNET_E_MALFORMED, 31,
                     "a: expected 6 bytes of data, found 5 up to the central directory");
}

static void a_local_header_lies_before_the_directory(void **state)
{
    (void)state;
    struct zip *zip = zip_one((struct zip_entry){.name = "a"});
    zip_set(zip, 28, 2, 1); /* a byte of extra fields, which is the directory's first */
    zip_ends_refused(
        zip, SIGNET_E_MALFORMED, 0,
        "a: expected 32 bytes at byte 0, found 31 to the end of the entries, where the "
        "central directory begins");
    zip = zip_one(later_entry(false, false));
    zip_set(zip, zip->end + 16, 4, zip->directory - 1);
    zip_set(zip, zip->end + 12, 4, zip->end - zip->directory + 1);
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->directory - 1,
                     "expected a central directory header at byte 51, found none");
}

/* A stored file of 5 GiB and one behind it, whose place has to be in a zip64 field. */
static void files_and_places_beyond_4_gib_are_found(void **state)
{
    (void)state;
    uint64_t huge = UINT64_C(5) << 30;
    uint64_t behind = 51 + huge;
    char listing[ZIP_LISTING];
    struct signet_err err;
    struct signet_limits limits = signet_limits_default();
    struct zip *zip = zip_new();
    zip_add(zip, (struct zip_entry){.name = "a", .wide_local = true, .wide_central = true});
    zip_add(zip, (struct zip_entry){.name = "b",
                                    .data = "hello",
                                    .packed = 5,
                                    .size = 5,
                                    .extra = "\1\0\10\0\0\0\0\0\0\0\0\0",
                                    .extra_len = 12});
    zip_directory(zip);
    zip_zip64(zip);
    zip_end(zip, "");
    size_t central = zip->central[1];
    zip_set(zip, 35, 8, huge);
    zip_set(zip, 43, 8, huge);
    zip_set(zip, zip->central[0] + 51, 8, huge);
    zip_set(zip, zip->central[0] + 59, 8, huge);
    zip_set(zip, zip->local[1] + 22, 4, UINT32_MAX); /* the builder puts one field in both */
    zip_set(zip, zip->local[1] + 35, 8, 5);
    zip_set(zip, central + 42, 4, UINT32_MAX);
    zip_set(zip, central + 51, 8, behind);
    zip_set(zip, zip->zip64 + 48, 8, zip->directory + huge);
    zip_set(zip, zip->locator + 8, 8, zip->zip64 + huge);
    zip_set(zip, zip->end + 16, 4, UINT32_MAX);
    struct zip_bytes_with_hole bytes = {signet_span_of(zip->data, zip->len), 51, huge};
    CHECK_OK(zip_scan(bytes, &limits, listing, &err), &err);
    assert_string_equal(listing, "100644 5368709120 stored 5368709120 @51 3610a686 a\n"
                                 "100644 5 stored 5 @5368709214 3610a686 b\n");
    zip_set(zip, central + 51, 8, behind & UINT32_MAX);
    CHECK_CODE(zip_scan(bytes, &limits, listing, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "b: expected its local header at byte 5368709171, where what is "
                                 "before it ends, found it said to be at byte 1073741875");
    free(zip);
}

static int
failing_pread(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    struct zip_bytes_with_hole *source = ctx;
    if (source->hole_size == 0) {
        return signet_err_set(err, SIGNET_E_IO, "the disk is gone");
    }
    source->hole_size--;
    struct zip_bytes_with_hole bytes = {source->bytes, 0, 0};
    return zip_pread(&bytes, offset, buf, len, err);
}

/* A source that fails at its first read, its second, and so on. */
static void a_failing_source_is_not_an_end(void **state)
{
    (void)state;
    struct zip *zip = sample();
    struct signet_limits limits = signet_limits_default();
    int rc = SIGNET_E_IO;
    uint64_t reads = 0;
    for (; rc != SIGNET_OK && reads < 20; reads++) {
        struct zip_bytes_with_hole bytes = {signet_span_of(zip->data, zip->len), 0, reads};
        struct signet_zip_source source = {failing_pread, &bytes, zip->len};
        struct signet_zip_layout *layout = NULL;
        struct signet_layout_item item = {.size = 0};
        struct signet_err err;
        signet_err_clear(&err);
        rc = signet_zip_layout_open(&source, &limits, &layout, &err);
        while (rc == SIGNET_OK) {
            rc = signet_zip_layout_next(layout, &item, &err);
            if (item.name.len == 0) {
                break;
            }
        }
        if (rc != SIGNET_OK) {
            assert_int_equal(rc, SIGNET_E_IO);
            assert_non_null(strstr(err.msg, "the disk is gone"));
        }
        signet_zip_layout_close(layout);
    }
    assert_true(rc == SIGNET_OK && reads > 2);
    signet_zip_layout_close(NULL);
    free(zip);
}

/* Times, versions, attributes of files, fields that are not known: all else of the headers is
 * checked. */
static bool is_free(const struct zip *zip, size_t at)
{
    for (size_t i = 0; i < zip->count; i++) {
        size_t local = at - zip->local[i];
        size_t central = at - zip->central[i];
        size_t name_len = strlen(zip->entries[i].name);
        size_t extra = local - 30 - name_len < central - 46 - name_len ? local - 30 - name_len
                                                                       : central - 46 - name_len;
        if (zip->entries[i].extra_len > 0 && (extra < 2 || (extra >= 4 && extra < 9))) {
            return true; /* what field it is, its version and sum */
        }
        if (at >= zip->contents[i] && at < zip->contents[i] + zip->entries[i].packed) {
            return true;
        }
        if (at >= zip->local[i] && (local == 4 || local == 5 || (local >= 10 && local < 14))) {
            return true;
        }
        if (at >= zip->central[i] &&
            ((central >= 4 && central < 8) || (central >= 12 && central < 16) ||
             (central >= 36 && central < 42))) {
            return true;
        }
    }
    return false;
}

static void no_bit_changes_unnoticed(void **state)
{
    (void)state;
    char listing[ZIP_LISTING];
    struct signet_err err;
    struct zip *zip = zip_new();
    zip_add(zip, later_entry(true, false));
    zip_add(zip, (struct zip_entry){.name = "d/", .extra = "up\7\0\1abcdd/", .extra_len = 11});
    zip_file(zip, "b", "hello");
    zip_directory(zip);
    zip_zip64(zip);
    zip_end(zip, "");
    CHECK_OK(zip_scan_bytes(zip->data, zip->len, listing, &err), &err);
    for (size_t at = 0; at < zip->len; at++) {
        bool versions = at >= zip->zip64 + 12 && at < zip->zip64 + 16;
        for (unsigned bit = 0; bit < 8; bit++) {
            zip->data[at] ^= (uint8_t)(1U << bit);
            int rc = zip_scan_bytes(zip->data, zip->len, listing, &err);
            zip->data[at] ^= (uint8_t)(1U << bit);
            if (rc == SIGNET_OK && !is_free(zip, at) && !versions) {
                fail_msg("byte %zu, bit %u: accepted", at, bit);
            }
        }
    }
    free(zip);
}

static void no_part_is_a_whole(void **state)
{
    (void)state;
    char listing[ZIP_LISTING];
    struct signet_err err;
    struct zip *zip = sample();
    for (size_t len = 0; len < zip->len; len++) {
        CHECK_CODE(zip_scan_bytes(zip->data, len, listing, &err), SIGNET_E_MALFORMED);
        if (len > 0) {
            CHECK_CODE(zip_scan_bytes(zip->data + len, zip->len - len, listing, &err),
                       SIGNET_E_MALFORMED);
        }
    }
    free(zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_found_where_they_lie),
        cmocka_unit_test(local_headers_say_what_the_directory_says),
        cmocka_unit_test(other_fields_may_differ),
        cmocka_unit_test(only_plain_stored_and_deflated_entries_pass),
        cmocka_unit_test(a_descriptor_follows_and_agrees),
        cmocka_unit_test(what_a_descriptor_gives_may_be_left_out),
        cmocka_unit_test(entries_lie_side_by_side),
        cmocka_unit_test(entries_do_not_overlap_or_change_places),
        cmocka_unit_test(a_local_header_lies_before_the_directory),
        cmocka_unit_test(files_and_places_beyond_4_gib_are_found),
        cmocka_unit_test(a_failing_source_is_not_an_end),
        cmocka_unit_test(no_bit_changes_unnoticed),
        cmocka_unit_test(no_part_is_a_whole),
    };
    return CHECK_RUN(tests);
}
