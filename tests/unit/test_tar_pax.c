/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/tar_pax, and GNU long names: what is said in front of an entry, each refusal beside a
 * tar that passes and differs in one thing. Records follow POSIX.1-2017 pax ("pax Extended
 * Header"), long names the GNU tar manual ("Basic Tar Format").
 */
#include "scan_tar.h"

/* A file behind a pax header. */
static struct tar *behind_pax(const char *records)
{
    struct tar *tar = tar_new();
    tar_pax(tar, 'x', records);
    tar_file(tar, "a", "12345");
    return tar;
}

static void records_that_name_no_layout_are_passed_over(void **state)
{
    (void)state;
    static const char *const records[] = {
        "mtime=1795425448.503732340",
        "atime=-1.5",
        "ctime=2",
        "uid=0",
        "gid=0",
        "uname=root",
        "gname=",
        "comment=a\nb=c",
        "hdrcharset=ISO-IR 10646 2000 UTF-8",
        "LIBARCHIVE.creationtime=1795425",
        "LIBARCHIVE.xattr.user.a=dmFsdWU",
        "SCHILY.xattr.user.a=value",
        "SCHILY.acl.access=u::rwx",
        "SCHILY.dev=65024",
        "SCHILY.ino=1",
        "SCHILY.nlink=1",
        "SCHILY.devmajor=1",
        "SCHILY.devminor=1",
        "SCHILY.fflags=nodump",
        "RHT.security.selinux=x:y:z:s0",
    };
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        char record[100];
        tar_record(records[i], record, sizeof(record));
        tar_ends(behind_pax(record), "100644 5 @1536 a\n");
    }
    tar_ends(behind_pax("11 mtime=1\n11 ctime=2\n"), "100644 5 @1536 a\n");
    tar_ends(behind_pax(""), "100644 5 @1024 a\n");
}

static void a_path_replaces_the_name(void **state)
{
    (void)state;
    tar_ends(behind_pax("19 path=dir/\xc3\xa9 = \n\n"), "100644 5 @1536 dir/\xc3\xa9 = \n\n");
    struct tar *tar = tar_new();
    tar_pax(tar, 'x', "10 path=b\n");
    tar_patch(tar, tar_file(tar, "a", ""), TAR_PREFIX, "p", 1);
    tar_file(tar, "c", "");
    tar_ends(tar, "100644 0 @1536 b\n100644 0 @2048 c\n");
    tar_ends_refused(behind_pax("8 path=\n"), SIGNET_E_MALFORMED, 512,
                     "expected a name in the pax keyword path, found \"\"");
}

static void other_keywords_are_refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"foo=b", "expected a pax keyword that is known, found \"foo\""},
        {"Path=b", "expected a pax keyword that is known, found \"Path\""},
        {"paths=b", "expected a pax keyword that is known, found \"paths\""},
        {"pat=b", "expected a pax keyword that is known, found \"pat\""},
        {"path =b", "expected a pax keyword that is known, found \"path \""},
        {"charset=UTF-8", "expected a pax keyword that is known, found \"charset\""},
        {"SCHILY.dir=d", "expected a pax keyword that is known, found \"SCHILY.dir\""},
        {"SCHILY.xattr=d", "expected a pax keyword that is known, found \"SCHILY.xattr\""},
        {"GNU.sparse.major=1", "expected no sparse files, found \"GNU.sparse.major\""},
        {"GNU.sparse.name=a", "expected no sparse files, found \"GNU.sparse.name\""},
        {"GNU.sparse.realsize=1", "expected no sparse files, found \"GNU.sparse.realsize\""},
        {"SCHILY.realsize=10", "expected no sparse files, found \"SCHILY.realsize\""},
        {"SUN.holesdata= 0", "expected no sparse files, found \"SUN.holesdata\""},
        {"hdrcharset=BINARY", "expected pax names in UTF-8, found \"BINARY\""},
        {"hdrcharset=", "expected pax names in UTF-8, found \"\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char records[100];
        size_t first = tar_record("mtime=1", records, sizeof(records));
        tar_record(rows[i][0], records + first, sizeof(records) - first);
        tar_ends_refused(behind_pax(records), SIGNET_E_UNSUPPORTED, 512 + first, rows[i][1]);
    }
}

static void records_fill_their_header(void **state)
{
    (void)state;
    static const struct {
        const char *records;
        uint64_t offset;
        const char *message;
    } rows[] = {
        {"10 path=b", 512, "expected a pax record of 10 bytes up to a newline, found none"},
        {"11 path=b\n", 512, "expected a pax record of 11 bytes up to a newline, found none"},
        {"010 path=b\n", 512, "expected the length of a pax record and a space"},
        {"10  path=b\n", 512, "expected a pax record of 10 bytes up to a newline, found none"},
        {" 10 path=b\n", 512, "expected the length of a pax record and a space"},
        {"10path=b\n", 512, "expected the length of a pax record and a space"},
        {"10\tpath=b\n", 512, "expected the length of a pax record and a space"},
        {"-1 path=b\n", 512, "expected the length of a pax record and a space"},
        {"123456789 path=b\n", 512, "expected the length of a pax record and a space"},
        {"99999999 path=b\n", 512,
         "expected a pax record of 99999999 bytes up to a newline, found none"},
        {"0 path=b\n", 512, "expected a pax record of 0 bytes up to a newline, found none"},
        {"1 path=b\n", 512, "expected a pax record of 1 bytes up to a newline, found none"},
        {"2 \n", 512, "expected a pax record of 2 bytes up to a newline, found none"},
        {"3 \n", 512, "expected KEYWORD=VALUE in a pax record"},
        {"5 =b\n", 512, "expected KEYWORD=VALUE in a pax record"},
        {"9 pathb\n", 512, "expected a pax record of 9 bytes up to a newline, found none"},
        {"8 pathb\n", 512, "expected KEYWORD=VALUE in a pax record"},
        {"10 path=b\n\n", 522, "expected the length of a pax record and a space"},
        {"10 path=b\n1", 522, "expected the length of a pax record and a space"},
    };
    tar_ends(behind_pax("10 path=b\n"), "100644 5 @1536 b\n");
    tar_ends(behind_pax("11 mtime=1\n10 path=b\n"), "100644 5 @1536 b\n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tar_ends_refused(behind_pax(rows[i].records), SIGNET_E_MALFORMED, rows[i].offset,
                         rows[i].message);
    }
}

/* libarchive reads no further than a NUL, others do. */
static void records_hold_no_nul(void **state)
{
    (void)state;
    static const char *const records[] = {"11 path=b\0\n", "12 path=b\0c\n",
                                          "21 SCHILY.xattr.a=\0\0\n", "11 path\0=b\n"};
    static const size_t lengths[] = {11, 12, 21, 11};
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        struct tar *tar = tar_new();
        tar_member(tar, 'x', "pax", records[i], lengths[i]);
        tar_file(tar, "a", "");
        tar_ends_refused(tar, SIGNET_E_MALFORMED, 512, "expected no NUL in a pax record");
    }
}

static void a_keyword_stands_once(void **state)
{
    (void)state;
    tar_ends(behind_pax("10 path=b\n11 uname=b\n"), "100644 5 @1536 b\n");
    tar_ends_refused(behind_pax("10 path=b\n10 path=c\n"), SIGNET_E_MALFORMED, 522,
                     "expected each keyword once in a pax header, found \"path\"");
    tar_ends_refused(behind_pax("10 mtime=\n10 path=b\n10 mtime=\n"), SIGNET_E_MALFORMED, 532,
                     "expected each keyword once in a pax header, found \"mtime\"");
    tar_ends_refused(behind_pax("20 SCHILY.xattr.a=1\n20 SCHILY.xattr.b=1\n20 SCHILY.xattr.a=2\n"),
                     SIGNET_E_MALFORMED, 552,
                     "expected each keyword once in a pax header, found \"SCHILY.xattr.a\"");
    struct tar *tar = behind_pax("10 path=b\n");
    tar_pax(tar, 'x', "10 path=c\n");
    tar_file(tar, "a", "");
    tar_ends(tar, "100644 5 @1536 b\n100644 0 @3584 c\n");
}

static void a_header_has_128_records_at_most(void **state)
{
    (void)state;
    char records[129 * 22 + 1];
    for (size_t i = 0; i < 129; i++) {
        assert_int_equal(snprintf(records + 22 * i, 23, "22 SCHILY.xattr.%03zu=1\n", i), 22);
    }
    tar_ends_refused(behind_pax(records), SIGNET_E_LIMIT, 512 + 128 * 22,
                     "expected at most 128 records in a pax header, found more");
    records[128 * 22] = '\0';
    tar_ends(behind_pax(records), "100644 5 @4096 a\n");
}

/* A reader that knows no pax would go on reading at another place: CVE-2025-62518. */
static void two_sizes_do_not_differ(void **state)
{
    (void)state;
    tar_ends(behind_pax("9 size=5\n"), "100644 5 @1536 a\n");
    tar_ends_refused(behind_pax("9 size=4\n"), SIGNET_E_MALFORMED, 1024,
                     "a: expected one size, found 5 in the header and 4 in the pax header");
    tar_ends_refused(behind_pax("9 size=0\n"), SIGNET_E_MALFORMED, 1024,
                     "a: expected one size, found 5 in the header and 0 in the pax header");
    struct tar *tar = tar_new();
    tar_pax(tar, 'x', "9 size=5\n");
    tar_header(tar, '0', "a", 0);
    tar_data(tar, "12345", 5);
    tar_ends_refused(tar, SIGNET_E_MALFORMED, 1024,
                     "a: expected one size, found 0 in the header and 5 in the pax header");
    tar = tar_new();
    tar_pax(tar, 'x', "9 size=0\n");
    tar_header(tar, '0', "a", 0);
    tar_ends(tar, "100644 0 @1536 a\n");
}

static void a_size_is_a_decimal_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "05",
                                      "-5",
                                      "+5",
                                      " 5",
                                      "5 ",
                                      "5.0",
                                      "0x5",
                                      "1e1",
                                      "5\n",
                                      "9223372036854775808",
                                      "18446744073709551621"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[64];
        char record[80];
        char message[240];
        assert_true(snprintf(text, sizeof(text), "size=%s", bad[i]) > 0);
        tar_record(text, record, sizeof(record));
        assert_true(snprintf(message, sizeof(message),
                             "expected a decimal number in the pax keyword size, found \"%s\"",
                             strcmp(bad[i], "5\n") == 0 ? "5\\x0a" : bad[i]) > 0);
        tar_ends_refused(behind_pax(record), SIGNET_E_MALFORMED, 512, message);
    }
}

/* Python and GNU tar leave 0 in a header that has no room, others write it in binary. */
static void a_size_beyond_the_header_is_in_pax_alone(void **state)
{
    (void)state;
    static const char *const fields[] = {"00000000000\0", "\0\0\0\0\0\0\0\0\0\0\0\0",
                                         "            ", "\x80\0\0\0\0\0\0\x02\0\0\0\0"};
    struct signet_limits limits = signet_limits_default();
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct tar_listing listing;
        struct signet_err err;
        struct tar *tar = tar_new();
        tar_pax(tar, 'x', "19 size=8589934592\n");
        tar_patch(tar, tar_header(tar, '0', "a", 0), TAR_SIZE, fields[i], 12);
        CHECK_CODE(tar_scan_once(signet_span_of(tar->data, tar->len), tar_ways[1], &limits,
                                 &listing, &err),
                   SIGNET_E_MALFORMED);
        assert_string_equal(listing.text, "100644 8589934592 @1536 a\n");
        assert_string_equal(err.msg, "expected the rest of the data of an entry, found the end of "
                                     "the archive; it is cut short");
        memcpy(tar->data + 512, "19 size=8589934591\n", 19);
        CHECK_CODE(tar_scan_once(signet_span_of(tar->data, tar->len), tar_ways[1], &limits,
                                 &listing, &err),
                   SIGNET_E_MALFORMED);
        assert_string_equal(listing.text, "");
        free(tar);
    }
}

static void a_huge_file_is_skipped(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    struct tar_listing listing = {.used = 0};
    struct signet_err err;
    struct signet_tar_layout *layout = NULL;
    uint64_t size = UINT64_C(1) << 40;
    struct tar *tar = tar_new();
    tar_pax(tar, 'x', "22 size=1099511627776\n");
    tar_header(tar, '0', "a", 0);
    tar_file(tar, "b", "");
    tar_end(tar);
    signet_err_clear(&err);
    CHECK_OK(signet_tar_layout_new(&limits, size + tar->len, tar_list, &listing, &layout, &err),
             &err);
    CHECK_OK(signet_tar_layout_feed(layout, signet_span_of(tar->data, 1536), &err), &err);
    assert_true(signet_tar_layout_skippable(layout) == size);
    CHECK_OK(signet_tar_layout_skip(layout, size, &err), &err);
    CHECK_OK(
        signet_tar_layout_feed(layout, signet_span_of(tar->data + 1536, tar->len - 1536), &err),
        &err);
    CHECK_OK(signet_tar_layout_finish(layout, &err), &err);
    assert_string_equal(listing.text, "100644 1099511627776 @1536 a\n100644 0 @1099511629824 b\n");
    signet_tar_layout_free(layout);
    free(tar);
}

/* git archive writes a comment so. */
static void a_global_header_says_nothing_of_names(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    tar_pax(tar, 'g', "52 comment=0123456789012345678901234567890123456789\n");
    tar_file(tar, "a", "");
    tar_pax(tar, 'g', "11 mtime=1\n");
    tar_ends(tar, "100644 0 @1536 a\n");
    static const char *const bad[][2] = {
        {"10 path=b\n", "path"}, {"9 size=5\n", "size"}, {"14 linkpath=b\n", "linkpath"}};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char message[240];
        tar = tar_new();
        tar_pax(tar, 'g', bad[i][0]);
        tar_file(tar, "a", "12345");
        assert_true(snprintf(message, sizeof(message),
                             "expected no names, links or sizes for all entries in a global pax "
                             "header, found \"%s\"",
                             bad[i][1]) > 0);
        tar_ends_refused(tar, SIGNET_E_MALFORMED, 512, message);
    }
}

static void long_names_replace_the_name(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    tar_long(tar, 'L', "long/name");
    tar_file(tar, "a", "");
    tar_member(tar, 'L', "././@LongLink", "bare", 4); /* without a NUL */
    tar_file(tar, "b", "");
    tar_file(tar, "c", "");
    tar_ends(tar, "100644 0 @1536 long/name\n100644 0 @3072 bare\n100644 0 @3584 c\n");
    static const struct {
        const char *name;
        size_t len;
        const char *message;
    } bad[] = {{"", 0, "expected a long name, found nothing"},
               {"", 1, "expected a long name, found nothing"},
               {"b\0\0", 3, "expected a long name, found one with a NUL in it"},
               {"b\0c", 3, "expected a long name, found one with a NUL in it"},
               {"\0b", 2, "expected a long name, found one with a NUL in it"}};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        tar = tar_new();
        tar_member(tar, 'L', "././@LongLink", bad[i].name, bad[i].len);
        tar_file(tar, "a", "");
        tar_ends_refused(tar, SIGNET_E_MALFORMED, 512, bad[i].message);
    }
}

static void names_have_a_limit(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    char name[5001];
    char record[5020];
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    for (size_t len = 4096; len <= 4098; len++) {
        struct tar_listing listing;
        struct signet_err err;
        struct tar *tar = tar_new();
        tar_member(tar, 'L', "././@LongLink", name, len);
        tar_file(tar, "a", "");
        tar_end(tar);
        CHECK_CODE(tar_scan(signet_span_of(tar->data, tar->len), &limits, &listing, &err),
                   len <= 4096 ? SIGNET_OK : SIGNET_E_LIMIT);
        free(tar);
        tar = tar_new();
        assert_int_equal(
            snprintf(record, sizeof(record), "%zu path=%.*s\n", len + 11, (int)len, name),
            len + 11);
        tar_pax(tar, 'x', record);
        tar_file(tar, "a", "");
        tar_end(tar);
        CHECK_CODE(tar_scan(signet_span_of(tar->data, tar->len), &limits, &listing, &err),
                   len <= 4096 ? SIGNET_OK : SIGNET_E_LIMIT);
        free(tar);
    }
    limits.path = 4;
    struct tar_listing listing;
    struct signet_err err;
    struct tar *tar = tar_new();
    tar_file(tar, "four", "");
    tar_end(tar);
    CHECK_OK(tar_scan(signet_span_of(tar->data, tar->len), &limits, &listing, &err), &err);
    tar_patch(tar, 0, 0, "five5", 5);
    CHECK_CODE(tar_scan(signet_span_of(tar->data, tar->len), &limits, &listing, &err),
               SIGNET_E_LIMIT);
    assert_string_equal(err.msg, "five5: expected a name of at most 4 bytes, found 5");
    free(tar);
}

static void extension_headers_have_a_limit(void **state)
{
    (void)state;
    static const char prefix[] = "65536 comment=";
    struct tar *tar = tar_new();
    char *record = malloc(70001);
    assert_non_null(record);
    memset(record, 'c', 70000);
    memcpy(record, prefix, sizeof(prefix) - 1);
    record[65535] = '\n';
    tar_member(tar, 'x', "pax", record, 65536);
    tar_file(tar, "a", "");
    tar_ends(tar, "100644 0 @66560 a\n");
    tar = tar_new();
    tar_member(tar, 'x', "pax", record, 65536 + 4096 + 1);
    tar_file(tar, "a", "");
    tar_ends_refused(tar, SIGNET_E_LIMIT, 0,
                     "expected an extension header of at most 69632 bytes, found 69633");
    tar = tar_new();
    tar_member(tar, 'K', "././@LongLink", record, 4096 + 2);
    tar_header(tar, '2', "a", 0);
    tar_ends_refused(tar, SIGNET_E_LIMIT, 0,
                     "expected an extension header of at most 4097 bytes, found 4098");
    tar = tar_new();
    tar_patch(tar, tar_pax(tar, 'x', ""), TAR_SIZE, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
    tar_file(tar, "a", "");
    tar_ends_refused(tar, SIGNET_E_MALFORMED, 0,
                     "expected a size in an extension header, found none");
    free(record);
}

/* libarchive makes a hard link of a file behind the target of one. */
static void targets_stand_in_front_of_links_alone(void **state)
{
    (void)state;
    static const char *const entries = "012345";
    for (size_t i = 0; entries[i] != '\0'; i++) {
        bool link = entries[i] == '1' || entries[i] == '2';
        for (int pax = 0; pax < 2; pax++) {
            struct tar *tar = tar_new();
            if (pax != 0) {
                tar_pax(tar, 'x', "14 linkpath=b\n");
            } else {
                tar_long(tar, 'K', "b");
            }
            tar_header(tar, entries[i], "a", 0);
            if (link) {
                tar_ends(tar, entries[i] == '1' ? "100644 hard 0 @1536 a\n" : "120644 0 @1536 a\n");
            } else {
                tar_ends_refused(tar, SIGNET_E_MALFORMED, 1024,
                                 "a: expected a link behind the target of one");
            }
        }
    }
}

/* Types of headers in front of an entry ('x' 'g' 'L' 'K'), and whether that may be. */
static void an_entry_is_named_once(void **state)
{
    (void)state;
    static const struct {
        const char *types;
        const char *refused; /* or NULL */
    } rows[] = {
        {"x", NULL},
        {"L", NULL},
        {"K", NULL},
        {"LK", NULL},
        {"KL", NULL},
        {"gx", NULL},
        {"ggL", NULL},
        {"xx", "expected an entry behind its extension header, found a pax header"},
        {"xg", "expected an entry behind its extension header, found a pax header"},
        {"Lx", "expected an entry behind its extension header, found a pax header"},
        {"Kx", "expected an entry behind its extension header, found a pax header"},
        {"Lg", "expected an entry behind its extension header, found a pax header"},
        {"xL", "expected an entry behind its extension header, found a further long name"},
        {"LL", "expected an entry behind its extension header, found a further long name"},
        {"LKL", "expected an entry behind its extension header, found a further long name"},
        {"xK", "expected an entry behind its extension header, found a further long target of a "
               "link"},
        {"KK", "expected an entry behind its extension header, found a further long target of a "
               "link"},
        {"x0", "expected an entry behind its extension header, found the end"},
        {"L0", "expected an entry behind its extension header, found the end"},
        {"K0", "expected an entry behind its extension header, found the end"},
        {"g0", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tar *tar = tar_new();
        size_t last = 0;
        char expected[64];
        for (const char *type = rows[i].types; *type != '\0'; type++) {
            last = tar->len;
            if (*type == 'x' || *type == 'g') {
                tar_pax(tar, *type, "11 mtime=1\n");
            } else if (*type != '0') {
                tar_long(tar, *type, "name");
            }
        }
        if (rows[i].refused == NULL) {
            bool named = strchr(rows[i].types, 'L') != NULL;
            tar_header(tar, '2', "a", 0);
            assert_true(snprintf(expected, sizeof(expected), "120644 0 @%zu %s\n", tar->len,
                                 named ? "name" : "a") > 0);
            tar_ends(tar, expected);
        } else if (rows[i].refused[0] == '\0') {
            tar_ends(tar, "");
        } else {
            tar_ends_refused(tar, SIGNET_E_MALFORMED, last, rows[i].refused);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_that_name_no_layout_are_passed_over),
        cmocka_unit_test(a_path_replaces_the_name),
        cmocka_unit_test(other_keywords_are_refused),
        cmocka_unit_test(records_fill_their_header),
        cmocka_unit_test(records_hold_no_nul),
        cmocka_unit_test(a_keyword_stands_once),
        cmocka_unit_test(a_header_has_128_records_at_most),
        cmocka_unit_test(two_sizes_do_not_differ),
        cmocka_unit_test(a_size_is_a_decimal_number),
        cmocka_unit_test(a_size_beyond_the_header_is_in_pax_alone),
        cmocka_unit_test(a_huge_file_is_skipped),
        cmocka_unit_test(a_global_header_says_nothing_of_names),
        cmocka_unit_test(long_names_replace_the_name),
        cmocka_unit_test(names_have_a_limit),
        cmocka_unit_test(extension_headers_have_a_limit),
        cmocka_unit_test(targets_stand_in_front_of_links_alone),
        cmocka_unit_test(an_entry_is_named_once),
    };
    return CHECK_RUN(tests);
}
