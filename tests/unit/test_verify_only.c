/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/: chosen entries of a bundle. What they are decides, what the others are does not, nothing
 * else is touched (inotify(7) is the witness), and what passes so is not the bundle.
 */
#include "attempt.h"

#include <sys/inotify.h>

#include "verify/verification.h"

static const char *const three_files[] = {"config.json", "{}", "w/0.bin", "weights",
                                          "w/1.bin",     "+1", NULL};

/* A bundle "m" of three files and a signature by key 0. */
struct model {
    struct scratch scratch;
    char path[512];
    char *statement;
    struct signet_buf text;
    struct attempt_file file;
};

static void model_open(struct model *model)
{
    make_bundle(&model->scratch);
    scratch_put(&model->scratch, "m/w/1.bin", "+1");
    scratch_path(&model->scratch, "m", model->path);
    model->statement = oms_statement(three_files, "");
    model->text = forge(&(struct forge){.payload = model->statement});
    model->file = (struct attempt_file){"m.sig", signet_buf_span(&model->text), NULL};
}

static void model_close(struct model *model)
{
    scratch_close(&model->scratch);
    signet_buf_free(&model->text);
    free(model->statement);
}

static struct attempt choose(const struct model *model, const char *const *only)
{
    return (struct attempt){
        .path = model->path, .files = &model->file, .file_count = 1, .only = only};
}

/* Whatever happens to other entries. The twin without a choice refuses each of them. */
static void other_entries_do_not_matter(void **state)
{
    (void)state;
    static const char *const only[] = {"w/0.bin", NULL};
    struct model model;
    int dir = -1;
    model_open(&model);
    dir = model.scratch.fd;
    expect(choose(&model, only), SIGNET_OK, NULL);
    expect(choose(&model, NULL), SIGNET_OK, NULL);
    scratch_put(&model.scratch, "m/config.json", "changed");
    expect(choose(&model, only), SIGNET_OK, NULL);
    expect(choose(&model, NULL), SIGNET_E_MISMATCH, "changed: config.json");
    assert_int_equal(unlinkat(dir, "m/config.json", 0), 0);
    expect(choose(&model, only), SIGNET_OK, NULL);
    expect(choose(&model, NULL), SIGNET_E_MISMATCH, "missing: config.json");
    scratch_put(&model.scratch, "m/config.json", "{}");
    scratch_put(&model.scratch, "m/w/2.bin", "nobody signed it");
    expect(choose(&model, only), SIGNET_OK, NULL);
    expect(choose(&model, NULL), SIGNET_E_MISMATCH, "unsigned: w/2.bin");
    assert_int_equal(unlinkat(dir, "m/w/2.bin", 0), 0);
    assert_int_equal(mkfifoat(dir, "m/w/p", 0600), 0);
    expect(choose(&model, only), SIGNET_OK, NULL);
    expect(choose(&model, NULL), SIGNET_E_FORBIDDEN, "found a FIFO");
    assert_int_equal(unlinkat(dir, "m/w/p", 0), 0);
    scratch_link(&model.scratch, "/", "m/w/l");
    expect(choose(&model, only), SIGNET_OK, NULL);
    expect(choose(&model, NULL), SIGNET_E_FORBIDDEN, "found a symbolic link");
    assert_int_equal(unlinkat(dir, "m/w/l", 0), 0);
    scratch_put(&model.scratch, "m/back\\slash", "");
    expect(choose(&model, only), SIGNET_OK, NULL);
    expect(choose(&model, NULL), SIGNET_E_FORBIDDEN, "holds a backslash");
    model_close(&model);
}

static void a_chosen_entry_must_be_what_was_signed(void **state)
{
    (void)state;
    static const char *const only[] = {"w/0.bin", NULL};
    struct model model;
    int dir = -1;
    model_open(&model);
    dir = model.scratch.fd;
    scratch_put(&model.scratch, "m/w/0.bin", "weightz");
    expect(choose(&model, only), SIGNET_E_MISMATCH, "changed: w/0.bin");
    scratch_put(&model.scratch, "m/w/0.bin", "weights");
    expect(choose(&model, only), SIGNET_OK, NULL);
    assert_int_equal(unlinkat(dir, "m/w/0.bin", 0), 0);
    expect(choose(&model, only), SIGNET_E_MISMATCH, "missing: w/0.bin");
    scratch_folder(&model.scratch, "m/w/0.bin");
    expect(choose(&model, only), SIGNET_E_MISMATCH, "missing: w/0.bin");
    assert_int_equal(unlinkat(dir, "m/w/0.bin", AT_REMOVEDIR), 0);
    assert_int_equal(mkfifoat(dir, "m/w/0.bin", 0600), 0);
    expect(choose(&model, only), SIGNET_E_FORBIDDEN, "w/0.bin: expected a regular file");
    assert_int_equal(unlinkat(dir, "m/w/0.bin", 0), 0);
    /* a link to the right bytes, and a folder that is a link to the right folder */
    scratch_put(&model.scratch, "m/w/copy", "weights");
    scratch_link(&model.scratch, "copy", "m/w/0.bin");
    expect(choose(&model, only), SIGNET_E_FORBIDDEN, "found a symbolic link");
    assert_int_equal(unlinkat(dir, "m/w/0.bin", 0), 0);
    scratch_put(&model.scratch, "m/w/0.bin", "weights");
    expect(choose(&model, only), SIGNET_OK, NULL);
    assert_int_equal(renameat(dir, "m/w", dir, "m/v"), 0);
    expect(choose(&model, only), SIGNET_E_MISMATCH, "missing: w/0.bin");
    scratch_link(&model.scratch, "v", "m/w");
    expect(choose(&model, only), SIGNET_E_FORBIDDEN, "w: is a link or leads through one");
    assert_int_equal(unlinkat(dir, "m/w", 0), 0);
    scratch_put(&model.scratch, "m/w", "a file");
    expect(choose(&model, only), SIGNET_E_MISMATCH, "missing: w/0.bin");
    model_close(&model);
}

static void every_name_must_be_signed(void **state)
{
    (void)state;
    static const char *const both[] = {"w/0.bin", "w/2.bin", NULL};
    static const char *const prefix[] = {"w/0", NULL};
    static const char *const outside[] = {"../m/config.json", NULL};
    struct model model;
    model_open(&model);
    expect(choose(&model, both), SIGNET_E_MISMATCH, "\"w/2.bin\" is not signed");
    scratch_put(&model.scratch, "m/w/2.bin", "there, and not signed");
    expect(choose(&model, both), SIGNET_E_MISMATCH, "unsigned: w/2.bin");
    struct attempt allowing = choose(&model, both);
    allowing.ignore_unsigned = true;
    expect(allowing, SIGNET_E_MISMATCH, "unsigned: w/2.bin");
    expect(choose(&model, prefix), SIGNET_E_MISMATCH, "\"w/0\" is not signed");
    expect(choose(&model, outside), SIGNET_E_MISMATCH, "\"../m/config.json\" is not signed");
    /* of several faults each is named */
    scratch_put(&model.scratch, "m/w/0.bin", "changed");
    expect(choose(&model, both), SIGNET_E_MISMATCH, "changed: w/0.bin");
    model_close(&model);
}

static void folders_stand_for_what_is_signed_below_them(void **state)
{
    (void)state;
    static const char *const folder[] = {"w", NULL};
    static const char *const slash[] = {"w/", NULL};
    struct model model;
    model_open(&model);
    scratch_put(&model.scratch, "m/config.json", "changed");
    scratch_put(&model.scratch, "m/w/2.bin", "nobody signed it");
    expect(choose(&model, folder), SIGNET_OK, NULL);
    expect(choose(&model, slash), SIGNET_OK, NULL);
    scratch_put(&model.scratch, "m/w/1.bin", "-1");
    expect(choose(&model, folder), SIGNET_E_MISMATCH, "changed: w/1.bin");
    assert_int_equal(unlinkat(model.scratch.fd, "m/w/1.bin", 0), 0);
    expect(choose(&model, slash), SIGNET_E_MISMATCH, "missing: w/1.bin");
    model_close(&model);
}

/* What is chosen from a file, or by a statement about one. */
static void only_bundles_have_entries(void **state)
{
    (void)state;
    static const char *const only[] = {"a", NULL};
    static const char *const none[] = {NULL};
    static const char *const named[] = {"a", "contents", NULL};
    struct signed_file file;
    struct model model;
    signed_file_open(&file);
    struct attempt how = signed_file_attempt(&file);
    expect(how, SIGNET_OK, NULL);
    how.only = only;
    expect(how, SIGNET_E_MISMATCH, "entries can be chosen of a bundle only, and this is a file");
    char *single = oms_statement(named, "");
    struct signet_buf text = forge(&(struct forge){.payload = single});
    const struct attempt_file oms = {"s", signet_buf_span(&text), NULL};
    how.files = &oms;
    expect(how, SIGNET_E_MISMATCH, "entries can be chosen of a bundle only, and this is a file");
    how.only = NULL;
    expect(how, SIGNET_OK, NULL);
    model_open(&model);
    how = choose(&model, only);
    how.files = &file.signature;
    expect(how, SIGNET_E_MISMATCH, "the signature is over a file, not over this directory");
    expect(choose(&model, none), SIGNET_E_USAGE, "no entry chosen to verify");
    model_close(&model);
    signet_buf_free(&text);
    free(single);
    signed_file_close(&file);
}

/* Two statements by given keys: the choice must hold by both. */
static void every_statement_must_agree(void **state)
{
    (void)state;
    static const char *const only[] = {"w/0.bin", NULL};
    static const char *const shared[] = {"config.json", NULL};
    static const char *const fewer[] = {"config.json", "{}", NULL};
    struct model model;
    model_open(&model);
    char *narrow = oms_statement(fewer, "");
    struct signet_buf text = forge(&(struct forge){.payload = narrow});
    const struct attempt_file files[] = {model.file, {"n", signet_buf_span(&text), NULL}};
    struct attempt how = choose(&model, only);
    how.files = files;
    how.file_count = 2;
    expect(how, SIGNET_E_MISMATCH, "\"w/0.bin\" is not signed");
    how.only = shared;
    expect(how, SIGNET_OK, NULL);
    signet_buf_free(&text);
    free(narrow);
    model_close(&model);
}

/* A statement that leaves a folder out and lists something in it contradicts itself; the whole
 * misses that entry, and so does a part. */
static void what_is_left_out_cannot_be_chosen(void **state)
{
    (void)state;
    static const char *const only[] = {"w/0.bin", NULL};
    struct model model;
    model_open(&model);
    char *statement = oms_statement(three_files, "\"w\"");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
    struct attempt how = choose(&model, NULL);
    how.files = &file;
    expect(how, SIGNET_E_MISMATCH, "missing: w/0.bin");
    how.only = only;
    expect(how, SIGNET_E_MISMATCH, "missing: w/0.bin");
    signet_buf_free(&text);
    free(statement);
    model_close(&model);
}

/* The verdict, the report and the proof all say that it is not the bundle. */
static void check_partial(const struct signet_verification *verification, bool partial)
{
    struct signet_buf verdict;
    struct signet_buf text;
    const struct signet_verification *const list[] = {verification};
    const struct signet_report report = {.artifacts = list, .artifact_count = 1};
    const struct signet_verified *verified = signet_verification_verified(verification);
    assert_non_null(verified);
    assert_int_equal(signet_verification_partial(verification), partial);
    assert_int_equal(verified->partial, partial);
    assert_int_equal(verified->identity.len, partial ? 0 : 32);
    assert_int_equal(verification->manifest->root.len, partial ? 0 : 32);
    signet_buf_init(&verdict, 1 << 16);
    signet_buf_init(&text, 1 << 16);
    struct signet_jsonout json = {.out = &text};
    signet_jsonout_open_object(&json, NULL);
    signet_report_members(&report, &json);
    signet_jsonout_close_object(&json);
    assert_int_equal(signet_report_verdict(verification, &verdict), SIGNET_OK);
    assert_int_equal(signet_buf_putc(&verdict, '\0'), SIGNET_OK);
    assert_int_equal(signet_buf_putc(&text, '\0'), SIGNET_OK);
    const char *said = (const char *)verdict.data;
    const char *reported = (const char *)text.data;
    assert_non_null(strstr(said, partial ? ": PARTIAL: 2 of 3 entries, 9 bytes, signed by SHA256:"
                                         : ": bundle of 3 files, 11 bytes, signed by SHA256:"));
    assert_non_null(strstr(reported, partial ? "\"partial\":true" : "\"partial\":false"));
    assert_non_null(
        strstr(reported, partial ? "\"identity\":null" : "\"identity\":{\"bundle\":\"sha256:"));
    assert_int_equal(strstr(reported, "\"root\":") == NULL, partial);
    assert_non_null(strstr(reported, partial ? "\"not_checked\":1" : "\"not_checked\":0"));
    assert_non_null(strstr(reported, partial ? "\"matched\":2" : "\"matched\":3"));
    signet_buf_free(&verdict);
    signet_buf_free(&text);
}

static void a_part_is_not_taken_for_the_bundle(void **state)
{
    (void)state;
    static const char *const only[] = {"w", NULL};
    struct model model;
    model_open(&model);
    for (int partial = 0; partial < 2; partial++) {
        const struct signet_trusted_key key = forge_trusted(0);
        const struct attempt one = {.files = &model.file, .file_count = 1};
        struct signet_signature_file *files = attempt_copy(&one);
        const struct signet_verify_opts opts = {
            .size = sizeof(opts),
            .keys = &key,
            .key_count = 1,
            .signatures = files,
            .signature_count = 1,
            .only = partial == 1 ? only : NULL,
        };
        struct signet_artifact *artifact = NULL;
        struct signet_verification *verification = NULL;
        struct signet_err err;
        signet_err_clear(&err);
        CHECK_OK(signet_artifact_open(model.path, &artifact, &err), &err);
        CHECK_OK(signet_verify(artifact, "m", &opts, &verification, &err), &err);
        check_partial(verification, partial == 1);
        signet_verification_free(verification);
        signet_artifact_close(artifact);
        attempt_release(files, 1, true);
    }
    model_close(&model);
}

/* What was opened or listed in the watched folders since, each name once. */
static void collect_touched(int watch, char text[512])
{
    _Alignas(struct inotify_event) char events[8192];
    ssize_t got = read(watch, events, sizeof(events));
    text[0] = '\0';
    for (ssize_t at = 0; at < got;) {
        const void *where = events + at;
        const struct inotify_event *event = where;
        bool folder = (event->mask & IN_ISDIR) != 0;
        char one[64] = "";
        if ((event->mask & (folder ? IN_ACCESS : IN_OPEN)) != 0) {
            assert_true(snprintf(one, sizeof(one), "%s%s;", folder ? "listed " : "",
                                 event->len > 0 ? event->name : ".") < (int)sizeof(one));
        }
        if (strstr(text, one) == NULL) {
            assert_true(strlen(text) + strlen(one) < 512);
            memcpy(text + strlen(text), one, strlen(one) + 1);
        }
        at += (ssize_t)(sizeof(*event) + event->len);
    }
}

static void check_touched(int watch, const char *expected)
{
    char text[512];
    collect_touched(watch, text);
    assert_string_equal(text, expected);
}

/* The witness sees what the whole needs. */
static void check_all_touched(int watch)
{
    static const char *const names[] = {"listed .;", "config.json;", "other;", "0.bin;", "1.bin;"};
    char text[512];
    collect_touched(watch, text);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_non_null(strstr(text, names[i]));
    }
}

static void nothing_else_is_touched(void **state)
{
    (void)state;
    static const char *const one[] = {"w/0.bin", NULL};
    static const char *const folder[] = {"w", NULL};
    static const char *const stray[] = {"other", NULL};
    char path[512];
    struct model model;
    model_open(&model);
    scratch_put(&model.scratch, "m/other", "not signed");
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    assert_true(watch >= 0);
    assert_true(inotify_add_watch(watch, model.path, IN_OPEN | IN_ACCESS) >= 0);
    scratch_path(&model.scratch, "m/w", path);
    assert_true(inotify_add_watch(watch, path, IN_OPEN | IN_ACCESS) >= 0);
    expect(choose(&model, one), SIGNET_OK, NULL);
    check_touched(watch, "0.bin;");
    expect(choose(&model, folder), SIGNET_OK, NULL);
    check_touched(watch, "0.bin;1.bin;");
    expect(choose(&model, stray), SIGNET_E_MISMATCH, "unsigned: other");
    check_touched(watch, "");
    /* the signature comes first: by another key it opens nothing at all */
    struct signet_buf text = forge(&(struct forge){.payload = model.statement, .key = 2});
    const struct attempt_file by_another = {"s", signet_buf_span(&text), NULL};
    struct attempt foreign = choose(&model, one);
    foreign.files = &by_another;
    expect(foreign, SIGNET_E_BAD_SIGNATURE, "no given key made this signature");
    check_touched(watch, "");
    expect(choose(&model, NULL), SIGNET_E_MISMATCH, "unsigned: other");
    check_all_touched(watch);
    assert_int_equal(close(watch), 0);
    signet_buf_free(&text);
    model_close(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_entries_do_not_matter),
        cmocka_unit_test(a_chosen_entry_must_be_what_was_signed),
        cmocka_unit_test(every_name_must_be_signed),
        cmocka_unit_test(folders_stand_for_what_is_signed_below_them),
        cmocka_unit_test(only_bundles_have_entries),
        cmocka_unit_test(every_statement_must_agree),
        cmocka_unit_test(what_is_left_out_cannot_be_chosen),
        cmocka_unit_test(a_part_is_not_taken_for_the_bundle),
        cmocka_unit_test(nothing_else_is_touched),
    };
    return CHECK_RUN(tests);
}
