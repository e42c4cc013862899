/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/zip_record and what artifact/zip_layout makes of one header: names, kinds, extra fields,
 * each refusal beside a zip that passes and differs in one thing. Fields are those of APPNOTE.TXT
 * 6.3.10; what tools write in them is said where it matters.
 */
#include "scan_zip.h"

enum {
    UNIX = 3
};

static const char deflated[] = "\x4b\x04\x00"; /* "a" by deflate */

static void names_are_ascii_or_marked_as_utf8(void **state)
{
    (void)state;
    zip_ends(zip_one((struct zip_entry){.name = "\xc3\xa9", .flags = ZIP_UTF8}),
             "100644 0 stored 0 @32 3610a686 \xc3\xa9\n");
    struct zip *zip = zip_one((struct zip_entry){.name = "\xc3\xa9"});
    zip_ends_refused(zip, SIGNET_E_UNSUPPORTED, zip->central[0],
                     "\xc3\xa9: expected a name in ASCII or marked as UTF-8, found neither; zip it "
                     "anew with a tool that marks names as UTF-8");
    zip = zip_one((struct zip_entry){.name = ""});
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->central[0],
                     "expected a name without NULs, found \"\"");
    zip = zip_one((struct zip_entry){.name = "abc"});
    zip->data[zip->local[0] + 31] = '\0';
    zip->data[zip->central[0] + 47] = '\0';
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->central[0],
                     "expected a name without NULs, found \"a\\x00c\"");
}

static void names_have_a_limit(void **state)
{
    (void)state;
    char listing[ZIP_LISTING];
    struct signet_err err;
    struct signet_limits limits = signet_limits_default();
    struct zip *zip = zip_one((struct zip_entry){.name = "five5"});
    struct zip_bytes_with_hole bytes = {signet_span_of(zip->data, zip->len), 0, 0};
    limits.path = 5;
    CHECK_OK(zip_scan(bytes, &limits, listing, &err), &err);
    limits.path = 4;
    CHECK_CODE(zip_scan(bytes, &limits, listing, &err), SIGNET_E_LIMIT);
    assert_string_equal(err.msg, "five5: expected a name of at most 4 bytes, found 5");
    free(zip);
}

static void the_longest_header_is_read(void **state)
{
    (void)state;
    char listing[ZIP_LISTING];
    struct signet_err err;
    struct signet_limits limits = signet_limits_default();
    char *name = malloc(65536);
    char *extra = calloc(1, 65535);
    assert_non_null(name);
    assert_non_null(extra);
    memset(name, 'n', 65535);
    name[65535] = '\0';
    memcpy(extra, "\xfe\xca\xfb\xff", 4); /* so many bytes of an unknown field */
    struct zip *zip = zip_new();
    zip_add(zip, (struct zip_entry){.name = name, .extra = extra, .extra_len = 65535});
    zip_directory(zip);
    zip_end(zip, "");
    struct zip_bytes_with_hole bytes = {signet_span_of(zip->data, zip->len), 0, 0};
    limits.path = 4096;
    CHECK_CODE(zip_scan(bytes, &limits, listing, &err), SIGNET_E_LIMIT);
    assert_int_equal(err.offset, zip->central[0]);

    struct signet_zip_source source = {zip_pread, &bytes, zip->len};
    struct signet_zip_layout *layout = NULL;
    struct signet_layout_item item;
    limits.path = 65535;
    signet_err_clear(&err);
    CHECK_OK(signet_zip_layout_open(&source, &limits, &layout, &err), &err);
    CHECK_OK(signet_zip_layout_next(layout, &item, &err), &err);
    CHECK_SPAN(item.name, name);
    assert_int_equal(item.offset, zip->contents[0]);
    CHECK_OK(signet_zip_layout_next(layout, &item, &err), &err);
    assert_int_equal(item.name.len, 0);
    signet_zip_layout_close(layout);
    free(zip);
    free(name);
    free(extra);
}

/* Mode by Unix, MS-DOS and the name. */
static void kinds_are_those_of_attributes_and_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint8_t system;
        uint32_t attributes;
        const char *mode; /* or NULL: refused */
    } rows[] = {
        {"a", 0, 0, "100644"},
        {"a", 0, 0x20, "100644"},
        {"a", UNIX, 0, "100644"},
        {"a", UNIX, 0x81a40000, "100644"},
        {"a", UNIX, 0x81ed0000, "100755"},
        {"a", UNIX, 0x89ed0000, "104755"},
        {"a", UNIX, 0x01800000, "100600"}, /* Python's writestr() */
        {"a", 0, 0x81ed0000, "100644"},    /* permissions count where Unix made them */
        {"a", UNIX, 0xa1ff0000, "120777"},
        {"a", 0, 0xa1ff0000, "120644"},
        {"a", UNIX, 0x21b60000, "20666"},
        {"a", UNIX, 0x61b60000, "60666"},
        {"a", UNIX, 0x11800000, "10600"},
        {"a", UNIX, 0xc1800000, "140600"},
        {"d/", 0, 0, "40755"},
        {"d/", 0, 0x10, "40755"},
        {"d/", UNIX, 0x41ed0010, "40755"},
        {"d/", UNIX, 0x41c00000, "40700"},
        {"d/", UNIX, 0x81a40000, NULL},
        {"d/", UNIX, 0xa1ff0000, NULL},
        {"d", UNIX, 0x41ed0000, NULL},
        {"d", 0, 0x10, NULL},
        {"d", UNIX, 0x81a40010, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[240];
        struct zip *zip = zip_one((struct zip_entry){
            .name = rows[i].name, .system = rows[i].system, .attributes = rows[i].attributes});
        if (rows[i].mode != NULL) {
            assert_true(snprintf(text, sizeof(text), "%s 0 stored 0 @%zu 3610a686 %s\n",
                                 rows[i].mode, zip->contents[0], rows[i].name) > 0);
            zip_ends(zip, text);
        } else {
            assert_true(snprintf(text, sizeof(text),
                                 "%s: expected \"/\" behind the name of a directory and of nothing "
                                 "else, found attributes 0x%08x",
                                 rows[i].name, rows[i].attributes) > 0);
            zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->central[0], text);
        }
    }
}

/* jar deflates the nothing of a directory. */
static void directories_have_no_data(void **state)
{
    (void)state;
    zip_ends(zip_one((struct zip_entry){.name = "d/", .data = "\3\0", .packed = 2, .method = 8}),
             "40755 0 deflated 2 @32 3610a686 d/\n");
    struct zip *zip =
        zip_one((struct zip_entry){.name = "d/", .data = deflated, .packed = 3, .method = 8});
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->central[0],
                     "d/: expected a directory without data, found 3 bytes");
    zip = zip_one((struct zip_entry){.name = "d/", .data = "x", .packed = 1, .size = 1});
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->central[0],
                     "d/: expected a directory without data, found 1 bytes");
    zip = zip_one(
        (struct zip_entry){.name = "d/", .data = "\3\0", .packed = 2, .size = 1, .method = 8});
    zip_ends_refused(zip, SIGNET_E_MALFORMED, zip->central[0],
                     "d/: expected a directory without data, found 1 bytes");
}

static void extra_fields_fill_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *extra;
        size_t len;
        const char *message; /* or NULL */
        size_t offset;       /* among the extra fields */
    } rows[] = {
        {"", 0, NULL, 0},
        {"\xfe\xca\0\0", 4, NULL, 0},
        {"UT\5\0\1abcd", 9, NULL, 0},
        {"UT\1\0\1ux\2\0ab", 11, NULL, 0},
        {"UT\1\0\1UT\1\0\1", 10, NULL, 0},
        {"UT\1\0", 4, "expected extra fields that fill their place, found 4 bytes that are none",
         0},
        {"UT\1\0\1\0", 6,
         "expected extra fields that fill their place, found 1 bytes that are none", 5},
        {"UT\1", 3, "expected extra fields that fill their place, found 3 bytes that are none", 0},
        {"UT\xff\xff\1", 5,
         "expected extra fields that fill their place, found 5 bytes that are none", 0},
        /* Unicode path: version, CRC-32 of the name, the name */
        {"up\6\0\1abcda", 10, NULL, 0},
        {"up\6\0\1abcdb", 10,
         "expected the name \"a\" in the Unicode path field as well, found another", 0},
        {"up\5\0\1abcd", 9,
         "expected the name \"a\" in the Unicode path field as well, found another", 0},
        {"up\0\0", 4, "expected the name \"a\" in the Unicode path field as well, found another",
         0},
        {"up\6\0\1abcdaup\6\0\1abcda", 20, "expected an extra field once, found it again", 10},
        /* zip64: nothing is left to it */
        {"\1\0\0\0", 4,
         "expected a zip64 field of 0 bytes, for as many numbers as the header leaves to it, found "
         "0",
         0},
        {"\1\0\10\0\0\0\0\0\0\0\0\0", 12,
         "expected a zip64 field of 0 bytes, for as many numbers as the header leaves to it, found "
         "8",
         0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct zip *zip = zip_one(
            (struct zip_entry){.name = "a", .extra = rows[i].extra, .extra_len = rows[i].len});
        if (rows[i].message == NULL) {
            char expected[100];
            assert_true(snprintf(expected, sizeof(expected), "100644 0 stored 0 @%zu 3610a686 a\n",
                                 31 + rows[i].len) > 0);
            zip_ends(zip, expected);
        } else {
            bool place = strstr(rows[i].message, "extra field") != NULL;
            zip_ends_refused(zip, SIGNET_E_MALFORMED,
                             zip->central[0] + (place ? 47 + rows[i].offset : 0), rows[i].message);
        }
    }
    /* A local header alone. */
    struct zip *zip =
        zip_one((struct zip_entry){.name = "a", .extra = "up\6\0\1abcda", .extra_len = 10});
    zip_found(zip, "100644 0 stored 0 @41 3610a686 a\n");
    zip->data[40] = 'b';
    zip_ends_refused(zip, SIGNET_E_MALFORMED, 0,
                     "a: expected the name \"a\" in the Unicode path field as well, found another");
}

static struct zip_entry wide_entry(bool local, bool central)
{
    return (struct zip_entry){.name = "a",
                              .data = "hello",
                              .packed = 5,
                              .size = 9,
                              .method = 8,
                              .wide_local = local,
                              .wide_central = central};
}

static void zip64_fields_hold_what_headers_leave_to_them(void **state)
{
    (void)state;
    static const char expected[] = "100644 9 deflated 5 @51 3610a686 a\n";
    zip_ends(zip_one(wide_entry(true, false)), expected);
    zip_ends(zip_one(wide_entry(true, true)), expected);
    zip_ends(zip_one(wide_entry(false, true)), "100644 9 deflated 5 @31 3610a686 a\n");
    /* One number left to the field of 16 bytes, then three. */
    struct zip *zip = zip_one(wide_entry(true, true));
    size_t central = zip->central[0];
    zip_set(zip, central + 24, 4, 9);
    zip_refused(zip, SIGNET_E_MALFORMED, central,
                "expected a zip64 field of 8 bytes, for as many numbers as the header leaves to "
                "it, found 16");
    zip_set(zip, central + 24, 4, UINT32_MAX);
    zip_set(zip, central + 42, 4, UINT32_MAX);
    zip_refused(zip, SIGNET_E_MALFORMED, central,
                "expected a zip64 field of 24 bytes, for as many numbers as the header leaves to "
                "it, found 16");
    zip_set(zip, central + 42, 4, 0);
    zip_set(zip, 18, 4, 5);
    zip_refused(zip, SIGNET_E_MALFORMED, 0,
                "a: expected a zip64 field of 8 bytes, for as many numbers as the header leaves to "
                "it, found 16");
    zip_set(zip, 18, 4, UINT32_MAX);
    zip_found(zip, expected);
    /* The sizes themselves. */
    zip_set(zip, 31 + 4, 8, 10);
    zip_refused(zip, SIGNET_E_MALFORMED, 0,
                "a: expected size 9 in the local header, as in the central directory, found 10");
    zip_set(zip, 31 + 4, 8, UINT64_MAX);
    zip_set(zip, central + 47 + 4, 8, UINT64_MAX);
    zip_found(zip, "100644 18446744073709551615 deflated 5 @51 3610a686 a\n");
    zip_set(zip, 31 + 12, 8, UINT64_MAX);
    zip_set(zip, central + 47 + 12, 8, UINT64_MAX);
    zip_ends_refused(zip, SIGNET_E_MALFORMED, 51,
                     "a: expected 18446744073709551615 bytes of data, found 5 up to the central "
                     "directory");
    zip = zip_one((struct zip_entry){.name = "a"});
    zip_set(zip, zip->central[0] + 24, 4, UINT32_MAX);
    zip_ends_refused(
        zip, SIGNET_E_MALFORMED, zip->central[0],
        "expected a zip64 field of 8 bytes, for as many numbers as the header leaves to "
        "it, found 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_ascii_or_marked_as_utf8),
        cmocka_unit_test(names_have_a_limit),
        cmocka_unit_test(the_longest_header_is_read),
        cmocka_unit_test(kinds_are_those_of_attributes_and_names),
        cmocka_unit_test(directories_have_no_data),
        cmocka_unit_test(extra_fields_fill_their_place),
        cmocka_unit_test(zip64_fields_hold_what_headers_leave_to_them),
    };
    return CHECK_RUN(tests);
}
