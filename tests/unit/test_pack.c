/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/pack: what is written is what is read again, and every entry that is not the next one is
 * refused. Packs are put together by hand, by the fields of POSIX, without the code under test.
 */
#include "build_tar.h"
#include "scratch.h"

#include "verify/pack.h"

#define POLICY "policy.dsse"
#define ROOT(n) "roots/" n ".root.json"
#define EVIDENCE(n) "evidence/" n ".json"

/* Names of entries, up to NULL, each with its own name as contents, read as a pack. */
static int read_names(const char *const *names, struct signet_pack *pack, struct signet_err *err)
{
    struct scratch scratch;
    struct tar *tar = tar_new();
    const struct signet_limits limits = signet_limits_default();
    scratch_open(&scratch);
    for (size_t i = 0; names[i] != NULL; i++) {
        tar_file(tar, names[i], names[i]);
    }
    tar_end(tar);
    scratch_write(&scratch, "pack", signet_span_of(tar->data, tar->len));
    int fd = openat(scratch.fd, "pack", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    signet_err_clear(err);
    int rc = signet_pack_read(fd, "in", &limits, pack, err);
    assert_int_equal(close(fd), 0);
    free(tar);
    scratch_close(&scratch);
    return rc;
}

static void reads_what_may_be_there(void **state)
{
    static const char *const names[] = {
        POLICY, ROOT("9"), ROOT("10"), EVIDENCE("0001"), EVIDENCE("0002"), EVIDENCE("0002") ".time",
        NULL};
    struct signet_pack pack;
    struct signet_err err;
    (void)state;
    CHECK_OK(read_names(names, &pack, &err), &err);
    CHECK_SPAN(signet_buf_span(&pack.policy.text), POLICY);
    assert_string_equal(pack.policy.name, "in/" POLICY);
    assert_int_equal(pack.root_count, 2);
    assert_int_equal(pack.roots[0].version, 9);
    assert_int_equal(pack.roots[1].version, 10);
    CHECK_SPAN(signet_buf_span(&pack.roots[1].text), ROOT("10"));
    assert_int_equal(pack.evidence_count, 2);
    CHECK_SPAN(signet_buf_span(&pack.evidence[0].text), EVIDENCE("0001"));
    assert_int_equal(pack.evidence[0].time.len, 0);
    CHECK_SPAN(signet_buf_span(&pack.evidence[1].time), EVIDENCE("0002") ".time");
    assert_string_equal(pack.evidence[1].name, "in/" EVIDENCE("0002"));
    signet_pack_free(&pack);
    assert_null(pack.evidence);
}

static void refuses_any_other_next_entry(void **state)
{
    static const char *const refused[][6] = {
        {ROOT("1"), POLICY},
        {EVIDENCE("0001"), POLICY},
        {POLICY, POLICY},
        {POLICY, ROOT("1"), ROOT("1")},
        {POLICY, ROOT("1"), ROOT("3")},
        {POLICY, ROOT("2"), ROOT("1")},
        {POLICY, ROOT("0")},
        {POLICY, ROOT("01")},
        {POLICY, ROOT("")},
        {POLICY, ROOT("1x")},
        {POLICY, ROOT("18446744073709551615"), ROOT("0")},
        {POLICY, EVIDENCE("0001"), ROOT("1")},
        {POLICY, EVIDENCE("0000")},
        {POLICY, EVIDENCE("0002")},
        {POLICY, EVIDENCE("1")},
        {POLICY, EVIDENCE("00001")},
        {POLICY, EVIDENCE("0001"), EVIDENCE("0001")},
        {POLICY, EVIDENCE("0001"), EVIDENCE("0003")},
        {POLICY, EVIDENCE("0001") ".time", EVIDENCE("0001")},
        {POLICY, EVIDENCE("0001"), EVIDENCE("0001") ".time", EVIDENCE("0001") ".time"},
        {POLICY, EVIDENCE("0001"), EVIDENCE("0002"), EVIDENCE("0001") ".time"},
        {"./" POLICY},
        {"policy.dssE"},
        {"x"},
    };
    struct signet_pack pack;
    struct signet_err err;
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        CHECK_CODE(read_names(refused[i], &pack, &err), SIGNET_E_MALFORMED);
        assert_memory_equal(err.msg, "in: no pack: expected the entry ", 32);
        assert_null(pack.policy.name);
        assert_int_equal(pack.root_count + pack.evidence_count, 0);
    }
}

/* Adds evidence as a verification does that found it. */
static void add(struct signet_pack *pack, const char *text, const char *time)
{
    struct signet_pack_text *added =
        signet_pack_grow(&pack->evidence, &pack->evidence_count, &pack->evidence_room);
    assert_non_null(added);
    signet_buf_init(&added->text, 100);
    signet_buf_init(&added->time, 100);
    assert_int_equal(signet_buf_puts(&added->text, text), SIGNET_OK);
    assert_int_equal(signet_buf_puts(&added->time, time), SIGNET_OK);
}

static void writes_each_text_once_in_order(void **state)
{
    static const char *const sorted[][2] = {{"a", ""}, {"ab", ""}, {"b", ""}, {"b", "t"}};
    struct scratch scratch;
    struct signet_pack pack = {.root_count = 0};
    struct signet_output *out = NULL;
    struct signet_err err;
    char path[512];
    const struct signet_limits limits = signet_limits_default();
    (void)state;
    scratch_open(&scratch);
    scratch_path(&scratch, "pack", path);
    signet_err_clear(&err);
    CHECK_OK(signet_pack_add_policy(&pack, signet_span_str("p"), &err), &err);
    CHECK_OK(signet_pack_add_root(&pack, signet_span_str("r"), &err), &err);
    pack.roots[0].version = 7;
    add(&pack, "b", "t");
    add(&pack, "ab", "");
    add(&pack, "b", "");
    add(&pack, "a", "");
    add(&pack, "b", "t");
    CHECK_OK(signet_output_open(path, 0644, false, &out, &err), &err);
    CHECK_OK(signet_pack_write(&pack, out, &err), &err);
    CHECK_OK(signet_output_commit(out, &err), &err);
    signet_output_free(out);
    signet_pack_free(&pack);

    int fd = openat(scratch.fd, "pack", O_RDONLY | O_CLOEXEC);
    CHECK_OK(signet_pack_read(fd, path, &limits, &pack, &err), &err);
    assert_int_equal(close(fd), 0);
    CHECK_SPAN(signet_buf_span(&pack.policy.text), "p");
    assert_int_equal(pack.roots[0].version, 7);
    assert_int_equal(pack.evidence_count, 4);
    for (size_t i = 0; i < 4; i++) {
        CHECK_SPAN(signet_buf_span(&pack.evidence[i].text), sorted[i][0]);
        assert_int_equal(pack.evidence[i].time.len, strlen(sorted[i][1]));
    }
    signet_pack_free(&pack);
    scratch_close(&scratch);
}

static void refuses_more_than_may_be_there(void **state)
{
    struct scratch scratch;
    struct signet_pack pack = {.root_count = 0};
    struct signet_output *out = NULL;
    struct signet_err err;
    char path[512];
    (void)state;
    scratch_open(&scratch);
    scratch_path(&scratch, "pack", path);
    signet_err_clear(&err);
    for (size_t i = 0; i <= SIGNET_PACK_EVIDENCE; i++) {
        char text[16];
        assert_true(snprintf(text, sizeof(text), "%zu", i) > 0);
        add(&pack, text, "");
    }
    CHECK_OK(signet_output_open(path, 0644, false, &out, &err), &err);
    CHECK_CODE(signet_pack_write(&pack, out, &err), SIGNET_E_LIMIT);
    signet_output_free(out);
    signet_pack_free(&pack);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_may_be_there),
        cmocka_unit_test(refuses_any_other_next_entry),
        cmocka_unit_test(writes_each_text_once_in_order),
        cmocka_unit_test(refuses_more_than_may_be_there),
    };
    return CHECK_RUN(tests);
}
