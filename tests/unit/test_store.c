/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/store: what is found by which identity, what never counts, and that neither depends on the
 * number of threads. Texts are forged by hand: nothing in them is verified.
 */
#include "forge.h"
#include "scratch.h"

#include "verify/store.h"

#include "base/codec.h"
#include "base/fd.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define A_LONG A A
#define SIGNED "https://sigstore.dev/cosign/sign/v1"
#define OMS "https://model_signing/signature/v1.0"
#define FORM ",\"annotations\":{\"signetForm\":\"rfc8785\"}"

/* A signature file over a statement with these subjects. */
static struct signet_buf text_about(const char *type, const char *subjects)
{
    char payload[2048];
    int len = snprintf(payload, sizeof(payload),
                       "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{},"
                       "\"predicateType\":\"%s\",\"subject\":[%s]}",
                       type, subjects);
    assert_true(len > 0 && (size_t)len < sizeof(payload));
    return forge(&(struct forge){.payload = payload});
}

static struct signet_buf
text_of(const char *type, const char *alg, const char *hex, const char *more)
{
    char subject[1024];
    int len = snprintf(subject, sizeof(subject), "{\"digest\":{\"%s\":\"%s\"},\"name\":\"n\"%s}",
                       alg, hex, more);
    assert_true(len > 0 && (size_t)len < sizeof(subject));
    return text_about(type, subject);
}

static void put(const struct scratch *scratch, const char *name, struct signet_buf text)
{
    scratch_write(scratch, name, signet_buf_span(&text));
    signet_buf_free(&text);
}

/* Puts a file of lines; NULL ends them. A line is freed. */
static void put_lines(const struct scratch *scratch, const char *name, struct signet_buf *lines)
{
    struct signet_buf all;
    signet_buf_init(&all, (size_t)1 << 24);
    for (size_t i = 0; lines[i].data != NULL; i++) {
        signet_buf_put(&all, signet_buf_span(&lines[i]));
        signet_buf_putc(&all, '\n');
        signet_buf_free(&lines[i]);
    }
    put(scratch, name, all);
}

static struct signet_buf plain(const char *text)
{
    struct signet_buf buf;
    signet_buf_init(&buf, 4096);
    assert_int_equal(signet_buf_puts(&buf, text), SIGNET_OK);
    return buf;
}

static struct signet_store *
open_with(const char *const *folders, size_t count, const struct signet_limits *limits, size_t jobs)
{
    struct signet_store *store = NULL;
    struct signet_err err;
    const struct signet_store_opts opts = {.size = sizeof(opts), .limits = limits, .jobs = jobs};
    signet_err_clear(&err);
    CHECK_OK(signet_store_open(folders, count, &opts, &store, &err), &err);
    return store;
}

static struct signet_store *open_one(const struct scratch *scratch)
{
    const char *folder = scratch->path;
    return open_with(&folder, 1, NULL, 2);
}

static struct signet_digest digest_of(enum signet_digest_alg alg, const char *hex)
{
    struct signet_digest digest = {alg, signet_digest_size(alg), {0}};
    assert_int_equal(signet_hex_decode(signet_span_str(hex), digest.bytes, digest.len), SIGNET_OK);
    return digest;
}

/* Each time from a file that is opened for it. */
static int read_text(const struct signet_store *store,
                     const struct signet_store_text *text,
                     struct signet_buf *out,
                     struct signet_err *err)
{
    struct signet_store_reader reader = {.fd = -1};
    int rc = signet_store_read(store, text, &reader, out, err);
    signet_fd_close(&reader.fd);
    return rc;
}

/* The names of what is found, joined by spaces, without the folder before them. */
static void check_found(const struct signet_store *store,
                        enum signet_claimed kind,
                        const struct signet_digest *digest,
                        const char *expected)
{
    struct signet_store_found found = {0};
    struct signet_buf names;
    struct signet_err err;
    signet_err_clear(&err);
    signet_buf_init(&names, (size_t)1 << 20);
    CHECK_OK(signet_store_find(store, kind, digest, &found, &err), &err);
    signet_store_order(&found);
    for (size_t i = 0; i < found.count; i++) {
        struct signet_buf name;
        signet_buf_init(&name, 4096);
        assert_int_equal(signet_store_name(store, &found.list[i], &name), SIGNET_OK);
        signet_buf_putc(&name, '\0');
        signet_buf_puts(&names, i > 0 ? " " : "");
        signet_buf_puts(&names, strrchr((const char *)name.data, '/') + 1);
        signet_buf_free(&name);
    }
    CHECK_SPAN(signet_buf_span(&names), expected);
    signet_buf_free(&names);
    free(found.list);
}

static void check_reason(const struct signet_store *store, size_t number, const char *part)
{
    const char *reason = signet_store_reason(store, number);
    assert_non_null(reason);
    if (strstr(reason, part) == NULL) {
        fail_msg("%s: expected \"%s\" in it", reason, part);
    }
}

static void kinds_never_mix(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    struct signet_digest b = digest_of(SIGNET_DIGEST_SHA256, B);
    struct signet_digest a_long = digest_of(SIGNET_DIGEST_SHA512, A_LONG);
    scratch_open(&scratch);
    put(&scratch, "file", text_of(SIGNED, "sha256", A, ""));
    put(&scratch, "form", text_of(SIGNED, "sha256", A, FORM));
    put(&scratch, "bundle", text_of(SIGNED, "signetBundle", A, ""));
    put(&scratch, "list", text_of(OMS, "sha256", A, ""));
    put(&scratch, "long", text_of(SIGNED, "sha512", A_LONG, ""));
    put(&scratch, "both", text_of(SIGNED, "sha512\":\"" A_LONG "\",\"sha256", A, ""));
    put(&scratch, "weak", text_of(SIGNED, "sha1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ""));
    struct signet_store *store = open_one(&scratch);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "both file");
    check_found(store, SIGNET_CLAIMED_FORM, &a, "form");
    check_found(store, SIGNET_CLAIMED_BUNDLE, &a, "bundle");
    check_found(store, SIGNET_CLAIMED_LIST, &a, "list");
    check_found(store, SIGNET_CLAIMED_FILE, &a_long, "long");
    check_found(store, SIGNET_CLAIMED_FILE, &b, "");
    assert_true(signet_store_has(store, SIGNET_CLAIMED_FILE, SIGNET_DIGEST_SHA512));
    assert_false(signet_store_has(store, SIGNET_CLAIMED_FILE, SIGNET_DIGEST_SHA384));
    assert_false(signet_store_has(store, SIGNET_CLAIMED_LIST, SIGNET_DIGEST_SHA512));
    assert_int_equal(signet_store_count(store), 6);
    assert_int_equal(signet_store_refused(store), 1);
    check_reason(store, 0, "weak: no subject has a strong digest");
    signet_store_close(store);
    scratch_close(&scratch);
}

static void every_subject_is_found(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    struct signet_digest b = digest_of(SIGNET_DIGEST_SHA256, B);
    const char *two = "{\"digest\":{\"sha256\":\"" A "\"}},{\"digest\":{\"sha256\":\"" B "\"}},"
                      "{\"digest\":{\"sha256\":\"" A "\"}}";
    scratch_open(&scratch);
    put(&scratch, "two.json", text_about(SIGNED, two));
    struct signet_store *store = open_one(&scratch);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "two.json"); /* once */
    check_found(store, SIGNET_CLAIMED_FILE, &b, "two.json");
    assert_int_equal(signet_store_count(store), 1);
    signet_store_close(store);
    scratch_close(&scratch);
}

/* What is found is the very text, also where lines are long or the last one has no end. */
static void lines_are_texts(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    struct signet_store_found found = {0};
    struct signet_err err;
    struct signet_buf last = text_of(SIGNED, "sha256", A, "");
    struct signet_buf lines[] = {text_of(SIGNED, "sha256", B, ""),
                                 plain(" \r"),
                                 plain("{]"),
                                 text_of(SIGNED, "sha256", A, ""),
                                 {0}};
    struct signet_buf out;
    signet_err_clear(&err);
    scratch_open(&scratch);
    put_lines(&scratch, "all.jsonl", lines);
    scratch_write(&scratch, "one.jsonl", signet_buf_span(&last));
    struct signet_store *store = open_one(&scratch);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "all.jsonl:4 one.jsonl:1");
    assert_int_equal(signet_store_count(store), 3);
    assert_int_equal(signet_store_refused(store), 1);
    check_reason(store, 0, "all.jsonl:3: ");
    CHECK_OK(signet_store_find(store, SIGNET_CLAIMED_FILE, &a, &found, &err), &err);
    assert_int_equal(found.count, 2);
    for (size_t i = 0; i < found.count; i++) {
        signet_buf_init(&out, (size_t)1 << 20);
        CHECK_OK(read_text(store, &found.list[i], &out, &err), &err);
        assert_int_equal(out.len, last.len);
        CHECK_BYTES(out.data, last.data, last.len);
        signet_buf_free(&out);
    }
    free(found.list);
    signet_buf_free(&last);
    signet_store_close(store);
    scratch_close(&scratch);
}

static void what_is_no_text_does_not_count(void **state)
{
    (void)state;
    struct scratch scratch;
    char elsewhere[512];
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    scratch_open(&scratch);
    put(&scratch, "good", text_of(SIGNED, "sha256", A, ""));
    put(&scratch, ".hidden", text_of(SIGNED, "sha256", A, ""));
    put(&scratch, "good.time", text_of(SIGNED, "sha256", A, ""));
    put(&scratch, "below/good", text_of(SIGNED, "sha256", A, ""));
    scratch_link(&scratch, "good", "link");
    scratch_link(&scratch, scratch_path(&scratch, "good", elsewhere), "link.jsonl");
    scratch_put(&scratch, "empty", "");
    scratch_put(&scratch, "empty.jsonl", "");
    scratch_put(&scratch, "other", "{\"payload\":\"e30=\",\"payloadType\":\"text/plain\"}");
    assert_int_equal(mkfifoat(scratch.fd, "pipe", 0600), 0);
    struct signet_store *store = open_one(&scratch);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "good");
    assert_int_equal(signet_store_refused(store), 6);
    check_reason(store, 0, "below: expected a regular file, found a directory");
    check_reason(store, 1, "/empty: ");
    check_reason(store, 2, "link: expected a regular file, found a symbolic link");
    check_reason(store, 3, "link.jsonl: expected a regular file, found a symbolic link");
    check_reason(store, 4, "/other: expected a sigstore bundle or DSSE envelope");
    check_reason(store, 5, "pipe: expected a regular file, found a FIFO");
    assert_null(signet_store_reason(store, 6));
    signet_store_close(store);
    scratch_close(&scratch);
}

static void folders_may_lack(void **state)
{
    (void)state;
    struct scratch scratch;
    char paths[4][512];
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    scratch_open(&scratch);
    put(&scratch, "real/x", text_of(SIGNED, "sha256", A, ""));
    scratch_link(&scratch, "real", "link");
    const char *const folders[] = {scratch_path(&scratch, "missing", paths[0]),
                                   scratch_path(&scratch, "link", paths[1]),
                                   scratch_path(&scratch, "real/x", paths[2]), "tmp",
                                   scratch_path(&scratch, "real", paths[3])};
    struct signet_store *store = open_with(folders, 5, NULL, 1);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "x");
    assert_int_equal(signet_store_refused(store), 4);
    check_reason(store, 0, "missing: cannot open");
    check_reason(store, 1, "is a link or leads through one");
    check_reason(store, 2, "cannot list");
    check_reason(store, 3, "expected an absolute path");
    signet_store_close(store);
    store = open_with(folders, 4, NULL, 1);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "");
    signet_store_close(store);
    scratch_close(&scratch);
}

static void texts_have_a_limit(void **state)
{
    (void)state;
    struct scratch scratch;
    const char *folder = scratch.path;
    struct signet_limits limits = signet_limits_default();
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    struct signet_buf text = text_of(SIGNED, "sha256", A, "");
    struct signet_buf lines[] = {text_of(SIGNED, "sha256", A, ""), plain("{}"), {0}};
    limits.envelope = text.len;
    scratch_open(&scratch);
    put(&scratch, "one", text);
    put_lines(&scratch, "two.jsonl", lines);
    struct signet_store *store = open_with(&folder, 1, &limits, 1);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "one two.jsonl:1");
    signet_store_close(store);
    limits.envelope--;
    store = open_with(&folder, 1, &limits, 1);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "");
    assert_int_equal(signet_store_refused(store), 3);
    check_reason(store, 0, "more than the limit");
    check_reason(store, 1, "two.jsonl:1: more than the limit");
    check_reason(store, 2, "two.jsonl:2: ");
    signet_store_close(store);
    scratch_close(&scratch);
}

/* A line longer than what is read at once, and one longer than any may be. */
static void long_lines(void **state)
{
    (void)state;
    struct scratch scratch;
    const char *folder = scratch.path;
    struct signet_limits limits = signet_limits_default();
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    struct signet_buf lines[] = {{0}, text_of(SIGNED, "sha256", A, ""), {0}};
    size_t padding = ((size_t)5 << 20) / 2;
    lines[0] = text_of(SIGNED, "sha256", A, "");
    for (size_t i = 0; i < padding; i++) {
        signet_buf_putc(&lines[0], ' ');
    }
    assert_int_equal(lines[0].status, SIGNET_OK);
    scratch_open(&scratch);
    put_lines(&scratch, "x.jsonl", lines);
    struct signet_store *store = open_with(&folder, 1, NULL, 1);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "x.jsonl:1 x.jsonl:2");
    signet_store_close(store);
    limits.envelope = (size_t)1 << 20;
    store = open_with(&folder, 1, &limits, 1);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "");
    check_reason(store, 0, "a line is too long: nothing behind it was read");
    assert_int_equal(signet_store_refused(store), 1);
    signet_store_close(store);
    scratch_close(&scratch);
}

/* Many files, some of which are nothing: the same for any number of threads. */
static void threads_change_nothing(void **state)
{
    (void)state;
    struct scratch scratch;
    const char *folder = scratch.path;
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    char expected[2048] = "";
    scratch_open(&scratch);
    for (unsigned i = 100; i < 300; i++) {
        char name[16];
        assert_true(snprintf(name, sizeof(name), "f%u", i) > 0);
        if (i % 10 == 3) {
            scratch_put(&scratch, name, "nothing");
        } else {
            put(&scratch, name, text_of(SIGNED, "sha256", i % 2 == 0 ? A : B, ""));
        }
        if (i % 2 == 0) {
            size_t used = strlen(expected);
            int len = snprintf(expected + used, sizeof(expected) - used, "%s%s",
                               used > 0 ? " " : "", name);
            assert_true(len > 0 && (size_t)len < sizeof(expected) - used);
        }
    }
    for (size_t jobs = 1; jobs <= 4; jobs++) {
        struct signet_store *store = open_with(&folder, 1, NULL, jobs);
        check_found(store, SIGNET_CLAIMED_FILE, &a, expected);
        assert_int_equal(signet_store_count(store), 180);
        assert_int_equal(signet_store_refused(store), 20);
        check_reason(store, 0, "/f103: ");
        check_reason(store, SIGNET_STORE_TOLD - 1, "/f173: ");
        assert_null(signet_store_reason(store, SIGNET_STORE_TOLD));
        signet_store_close(store);
    }
    scratch_close(&scratch);
}

/* What was replaced by a link, or made shorter, after it was found is not read. */
static void a_text_can_go(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    struct signet_store_found found = {0};
    struct signet_err err;
    struct signet_buf out;
    signet_err_clear(&err);
    signet_buf_init(&out, (size_t)1 << 20);
    scratch_open(&scratch);
    put(&scratch, "x", text_of(SIGNED, "sha256", A, ""));
    struct signet_store *store = open_one(&scratch);
    CHECK_OK(signet_store_find(store, SIGNET_CLAIMED_FILE, &a, &found, &err), &err);
    CHECK_OK(read_text(store, &found.list[0], &out, &err), &err);
    scratch_put(&scratch, "x", "{}");
    CHECK_CODE(read_text(store, &found.list[0], &out, &err), SIGNET_E_IO);
    assert_int_equal(renameat(scratch.fd, "x", scratch.fd, "y"), 0);
    scratch_link(&scratch, "y", "x");
    signet_err_clear(&err);
    CHECK_CODE(read_text(store, &found.list[0], &out, &err), SIGNET_E_FORBIDDEN);
    signet_buf_free(&out);
    free(found.list);
    signet_store_close(store);
    scratch_close(&scratch);
}

/* Notes about the time of a text lie beside its file, also of lines; through a link there are none.
 */
static void times_lie_beside(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    struct signet_store_found found = {0};
    struct signet_err err;
    struct signet_buf lines[] = {text_of(SIGNED, "sha256", A, ""), {0}};
    struct signet_buf notes;
    signet_err_clear(&err);
    signet_buf_init(&notes, SIGNET_TIME_NOTES);
    scratch_open(&scratch);
    put_lines(&scratch, "1.jsonl", lines);
    put(&scratch, "2", text_of(SIGNED, "sha256", A, ""));
    put(&scratch, "3", text_of(SIGNED, "sha256", A, ""));
    scratch_put(&scratch, "1.jsonl.time", "of lines");
    scratch_put(&scratch, "2.time", " and of a file");
    struct signet_store *store = open_one(&scratch);
    CHECK_OK(signet_store_find(store, SIGNET_CLAIMED_FILE, &a, &found, &err), &err);
    assert_int_equal(found.count, 3);
    for (size_t i = 0; i < found.count; i++) {
        CHECK_OK(signet_store_read_times(store, &found.list[i], &notes, &err), &err);
    }
    CHECK_SPAN(signet_buf_span(&notes), "of lines and of a file");
    scratch_link(&scratch, "2.time", "3.time");
    CHECK_CODE(signet_store_read_times(store, &found.list[2], &notes, &err), SIGNET_E_FORBIDDEN);
    signet_buf_free(&notes);
    free(found.list);
    signet_store_close(store);
    scratch_close(&scratch);
}

static void no_folders(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_digest a = digest_of(SIGNET_DIGEST_SHA256, A);
    struct signet_store_opts opts = {.size = 1};
    struct signet_store *store = open_with(NULL, 0, NULL, 0);
    check_found(store, SIGNET_CLAIMED_FILE, &a, "");
    assert_int_equal(signet_store_count(store), 0);
    assert_null(signet_store_reason(store, 0));
    signet_store_close(store);
    signet_store_close(NULL);
    store = NULL;
    signet_err_clear(&err);
    CHECK_CODE(signet_store_open(NULL, 0, &opts, &store, &err), SIGNET_E_USAGE);
    assert_null(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_never_mix),  cmocka_unit_test(every_subject_is_found),
        cmocka_unit_test(lines_are_texts),  cmocka_unit_test(what_is_no_text_does_not_count),
        cmocka_unit_test(folders_may_lack), cmocka_unit_test(texts_have_a_limit),
        cmocka_unit_test(long_lines),       cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(a_text_can_go),    cmocka_unit_test(times_lie_beside),
        cmocka_unit_test(no_folders),
    };
    return CHECK_RUN(tests);
}
