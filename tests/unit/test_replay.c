/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/replay: what was measured comes back byte for byte, or not at all if one of them, a
 * size, a name or a kind is another now. Contents are what the test itself wrote.
 */
#include "scratch.h"

#include <signet/buf.h>

#include "artifact/replay.h"
#include "build_tar.h"

struct heard {
    struct signet_buf text; /* NAME=CONTENTS; for each entry */
    const char *unwanted;   /* NULL: all are wanted */
    int fail_at;            /* the call of put() that fails; 0: none */
};

static bool wants(void *ctx, const struct signet_entry *entry)
{
    const struct heard *heard = ctx;
    return heard->unwanted == NULL || strcmp(heard->unwanted, entry->name) != 0;
}

static int begin(void *ctx, const struct signet_entry *entry, struct signet_err *err)
{
    struct heard *heard = ctx;
    (void)err;
    signet_buf_puts(&heard->text, entry->name);
    return signet_buf_putc(&heard->text, '=');
}

static int put(void *ctx, struct signet_span bytes, struct signet_err *err)
{
    struct heard *heard = ctx;
    if (heard->fail_at > 0 && --heard->fail_at == 0) {
        return signet_err_set(err, SIGNET_E_IO, "full");
    }
    return signet_buf_put(&heard->text, bytes);
}

static int end(void *ctx, struct signet_err *err)
{
    struct heard *heard = ctx;
    (void)err;
    return signet_buf_putc(&heard->text, ';');
}

/* One artifact, opened and measured. */
struct subject {
    struct scratch scratch;
    struct signet_artifact *artifact;
    struct signet_manifest manifest;
};

static void
measure(struct subject *subject, const char *name, enum signet_digest_alg alg, uint64_t shard_size)
{
    char path[512];
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(
        signet_artifact_open(scratch_path(&subject->scratch, name, path), &subject->artifact, &err),
        &err);
    const struct signet_measure_opts opts = {
        .size = sizeof(opts),
        .alg = alg,
        .shard_size = shard_size,
        .contents = strstr(name, ".tar") != NULL,
        .strip = {.rule = SIGNET_STRIP_ONE},
        .jobs = 1,
    };
    CHECK_OK(signet_artifact_measure(subject->artifact, &opts, &subject->manifest, &err), &err);
}

static void forget(struct subject *subject)
{
    signet_manifest_free(&subject->manifest);
    signet_artifact_close(subject->artifact);
}

static int replay(struct subject *subject, struct heard *heard, struct signet_err *err)
{
    const struct signet_limits limits = signet_limits_default();
    const struct signet_replay_opts opts = {.limits = &limits, .jobs = 2};
    const struct signet_replay_sink sink = {wants, begin, put, end, heard};
    signet_err_clear(err);
    signet_buf_init(&heard->text, 1 << 20);
    return signet_replay(subject->artifact, &subject->manifest, &opts, &sink, err);
}

static void hears(struct subject *subject, const char *text)
{
    struct heard heard = {.unwanted = NULL};
    struct signet_err err;
    CHECK_OK(replay(subject, &heard, &err), &err);
    CHECK_SPAN(signet_buf_span(&heard.text), text);
    signet_buf_free(&heard.text);
}

static void refuses(struct subject *subject, int code, const char *text)
{
    struct heard heard = {.unwanted = NULL};
    struct signet_err err;
    CHECK_CODE(replay(subject, &heard, &err), code);
    assert_string_equal(err.msg, text);
    signet_buf_free(&heard.text);
}

static void make_folder(struct subject *subject)
{
    memset(subject, 0, sizeof(*subject));
    scratch_open(&subject->scratch);
    scratch_put(&subject->scratch, "m/a", "first");
    scratch_put(&subject->scratch, "m/b/c", "second");
    scratch_put(&subject->scratch, "m/b/empty", "");
}

static void write_tar(const struct subject *subject, struct tar *tar)
{
    tar_end(tar);
    scratch_write(&subject->scratch, "m.tar", signet_span_of(tar->data, tar->len));
    free(tar);
}

/* Out of order, and below a folder, to be found by name. */
static struct tar *make_tar(void)
{
    struct tar *tar = tar_new();
    tar_file(tar, "m/b/empty", "");
    tar_file(tar, "./m/b/c", "second");
    tar_file(tar, "m/a", "first");
    return tar;
}

static void gives_back_what_was_measured(void **state)
{
    (void)state;
    static const struct {
        enum signet_digest_alg alg;
        uint64_t shard_size;
    } ways[] = {{SIGNET_DIGEST_SHA256, 0}, {SIGNET_DIGEST_BLAKE2B, 0}, {SIGNET_DIGEST_SHA256, 2}};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct subject subject;
        make_folder(&subject);
        write_tar(&subject, make_tar());
        measure(&subject, "m", ways[i].alg, ways[i].shard_size);
        hears(&subject, "a=first;b/c=second;b/empty=;");
        hears(&subject, "a=first;b/c=second;b/empty=;"); /* as often as one likes */
        forget(&subject);
        measure(&subject, "m.tar", ways[i].alg, ways[i].shard_size);
        assert_string_equal(subject.manifest.stripped, "m");
        hears(&subject, "b/empty=;b/c=second;a=first;");
        forget(&subject);
        if (ways[i].shard_size == 0) {
            measure(&subject, "m/a", ways[i].alg, 0);
            hears(&subject, "a=first;");
            forget(&subject);
        }
        scratch_close(&subject.scratch);
    }
}

static void gives_what_is_wanted(void **state)
{
    (void)state;
    static const char *const names[] = {"m", "m.tar"};
    for (size_t i = 0; i < 2; i++) {
        struct heard heard = {.unwanted = "b/c"};
        struct subject subject;
        struct signet_err err;
        make_folder(&subject);
        write_tar(&subject, make_tar());
        measure(&subject, names[i], SIGNET_DIGEST_SHA256, 0);
        CHECK_OK(replay(&subject, &heard, &err), &err);
        CHECK_SPAN(signet_buf_span(&heard.text),
                   i == 0 ? "a=first;b/empty=;" : "b/empty=;a=first;");
        signet_buf_free(&heard.text);
        forget(&subject);
        scratch_close(&subject.scratch);
    }
}

static void ends_where_the_sink_fails(void **state)
{
    (void)state;
    struct heard heard = {.fail_at = 2};
    struct subject subject;
    struct signet_err err;
    make_folder(&subject);
    measure(&subject, "m", SIGNET_DIGEST_SHA256, 0);
    CHECK_CODE(replay(&subject, &heard, &err), SIGNET_E_IO);
    assert_string_equal(err.msg, "full");
    CHECK_SPAN(signet_buf_span(&heard.text), "a=first;b/c=");
    signet_buf_free(&heard.text);
    forget(&subject);
    scratch_close(&subject.scratch);
}

/* What becomes of m/b/c after it was measured, and what is said of it. */
static void refuses_a_folder_that_changed(void **state)
{
    (void)state;
    static const char *const texts[] = {"Second", "secon", "seconds"};
    struct subject subject;
    for (size_t i = 0; i < 3; i++) {
        for (uint64_t shard = 0; shard < 3; shard += 2) {
            make_folder(&subject);
            measure(&subject, "m", SIGNET_DIGEST_SHA256, shard);
            scratch_put(&subject.scratch, "m/b/c", texts[i]);
            refuses(&subject, SIGNET_E_MISMATCH, "b/c: changed since it was verified");
            scratch_put(&subject.scratch, "m/b/c", "second");
            hears(&subject, "a=first;b/c=second;b/empty=;");
            forget(&subject);
            scratch_close(&subject.scratch);
        }
    }
    make_folder(&subject);
    measure(&subject, "m", SIGNET_DIGEST_SHA256, 0);
    assert_int_equal(unlinkat(subject.scratch.fd, "m/b/c", 0), 0);
    refuses(&subject, SIGNET_E_IO, "b/c: cannot open: No such file or directory");
    scratch_link(&subject.scratch, "../a", "m/b/c");
    refuses(&subject, SIGNET_E_FORBIDDEN, "b/c: is a link or leads through one");
    assert_int_equal(unlinkat(subject.scratch.fd, "m/b/c", 0), 0);
    scratch_folder(&subject.scratch, "m/b/c");
    refuses(&subject, SIGNET_E_MISMATCH, "b/c: changed since it was verified");
    forget(&subject);
    scratch_close(&subject.scratch);
}

/* Writes another tar where the measured one is. */
static void refuses_now(struct tar *tar, int code, const char *text)
{
    struct subject subject;
    make_folder(&subject);
    write_tar(&subject, make_tar());
    measure(&subject, "m.tar", SIGNET_DIGEST_SHA256, 0);
    write_tar(&subject, tar);
    refuses(&subject, code, text);
    write_tar(&subject, make_tar());
    hears(&subject, "b/empty=;b/c=second;a=first;");
    forget(&subject);
    scratch_close(&subject.scratch);
}

static void refuses_an_archive_that_changed(void **state)
{
    (void)state;
    struct tar *tar = tar_new();
    tar_file(tar, "m/b/empty", "");
    tar_file(tar, "m/b/c", "Second");
    tar_file(tar, "m/a", "first");
    refuses_now(tar, SIGNET_E_MISMATCH, "b/c: changed since it was verified");
    tar = tar_new();
    tar_file(tar, "m/b/empty", "");
    tar_file(tar, "m/b/c", "seconds");
    tar_file(tar, "m/a", "first");
    refuses_now(tar, SIGNET_E_MISMATCH, "b/c: changed since it was verified");
    tar = tar_new();
    tar_file(tar, "m/b/empty", "");
    tar_file(tar, "m/a", "first");
    refuses_now(tar, SIGNET_E_MISMATCH, "b/c: changed since it was verified");
    tar = make_tar();
    tar_file(tar, "m/b/c", "second");
    refuses_now(tar, SIGNET_E_MISMATCH, "b/c: changed since it was verified");
    tar = tar_new();
    tar_file(tar, "m/b/empty", "");
    size_t link = tar_header(tar, '2', "m/b/c", 0);
    tar_patch(tar, link, TAR_LINK, "../a", 4);
    tar_file(tar, "m/a", "first");
    refuses_now(tar, SIGNET_E_MISMATCH, "b/c: changed since it was verified");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_what_was_measured),
        cmocka_unit_test(gives_what_is_wanted),
        cmocka_unit_test(ends_where_the_sink_fails),
        cmocka_unit_test(refuses_a_folder_that_changed),
        cmocka_unit_test(refuses_an_archive_that_changed),
    };
    return CHECK_RUN(tests);
}
