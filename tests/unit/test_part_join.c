/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/part: which parts belong together and to a tree, and measuring by parts. Digests of
 * listings and of texts are libsodium's; what is joined has whatever digests the parts state.
 */
#include "parts.h"
#include "scratch.h"

#include <signet/limits.h>

#include "artifact/manifest.h"
#include "artifact/part.h"

/* The tree: three files. */
static const char listing_text[] = "1  a\0"
                                   "22  b\0"
                                   "333  w/c";

#define FOUR(d) d d d d
#define DIGIT(d) FOUR(FOUR(d) FOUR(d) FOUR(d) FOUR(d))
#define A DIGIT("a") "  1  a\n"
#define B DIGIT("b") "  22  b\n"
#define C DIGIT("c") "  333  w/c\n"

/* A part of the tree: its number as text, its lines, and whether its listing is another. */
struct body {
    const char *number;
    const char *lines;
    bool other_listing;
};

static struct signet_buf make_part(const struct body *body)
{
    char text[1024];
    char listing[65];
    parts_hex(signet_span_of(listing_text, sizeof(listing_text)), listing);
    if (body->other_listing) {
        listing[0] = listing[0] == '0' ? '1' : '0';
    }
    assert_true(snprintf(text, sizeof(text), "signet-part/1 %s sha256 %s\n%s", body->number,
                         listing, body->lines) < (int)sizeof(text));
    return parts_seal(text);
}

static void make_tree(struct signet_manifest *manifest)
{
    CHECK_CODE(signet_manifest_begin(manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, NULL),
               SIGNET_OK);
    CHECK_CODE(signet_manifest_add_file(manifest, signet_span_str("a"), 1, 3, NULL), SIGNET_OK);
    CHECK_CODE(signet_manifest_add_file(manifest, signet_span_str("b"), 22, 3, NULL), SIGNET_OK);
    CHECK_CODE(signet_manifest_add_file(manifest, signet_span_str("w/c"), 333, 3, NULL), SIGNET_OK);
    CHECK_CODE(signet_manifest_settle(manifest, NULL), SIGNET_OK);
}

static int join(const struct body *bodies, struct signet_manifest *manifest, struct signet_err *err)
{
    static const char *const names[] = {"p0", "p1", "p2", "p3"};
    const struct signet_limits limits = signet_limits_default();
    struct signet_part_file files[4];
    struct signet_buf texts[4];
    size_t count = 0;
    for (; count < 4 && bodies[count].number != NULL; count++) {
        texts[count] = make_part(&bodies[count]);
        files[count] = (struct signet_part_file){names[count], signet_buf_span(&texts[count])};
    }
    make_tree(manifest);
    signet_err_clear(err);
    int rc = signet_part_join(manifest, files, count, &limits, err);
    while (count-- > 0) {
        signet_buf_free(&texts[count]);
    }
    return rc;
}

static void parts_make_up_the_tree(void **state)
{
    (void)state;
    static const struct body sets[][4] = {
        {{"1/1", A B C, false}},
        {{"1/2", A C, false}, {"2/2", B, false}},
        {{"2/2", B, false}, {"1/2", A C, false}}, /* in any order */
        {{"1/3", A, false}, {"2/3", B, false}, {"3/3", C, false}},
        {{"1/3", "", false}, {"2/3", A B C, false}, {"3/3", "", false}}, /* by any rule */
    };
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        struct signet_err err;
        struct signet_manifest manifest;
        CHECK_OK(join(sets[i], &manifest, &err), &err);
        for (size_t entry = 0; entry < 3; entry++) {
            for (size_t j = 0; j < 32; j++) {
                assert_int_equal(manifest.entries[entry].sha256[j], 0xaa + 0x11 * entry);
            }
        }
        signet_manifest_free(&manifest);
    }
}

static void other_sets_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct body set[4];
        const char *msg;
    } rows[] = {
        {{{"1/2", A C, false}}, "part 2 of 2 is missing"},
        {{{"2/2", B, false}}, "part 1 of 2 is missing"},
        {{{"1/2", A C, false}, {"1/2", A C, false}}, "p1: part 1 of 2 is given twice"},
        {{{"1/2", A C, false}, {"1/2", B, false}}, "p1: part 1 of 2 is given twice"},
        {{{"1/2", A C, false}, {"2/2", B, false}, {"2/2", "", false}},
         "p2: part 2 of 2 is given twice"},
        {{{"1/2", A C, false}, {"2/3", B, false}}, "p1: part 2 of 3, among parts of 2"},
        {{{"1/3", A C, false}, {"2/2", B, false}}, "p1: part 2 of 2, among parts of 3"},
        {{{"1/2", A C, true}, {"2/2", B, false}},
         "p0: part 1 of 2 is of another tree, of another state of this one, or of other paths left "
         "out"},
        {{{"1/2", A C, false}, {"2/2", B, true}},
         "p1: part 2 of 2 is of another tree, of another state of this one, or of other paths left "
         "out"},
        {{{"1/2", A C, false}, {"2/2", "", false}}, "b: is in no part"},
        {{{"1/1", A B, false}}, "w/c: is in no part"},
        {{{"1/2", A C, false}, {"2/2", A B, false}}, "p1: a: is in another part too"},
        {{{"1/2", A C, false}, {"2/2", B DIGIT("d") "  0  c\n", false}},
         "p1: c: is not in the tree"},
        {{{"1/2", A C, false}, {"2/2", DIGIT("b") "  21  b\n", false}},
         "p1: b: had 21 bytes, and has 22 now"},
        {{{"1/2", DIGIT("a") "  0  a\n" C, false}, {"2/2", B, false}},
         "p0: a: had 0 bytes, and has 1 now"},
        {{{NULL, NULL, false}}, "a: is in no part"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_err err;
        struct signet_manifest manifest;
        CHECK_CODE(join(rows[i].set, &manifest, &err), SIGNET_E_MISMATCH);
        assert_int_equal(err.code, SIGNET_E_MISMATCH);
        assert_string_equal(err.msg, rows[i].msg);
        signet_manifest_free(&manifest);
    }
}

static void a_malformed_part_is_named(void **state)
{
    (void)state;
    static const struct body set[] = {
        {"1/2", A C, false}, {"2/2", B A, false}, {NULL, NULL, false}};
    struct signet_err err;
    struct signet_manifest manifest;
    CHECK_CODE(join(set, &manifest, &err), SIGNET_E_MALFORMED);
    assert_true(strncmp(err.msg, "p1: part manifest: expected names in the order", 46) == 0);
    signet_manifest_free(&manifest);
}

/* Files of a scratch folder, measured by the options. */
static int measure(const struct scratch *scratch,
                   const char *name,
                   const struct signet_measure_opts *opts,
                   struct signet_manifest *manifest,
                   struct signet_err *err)
{
    char path[512];
    struct signet_artifact *artifact = NULL;
    signet_err_clear(err);
    scratch_path(scratch, name, path);
    CHECK_OK(signet_artifact_open(path, &artifact, err), err);
    int rc = signet_artifact_measure(artifact, opts, manifest, err);
    signet_artifact_close(artifact);
    return rc;
}

static void make_files(struct scratch *scratch)
{
    scratch_open(scratch);
    scratch_put(scratch, "m/a", "first");
    scratch_put(scratch, "m/b", "");
    scratch_put(scratch, "m/w/c", "third");
    scratch_put(scratch, "m/w/d", "and the last");
    scratch_put(scratch, "m/.git/x", "left out");
    scratch_put(scratch, "f", "a file");
}

/* Parts measured one by one and joined are the whole; nothing is read to join them. */
static void joined_parts_are_the_whole(void **state)
{
    (void)state;
    struct signet_err err;
    struct scratch scratch;
    struct signet_manifest whole;
    struct signet_manifest joined;
    struct signet_buf texts[3];
    struct signet_part_file files[3];
    struct signet_measure_opts opts = {.size = sizeof(opts), .ignore = signet_artifact_git_names()};
    make_files(&scratch);
    CHECK_OK(measure(&scratch, "m", &opts, &whole, &err), &err);
    for (size_t i = 0; i < 3; i++) {
        struct signet_manifest part;
        opts.part = i + 1;
        opts.part_count = 3;
        CHECK_OK(measure(&scratch, "m", &opts, &part, &err), &err);
        assert_true(part.partial);
        assert_int_equal(part.root.len, 0);
        assert_int_equal(part.identity.len, 0);
        assert_int_equal(part.listing.len, 32);
        signet_buf_init(&texts[i], 1 << 16);
        CHECK_OK(signet_part_write(&part, signet_sink_to_buf(&texts[i]), &err), &err);
        files[i] = (struct signet_part_file){"p", signet_buf_span(&texts[i])};
        signet_manifest_free(&part);
    }
    opts.part = 0;
    opts.part_count = 0;
    opts.part_files = files;
    opts.part_file_count = 3;
    /* of the same size, so that only a reader could tell */
    scratch_put(&scratch, "m/a", "FIRST");
    CHECK_OK(measure(&scratch, "m", &opts, &joined, &err), &err);
    assert_int_equal(whole.from_parts, 0);
    assert_int_equal(joined.from_parts, 4);
    assert_false(joined.partial);
    assert_int_equal(joined.bytes, whole.bytes);
    assert_true(signet_digest_eq(&joined.root, &whole.root));
    assert_true(signet_digest_eq(&joined.identity, &whole.identity));
    signet_manifest_free(&joined);
    scratch_put(&scratch, "m/a", "firs");
    CHECK_CODE(measure(&scratch, "m", &opts, &joined, &err), SIGNET_E_MISMATCH);
    assert_non_null(strstr(err.msg, "/m: p: part 1 of 3 is of another tree"));
    scratch_put(&scratch, "m/a", "first");
    scratch_put(&scratch, "m/e", "");
    CHECK_CODE(measure(&scratch, "m", &opts, &joined, &err), SIGNET_E_MISMATCH);
    assert_int_equal(unlinkat(scratch.fd, "m/e", 0), 0);
    opts.ignore = NULL;
    CHECK_CODE(measure(&scratch, "m", &opts, &joined, &err), SIGNET_E_MISMATCH);
    for (size_t i = 0; i < 3; i++) {
        signet_buf_free(&texts[i]);
    }
    signet_manifest_free(&whole);
    scratch_close(&scratch);
}

static void parts_go_with_little_else(void **state)
{
    (void)state;
    static const char *const only[] = {"a", NULL};
    static const struct signet_part_file none = {"p", {NULL, 0}};
    const struct signet_measure_opts good = {.size = sizeof(good), .part = 1, .part_count = 2};
    struct signet_measure_opts rows[11];
    struct signet_err err;
    struct signet_manifest manifest;
    struct scratch scratch;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rows[i] = good;
    }
    rows[0].part = 0;
    rows[1].part = 3;
    rows[2].part_count = 0;
    rows[3].part_count = SIGNET_PART_MAX + 1;
    rows[4].alg = SIGNET_DIGEST_BLAKE2B;
    rows[5].only = only;
    rows[6].shard_size = 1000;
    rows[7].part_files = &none;
    rows[8].part = 0;
    rows[8].part_count = 0;
    rows[8].part_files = &none;
    rows[8].alg = SIGNET_DIGEST_SHA512;
    rows[9] = rows[8];
    rows[9].alg = SIGNET_DIGEST_NONE;
    rows[9].shard_size = 1;
    rows[10] = rows[9];
    rows[10].shard_size = 0;
    rows[10].only = only;
    make_files(&scratch);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_CODE(measure(&scratch, "m", &rows[i], &manifest, &err), SIGNET_E_USAGE);
    }
    CHECK_CODE(measure(&scratch, "f", &good, &manifest, &err), SIGNET_E_USAGE);
    assert_string_equal(err.msg, "measure: only a directory has parts");
    CHECK_OK(measure(&scratch, "m", &good, &manifest, &err), &err);
    signet_manifest_free(&manifest);
    rows[0] = good;
    rows[0].part = 0;
    rows[0].part_count = 0;
    CHECK_OK(measure(&scratch, "m", &rows[0], &manifest, &err), &err);
    struct signet_buf text;
    signet_buf_init(&text, 1000);
    CHECK_CODE(signet_part_write(&manifest, signet_sink_to_buf(&text), &err), SIGNET_E_USAGE);
    assert_int_equal(text.len, 0);
    signet_manifest_free(&manifest);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_make_up_the_tree),    cmocka_unit_test(other_sets_are_refused),
        cmocka_unit_test(a_malformed_part_is_named), cmocka_unit_test(joined_parts_are_the_whole),
        cmocka_unit_test(parts_go_with_little_else),
    };
    return CHECK_RUN(tests);
}
