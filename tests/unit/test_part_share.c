/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/part: how a bundle is shared out, by lib/artifact/PARTS.md. Expected parts were found by
 * hand, or by going through all parts for each file; the digest of a listing by sha256sum.
 */
#include "check.h"

#include "artifact/manifest.h"
#include "artifact/part.h"

enum {
    FILES_MAX = 600
};

/* A settled manifest of files with these sizes; names are added in another order than sorted. */
static void
make_manifest(struct signet_manifest *manifest, const char *const *names, const uint64_t *sizes)
{
    struct signet_err err;
    size_t count = 0;
    signet_err_clear(&err);
    while (names[count] != NULL) {
        count++;
    }
    CHECK_OK(signet_manifest_begin(manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, &err),
             &err);
    for (size_t i = count; i-- > 0;) {
        CHECK_OK(
            signet_manifest_add_file(manifest, signet_span_str(names[i]), sizes[i], 1000, &err),
            &err);
    }
    CHECK_OK(signet_manifest_settle(manifest, &err), &err);
}

/* The names of one part, each with ";" behind it. */
static void check_kept(const char *const *names,
                       const uint64_t *sizes,
                       uint64_t part,
                       uint64_t parts,
                       const char *expected)
{
    char text[256] = "";
    size_t used = 0;
    struct signet_err err;
    struct signet_manifest manifest;
    make_manifest(&manifest, names, sizes);
    signet_err_clear(&err);
    CHECK_OK(signet_part_keep(&manifest, part, parts, &err), &err);
    for (size_t i = 0; i < manifest.count; i++) {
        int len = snprintf(text + used, sizeof(text) - used, "%s;", manifest.entries[i].name);
        assert_true(len > 0 && used + (size_t)len < sizeof(text));
        used += (size_t)len;
    }
    assert_string_equal(text, expected);
    signet_manifest_free(&manifest);
}

static void parts_are_found_by_hand(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e", NULL};
    static const uint64_t none[] = {0, 0, 0, 0, 0};
    static const uint64_t rising[] = {1, 2, 3, 4, 5};
    static const uint64_t one_large[] = {10, 1000000, 10, 10, 10};
    static const uint64_t overflowing[] = {UINT64_MAX, UINT64_MAX, 1, UINT64_MAX - 1, 0};
    /* alike: by name, to the parts in turn */
    check_kept(names, none, 1, 2, "a;c;e;");
    check_kept(names, none, 2, 2, "b;d;");
    /* e, and d; c to 2, which is lighter by a byte; b to 1; both then have 131079, so a to 1 */
    check_kept(names, rising, 1, 2, "a;b;e;");
    check_kept(names, rising, 2, 2, "c;d;");
    /* 1065536 for b; 65546 for each other one */
    check_kept(names, one_large, 1, 2, "b;");
    check_kept(names, one_large, 2, 2, "a;c;d;e;");
    check_kept(names, one_large, 1, 3, "b;");
    check_kept(names, one_large, 2, 3, "a;d;");
    check_kept(names, one_large, 3, 3, "c;e;");
    /* loads do not wrap round */
    check_kept(names, overflowing, 1, 3, "a;c;e;");
    check_kept(names, overflowing, 2, 3, "b;");
    check_kept(names, overflowing, 3, 3, "d;");
    /* one part is all; of more parts than files the last have none */
    check_kept(names, rising, 1, 1, "a;b;c;d;e;");
    check_kept(names, rising, 1, 65536, "e;");
    check_kept(names, rising, 5, 65536, "a;");
    check_kept(names, rising, 6, 65536, "");
    check_kept(names, rising, 65536, 65536, "");
}

/* The part of each file, found by looking at every part for the lightest. */
static void
share_slowly(const uint64_t *sizes, size_t count, uint64_t parts, uint64_t part_of[FILES_MAX])
{
    uint64_t loads[16] = {0};
    bool given[FILES_MAX] = {false};
    for (size_t round = 0; round < count; round++) {
        size_t next = count;
        uint64_t lightest = 0;
        for (size_t i = 0; i < count; i++) {
            if (!given[i] && (next == count || sizes[i] > sizes[next])) {
                next = i;
            }
        }
        for (uint64_t i = 1; i < parts; i++) {
            lightest = loads[i] < loads[lightest] ? i : lightest;
        }
        given[next] = true;
        part_of[next] = lightest + 1;
        loads[lightest] += sizes[next] + 65536;
    }
}

static void parts_are_disjoint_complete_and_even(void **state)
{
    (void)state;
    static char names[FILES_MAX][8];
    const char *list[FILES_MAX + 1] = {NULL};
    uint64_t sizes[FILES_MAX];
    uint64_t part_of[FILES_MAX];
    uint64_t random = 88172645463325252U; /* xorshift64 */
    for (size_t i = 0; i < FILES_MAX; i++) {
        assert_true(snprintf(names[i], sizeof(names[i]), "%04zu", i) > 0);
        list[i] = names[i];
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        sizes[i] = i % 5 == 0 ? 1000 : random % 5000000;
    }
    for (uint64_t parts = 1; parts <= 16; parts++) {
        size_t seen = 0;
        share_slowly(sizes, FILES_MAX, parts, part_of);
        for (uint64_t part = 1; part <= parts; part++) {
            struct signet_manifest manifest;
            make_manifest(&manifest, list, sizes);
            assert_int_equal(signet_part_keep(&manifest, part, parts, NULL), SIGNET_OK);
            for (size_t i = 0; i < manifest.count; i++) {
                size_t index = (size_t)strtoul(manifest.entries[i].name, NULL, 10);
                assert_true(index < FILES_MAX);
                assert_int_equal(part_of[index], part);
                assert_int_equal(manifest.entries[i].size, sizes[index]);
                part_of[index] = 0;
                seen++;
            }
            signet_manifest_free(&manifest);
        }
        assert_int_equal(seen, FILES_MAX);
    }
}

static void check_listing(const char *const *names, const uint64_t *sizes, const char *expected)
{
    char hex[SIGNET_DIGEST_HEX];
    struct signet_digest listing;
    struct signet_manifest manifest;
    struct signet_err err;
    signet_err_clear(&err);
    make_manifest(&manifest, names, sizes);
    CHECK_OK(signet_part_listing(&manifest, &listing, &err), &err);
    assert_string_equal(signet_digest_hex(&listing, hex), expected);
    signet_manifest_free(&manifest);
}

/* printf '1  a\0%s  b c\0' 18446744073709551615 | sha256sum, and so on */
static void a_listing_is_names_and_sizes(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b c", NULL};
    static const char *const others[] = {"a", "b d", NULL};
    static const char *const none[] = {NULL};
    static const uint64_t sizes[] = {1, UINT64_MAX};
    static const uint64_t changed[] = {2, UINT64_MAX};
    check_listing(names, sizes, "a747841d15dbafffb02d17e6f0a774df292dc0cd2d1596760ee93a68283578d4");
    check_listing(names, changed,
                  "27581d7322b421389a10b177564b6c142b487ae52a296c55324ae2ee18522a6b");
    check_listing(others, sizes,
                  "e190b2b4ed77a4e9a957be9b6312bb73040587c6d3a1d851f75505acf2059275");
    check_listing(none, sizes, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_found_by_hand),
        cmocka_unit_test(parts_are_disjoint_complete_and_even),
        cmocka_unit_test(a_listing_is_names_and_sizes),
    };
    return CHECK_RUN(tests);
}
