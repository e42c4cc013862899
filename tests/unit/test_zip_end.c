/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/zip_end: where a zip ends and what says so, each refusal beside a zip that passes and
 * differs in one thing. Fields are those of APPNOTE.TXT 6.3.10, 4.3.14 to 4.3.16.
 */
#include "scan_zip.h"

static const char listing_of_one[] = "100644 5 stored 5 @31 3610a686 a\n";

/* One file, and what follows it. */
static struct zip *one(bool zip64, const char *comment)
{
    struct zip *zip = zip_new();
    zip_file(zip, "a", "hello");
    zip_directory(zip);
    if (zip64) {
        zip_zip64(zip);
    }
    zip_end(zip, comment);
    return zip;
}

static void the_comment_ends_with_the_archive(void **state)
{
    (void)state;
    static const char none[] = "expected the end record of a zip at its end, found none; it is cut "
                               "short, or something follows it";
    struct zip *zip = one(false, "a comment");
    zip_found(zip, listing_of_one);
    size_t end = zip->end;
    zip->len++;
    zip_refused(zip, SIGNET_E_MALFORMED, end,
                "expected the end record of a zip, with its comment, to end with the archive, "
                "found 32 bytes from it on");
    zip->len -= 2;
    zip_refused(zip, SIGNET_E_MALFORMED, end,
                "expected the end record of a zip, with its comment, to end with the archive, "
                "found 30 bytes from it on");
    zip->len = end;
    zip_refused(zip, SIGNET_E_MALFORMED, end, none);
    zip->len = 0;
    zip_ends_refused(zip, SIGNET_E_MALFORMED, 0, none);
}

static void the_longest_comment_is_found(void **state)
{
    (void)state;
    char *comment = malloc(65536);
    assert_non_null(comment);
    memset(comment, 'c', 65535);
    comment[65535] = '\0';
    struct zip *zip = one(false, comment);
    zip_found(zip, listing_of_one);
    zip->len++;
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->len,
                     "expected the end record of a zip at its end, found none; it is cut short, or "
                     "something follows it");
    free(comment);
}

/* Readers that look for the last mark, or for the first one whose comment fits. */
static void there_is_one_end_record(void **state)
{
    (void)state;
    static const char further[] = "expected one end record of a zip, found a further one";
    /* A mark in the comment, with and without a record behind it. */
    struct zip *zip = one(false, "PK\5\6");
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->end + 22, further);
    zip = one(false, "PK\5\5");
    zip_found(zip, listing_of_one);
    free(zip);
    char comment[23] = "PK\5\6..................";
    zip = one(false, comment);
    memset(zip->data + zip->end + 26, 0, 18);
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->end + 22, further);
    /* A zip in a stored entry is no end of this one; unless it says that it reaches as far. */
    zip = zip_new();
    struct zip *inner = one(false, "");
    zip_add(zip, (struct zip_entry){.name = "inner.zip",
                                    .data = (const char *)inner->data,
                                    .packed = inner->len,
                                    .size = inner->len});
    zip_directory(zip);
    zip_end(zip, "");
    zip_found(zip, "100644 105 stored 105 @39 3610a686 inner.zip\n");
    size_t mark = zip->contents[0] + inner->end;
    zip_set(zip, mark + 20, 2, zip->len - mark - 22);
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->end, further);
    free(inner);
}

static void all_of_it_is_one_volume(void **state)
{
    (void)state;
    static const char several[] = "expected a zip in one volume, found one of several";
    static const size_t fields[] = {4, 6};
    for (size_t i = 0; i < 2; i++) {
        struct zip *zip = one(false, "");
        zip_set(zip, zip->end + fields[i], 2, 1);
        zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->end, several);
        zip = one(true, "");
        zip_set(zip, zip->zip64 + 16 + 4 * i, 4, 1);
        zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->zip64, several);
    }
    struct zip *zip = one(false, "");
    zip_set(zip, zip->end + 8, 2, 0);
    zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->end, several);
    zip = one(true, "");
    zip_set(zip, zip->zip64 + 24, 8, 0);
    zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->zip64, several);
    zip = one(true, "");
    zip_set(zip, zip->locator + 4, 4, 1);
    zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->locator, several);
    zip = one(true, "");
    zip_set(zip, zip->locator + 16, 4, 2);
    zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->locator, several);
    zip = one(false, "");
    zip_set(zip, zip->central[0] + 34, 2, 1);
    zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->central[0],
                     "expected an entry in the first volume, found one in volume 1");
}

static void the_directory_reaches_to_the_end_record(void **state)
{
    (void)state;
    struct zip *zip = one(false, "");
    zip_set(zip, zip->end + 12, 4, zip->end - zip->directory + 1);
    zip_ends_refused(
        zip, SIGNET_E_MALFORMED, 83,
        "expected the central directory to end at byte 83, right before its end record, "
        "found it said to end at byte 84");
    zip = one(false, "");
    zip_set(zip, zip->end + 16, 4, zip->directory - 1);
    zip_ends_refused(
        zip, SIGNET_E_MALFORMED, 83,
        "expected the central directory to end at byte 83, right before its end record, "
        "found it said to end at byte 82");
    zip = one(false, "");
    zip_set(zip, zip->end + 16, 4, UINT32_MAX);
    zip_ends_refused(
        zip, SIGNET_E_MALFORMED, 83,
        "expected the central directory to end at byte 83, right before its end record, "
        "found it said to end at byte 4294967342");
    /* A byte between the two. */
    zip = zip_new();
    zip_file(zip, "a", "hello");
    zip_directory(zip);
    zip_bytes(zip, "#", 1);
    zip_end(zip, "");
    zip_ends_refused(
        zip, SIGNET_E_MALFORMED, 83,
        "expected 1 entries and no more in the central directory, found further bytes");
}

static void entries_are_as_many_as_said(void **state)
{
    (void)state;
    struct zip *zip = zip_new();
    zip_file(zip, "a", "hello");
    zip_file(zip, "b", "hello");
    zip_directory(zip);
    zip_end(zip, "");
    zip_found(zip, "100644 5 stored 5 @31 3610a686 a\n100644 5 stored 5 @67 3610a686 b\n");
    zip_set(zip, zip->end + 8, 4, 1 | 1 << 16);
    zip_refused(zip, SIGNET_E_MALFORMED, zip->central[1],
                "expected 1 entries and no more in the central directory, found further bytes");
    zip_set(zip, zip->end + 8, 4, 3 | 3 << 16);
    zip_refused(zip, SIGNET_E_MALFORMED, zip->end,
                "expected 46 bytes at byte 166, found 0 to the end of the central directory");
    zip_set(zip, zip->end + 8, 4, UINT32_MAX); /* 65535, which is no mark without a locator */
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->end,
                     "expected 46 bytes at byte 166, found 0 to the end of the central directory");
    /* An entry's comment is the directory's, but not beyond its end. */
    zip = one(false, "");
    zip_set(zip, zip->central[0] + 32, 2, 1);
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->central[0],
                     "expected a comment within the central directory, found one beyond");
    zip = zip_new();
    zip_file(zip, "a", "hello");
    zip_directory(zip);
    zip_bytes(zip, "#", 1);
    zip_end(zip, "");
    zip_set(zip, zip->central[0] + 32, 2, 1);
    zip_found(zip, listing_of_one);
    free(zip);
}

static void zip64_says_what_the_end_record_says(void **state)
{
    (void)state;
    static const char differ[] = "expected both end records of a zip to say the same, found other "
                                 "numbers in the zip64 one";
    static const struct {
        size_t zip64, end, width;
    } rows[] = {{32, 10, 2}, {40, 12, 4}, {48, 16, 4}};
    struct zip *zip = one(true, "comment");
    zip_found(zip, listing_of_one);
    /* Left to it one by one. */
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].width == 2) {
            zip_set(zip, zip->end + 8, 4, UINT32_MAX);
        } else {
            zip_set(zip, zip->end + rows[i].end, 4, UINT32_MAX);
        }
        zip_found(zip, listing_of_one);
    }
    free(zip);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        zip = one(true, "");
        zip->data[zip->zip64 + rows[i].zip64 + 2] ^= 1;
        zip->data[zip->zip64 + 24 + 2] ^= rows[i].zip64 == 32;
        zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->zip64, differ);
    }
    zip = one(true, "");
    zip_set(zip, zip->end + 12, 4, UINT32_MAX);
    zip_set(zip, zip->zip64 + 40, 8, UINT64_MAX);
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->zip64,
                     "expected a central directory within the archive, found a size of "
                     "18446744073709551615");
}

static void the_locator_names_the_record_before_it(void **state)
{
    (void)state;
    struct zip *zip = one(true, "");
    zip_set(zip, zip->locator + 8, 8, zip->zip64 - 1);
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->locator,
                     "expected a zip64 end record right before its locator, found it named at byte "
                     "82");
    zip = one(true, "");
    zip_set(zip, zip->zip64, 1, 'Q');
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->zip64,
                     "expected a zip64 end record in front of its locator, found none");
    zip = one(true, "");
    zip_set(zip, zip->zip64 + 4, 8, 45);
    zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->zip64,
                     "expected a zip64 end record of 44 bytes, found 45");
    /* A locator with nothing before it. */
    zip = zip_new();
    zip_zip64(zip);
    memmove(zip->data, zip->data + zip->locator, 20);
    zip->len = 20;
    zip_end(zip, "");
    zip_ends_refused(
        zip, SIGNET_E_MALFORMED, 0,
        "expected a zip64 end record right before its locator, found it named at byte 0");
    /* One that stands in the comment of an entry. */
    zip = zip_new();
    zip_file(zip, "a", "hello");
    zip_directory(zip);
    zip_set(zip, zip->central[0] + 32, 2, 20);
    size_t comment = zip->len;
    zip_bytes(zip, "PK\6\5................", 20);
    zip_end(zip, "");
    zip_found(zip, listing_of_one);
    zip->data[comment + 3] = 7;
    char listing[ZIP_LISTING];
    struct signet_err err;
    CHECK_CODE(zip_scan_bytes(zip->data, zip->len, listing, &err), SIGNET_E_UNSUPPORTED);
    assert_int_equal(err.offset, comment);
    free(zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_comment_ends_with_the_archive),
        cmocka_unit_test(the_longest_comment_is_found),
        cmocka_unit_test(there_is_one_end_record),
        cmocka_unit_test(all_of_it_is_one_volume),
        cmocka_unit_test(the_directory_reaches_to_the_end_record),
        cmocka_unit_test(entries_are_as_many_as_said),
        cmocka_unit_test(zip64_says_what_the_end_record_says),
        cmocka_unit_test(the_locator_names_the_record_before_it),
    };
    return CHECK_RUN(tests);
}
