/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/state: nothing older passes, nothing is lost, and what is no state file is refused and
 * left alone. What the file holds is written here by hand.
 */
#include "state_file.h"

#include "files.h"
#include "state_kill.h"

/* Digests of which every byte is 0x01, 0x02, ... in hex. */
#define X01 "0101010101010101010101010101010101010101010101010101010101010101"
#define X02 "0202020202020202020202020202020202020202020202020202020202020202"
#define X03 "0303030303030303030303030303030303030303030303030303030303030303"
#define X04 "0404040404040404040404040404040404040404040404040404040404040404"
#define X05 "0505050505050505050505050505050505050505050505050505050505050505"

#define RELEASES                                                                                   \
    "\"releases\":{\"tools\":{\"version\":\"1.4.0\",\"sha256\":\"" X04 "\"},"                      \
    "\"other\":{\"version\":\"2.0.0-rc.1+b\",\"sha256\":\"" X05 "\"}}"
#define HEAD "{\"schema\":\"signet-state/1\",\"roots\":{"
#define FULL                                                                                       \
    HEAD "\"" X01 "\":{\"version\":2,\"sha256\":\"" X02 "\",\"time\":\"2026-11-01T00:00:00Z\","    \
         "\"policies\":{\"acme\":{\"version\":7,\"sha256\":\"" X03 "\"," RELEASES "}}},"           \
         "\"" X05 "\":{\"version\":1,\"sha256\":\"" X05 "\"}}}\n"

#define FULL_OF_FOLDERS                                                                            \
    HEAD "\"" X01 "\":{\"version\":2,\"sha256\":\"" X02 "\",\"time\":\"2026-11-01T00:00:00Z\","    \
         "\"policies\":{\"acme\":{\"version\":7,\"sha256\":\"" X03 "\"," RELEASES "}}},"           \
         "\"" X05 "\":{\"version\":1,\"sha256\":\"" X05 "\"}},"                                    \
         "\"folders\":{\"/etc/a/\":\"" X05 "\",\"/etc/a\":\"" X01 "\"}}\n"

enum {
    FULL_TIME = 1793491200 /* date -u -d 2026-11-01 +%s */
};

struct scene {
    struct scratch scratch;
    char path[512];
    struct signet_digest first;
    struct signet_state *file;
    struct signet_err err;
};

static void scene_open(struct scene *scene, const char *text)
{
    memset(scene, 0, sizeof(*scene));
    scratch_open(&scene->scratch);
    scratch_path(&scene->scratch, "state.json", scene->path);
    scene->first = state_digest(1);
    if (text != NULL) {
        scratch_put(&scene->scratch, "state.json", text);
    }
    signet_err_clear(&scene->err);
    CHECK_OK(signet_state_open(scene->path, 0, &scene->file, &scene->err), &scene->err);
}

static void scene_again(struct scene *scene)
{
    signet_state_close(scene->file);
    signet_err_clear(&scene->err);
    CHECK_OK(signet_state_open(scene->path, 0, &scene->file, &scene->err), &scene->err);
}

static void scene_close(struct scene *scene)
{
    signet_state_close(scene->file);
    scratch_close(&scene->scratch);
}

static void check_text(const struct scene *scene, const char *expected)
{
    struct signet_buf text = check_read_file(scene->scratch.path, "state.json");
    assert_int_equal(signet_buf_putc(&text, '\0'), SIGNET_OK);
    assert_string_equal((const char *)text.data, expected);
    signet_buf_free(&text);
}

static int see_root(struct scene *scene, uint64_t version, unsigned payload)
{
    const struct signet_state_key key = {.first = &scene->first};
    const struct signet_digest digest = state_digest(payload);
    signet_err_clear(&scene->err);
    return signet_state_see_root(scene->file, &key, version, &digest, &scene->err);
}

static int pass_root(struct scene *scene, uint64_t version, unsigned payload)
{
    const struct signet_state_key key = {.first = &scene->first};
    const struct signet_digest digest = state_digest(payload);
    signet_err_clear(&scene->err);
    return signet_state_pass_root(scene->file, &key, version, &digest, &scene->err);
}

static int see_policy(struct scene *scene, const char *policy, uint64_t version, unsigned payload)
{
    const struct signet_state_key key = {.first = &scene->first, .policy = policy};
    const struct signet_digest digest = state_digest(payload);
    signet_err_clear(&scene->err);
    return signet_state_see_policy(scene->file, &key, version, &digest, &scene->err);
}

static int see_release(struct scene *scene, const char *name, const char *version, unsigned payload)
{
    const struct signet_state_key key = {.first = &scene->first, .policy = "acme", .name = name};
    const struct signet_digest digest = state_digest(payload);
    signet_err_clear(&scene->err);
    return signet_state_see_release(scene->file, &key, version, &digest, &scene->err);
}

static void a_first_use_makes_the_file(void **state)
{
    struct scene scene;
    struct stat st;
    (void)state;
    mode_t mask = umask(0);
    scene_open(&scene, NULL);
    assert_true(signet_state_is_new(scene.file));
    CHECK_OK(signet_state_commit(scene.file, &scene.err), &scene.err); /* of nothing */
    assert_int_not_equal(access(scene.path, F_OK), 0);
    CHECK_OK(see_root(&scene, 2, 2), &scene.err);
    CHECK_OK(signet_state_see_time(scene.file, &scene.first, FULL_TIME, &scene.err), &scene.err);
    CHECK_OK(see_policy(&scene, "acme", 7, 3), &scene.err);
    CHECK_OK(see_release(&scene, "tools", "1.4.0", 4), &scene.err);
    CHECK_OK(see_release(&scene, "other", "2.0.0-rc.1+b", 5), &scene.err);
    scene.first = state_digest(5);
    CHECK_OK(see_root(&scene, 1, 5), &scene.err);
    assert_int_not_equal(access(scene.path, F_OK), 0);
    CHECK_OK(signet_state_commit(scene.file, &scene.err), &scene.err);
    check_text(&scene, FULL);
    assert_int_equal(stat(scene.path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    scene_again(&scene);
    assert_false(signet_state_is_new(scene.file));
    scene_close(&scene);
    umask(mask);
}

static void what_is_recorded_is_found(void **state)
{
    struct scene scene;
    struct signet_digest digest = state_digest(9);
    const struct signet_digest unknown = state_digest(9);
    const struct signet_digest second = state_digest(2);
    uint64_t version = 0;
    int64_t time = 0;
    (void)state;
    scene_open(&scene, FULL);
    assert_true(signet_state_root(scene.file, &scene.first, &version, &digest));
    assert_int_equal(version, 2);
    assert_true(signet_digest_eq(&digest, &second));
    assert_false(signet_state_root(scene.file, &unknown, &version, &digest));
    assert_true(signet_state_find(scene.file, 2, &second, &digest));
    assert_true(signet_digest_eq(&digest, &scene.first));
    assert_false(signet_state_find(scene.file, 1, &second, &digest));
    assert_false(signet_state_find(scene.file, 2, &scene.first, &digest));
    assert_true(signet_state_time(scene.file, &scene.first, &time));
    assert_int_equal(time, FULL_TIME);
    const struct signet_state_key rows[] = {
        {&scene.first, NULL, NULL}, {&scene.first, "acme", NULL},  {&scene.first, "acme", "tools"},
        {&unknown, NULL, NULL},     {&scene.first, "acm", NULL},   {&scene.first, "acme", "tool"},
        {&unknown, "acme", NULL},   {&scene.first, NULL, "tools"}, {&unknown, "acme", "tools"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(signet_state_holds(scene.file, &rows[i]), i < 3);
    }
    assert_true(signet_state_payload(scene.file, &rows[2], &digest));
    const struct signet_digest fourth = state_digest(4);
    assert_true(signet_digest_eq(&digest, &fourth));
    assert_false(signet_state_payload(scene.file, &rows[5], &digest));
    scene.first = state_digest(5);
    assert_false(signet_state_time(scene.file, &scene.first, &time));
    scene_close(&scene);
}

static void nothing_older_passes(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene, FULL);
    CHECK_OK(see_root(&scene, 2, 2), &scene.err);
    CHECK_CODE(see_root(&scene, 1, 2), SIGNET_E_STALE);
    assert_non_null(strstr(scene.err.msg, ": version 1 is older than version 2 seen before"));
    CHECK_CODE(see_root(&scene, 2, 3), SIGNET_E_STALE);
    assert_non_null(strstr(scene.err.msg, ": version 2 was seen before with other contents"));
    CHECK_OK(see_policy(&scene, "acme", 7, 3), &scene.err);
    CHECK_CODE(see_policy(&scene, "acme", 6, 3), SIGNET_E_STALE);
    assert_string_equal(scene.err.msg,
                        "policy acme: version 6 is older than version 7 seen before");
    CHECK_CODE(see_policy(&scene, "acme", 7, 4), SIGNET_E_STALE);
    CHECK_OK(see_release(&scene, "tools", "1.4.0", 4), &scene.err);
    CHECK_CODE(see_release(&scene, "tools", "1.3.99", 4), SIGNET_E_STALE);
    CHECK_CODE(see_release(&scene, "tools", "1.4.0-rc.1", 4), SIGNET_E_STALE);
    assert_string_equal(
        scene.err.msg, "release tools: version 1.4.0-rc.1 is older than version 1.4.0 seen before");
    CHECK_CODE(see_release(&scene, "tools", "1.4.0", 5), SIGNET_E_STALE);
    CHECK_CODE(see_release(&scene, "tools", "1.4.0+b", 5), SIGNET_E_STALE);
    assert_int_equal(signet_err_exit(SIGNET_E_STALE), 6);
    CHECK_OK(signet_state_commit(scene.file, &scene.err), &scene.err);
    check_text(&scene, FULL);
    scene_close(&scene);
}

/* A root on the way to the last one must be the recorded one, where it has that version. */
static void a_chain_passes_through_what_was_seen(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene, FULL);
    CHECK_OK(pass_root(&scene, 1, 1), &scene.err);
    CHECK_OK(pass_root(&scene, 2, 2), &scene.err);
    CHECK_CODE(pass_root(&scene, 2, 3), SIGNET_E_STALE);
    CHECK_OK(pass_root(&scene, 3, 3), &scene.err);
    CHECK_OK(see_root(&scene, 2, 2), &scene.err); /* 3 was not recorded */
    scene.first = state_digest(8);
    CHECK_OK(pass_root(&scene, 2, 3), &scene.err);
    scene_close(&scene);
}

static void what_is_higher_takes_its_place(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene, FULL);
    CHECK_OK(see_root(&scene, 5, 3), &scene.err);
    CHECK_OK(see_policy(&scene, "acme", 8, 4), &scene.err);
    CHECK_OK(see_release(&scene, "tools", "1.10.0", 5), &scene.err);
    CHECK_OK(signet_state_see_time(scene.file, &scene.first, FULL_TIME + 1, &scene.err),
             &scene.err);
    CHECK_OK(signet_state_see_time(scene.file, &scene.first, FULL_TIME, &scene.err), &scene.err);
    CHECK_CODE(see_root(&scene, 4, 3), SIGNET_E_STALE); /* in memory already */
    CHECK_OK(signet_state_commit(scene.file, &scene.err), &scene.err);
    check_text(&scene,
               HEAD "\"" X01 "\":{\"version\":5,\"sha256\":\"" X03
                    "\",\"time\":\"2026-11-01T00:00:01Z\","
                    "\"policies\":{\"acme\":{\"version\":8,\"sha256\":\"" X04 "\","
                    "\"releases\":{\"tools\":{\"version\":\"1.10.0\",\"sha256\":\"" X05 "\"},"
                    "\"other\":{\"version\":\"2.0.0-rc.1+b\",\"sha256\":\"" X05 "\"}}}}},"
                    "\"" X05 "\":{\"version\":1,\"sha256\":\"" X05 "\"}}}\n");
    scene_close(&scene);
}

/* Lineages, policies and names know nothing of each other. */
static void keys_are_apart(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene, FULL);
    CHECK_OK(see_policy(&scene, "Acme", 1, 9), &scene.err);
    CHECK_OK(see_release(&scene, "Tools", "0.1.0", 9), &scene.err);
    scene.first = state_digest(7);
    CHECK_OK(see_root(&scene, 1, 9), &scene.err);
    CHECK_OK(see_policy(&scene, "acme", 1, 9), &scene.err);
    CHECK_OK(see_release(&scene, "tools", "0.1.0", 9), &scene.err);
    CHECK_OK(signet_state_commit(scene.file, &scene.err), &scene.err);
    scene_again(&scene);
    CHECK_CODE(see_release(&scene, "tools", "0.0.9", 9), SIGNET_E_STALE);
    scene.first = state_digest(1);
    CHECK_CODE(see_release(&scene, "tools", "1.3.0", 9), SIGNET_E_STALE);
    CHECK_CODE(see_release(&scene, "Tools", "0.0.9", 9), SIGNET_E_STALE);
    scene_close(&scene);
}

static void without_commit_nothing_changes(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene, FULL);
    CHECK_OK(see_root(&scene, 9, 9), &scene.err);
    scene_again(&scene);
    check_text(&scene, FULL);
    CHECK_OK(see_root(&scene, 2, 2), &scene.err);
    scene_close(&scene);
}

static void wrong_calls_are_refused(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene, FULL);
    struct signet_digest other = {.alg = SIGNET_DIGEST_SHA512, .len = 64};
    const struct signet_state_key with_name = {&scene.first, "acme", "tools"};
    const struct signet_state_key of_other = {.first = &other};
    const struct signet_digest payload = state_digest(9);
    struct signet_err *err = &scene.err;
    CHECK_CODE(see_root(&scene, 0, 9), SIGNET_E_USAGE);
    CHECK_CODE(see_root(&scene, (uint64_t)1 << 53, 9), SIGNET_E_USAGE);
    CHECK_OK(see_root(&scene, ((uint64_t)1 << 53) - 1, 9), err);
    CHECK_CODE(see_policy(&scene, NULL, 9, 9), SIGNET_E_USAGE);
    CHECK_CODE(see_release(&scene, NULL, "9.0.0", 9), SIGNET_E_USAGE);
    CHECK_CODE(signet_state_see_root(scene.file, &with_name, 9, &payload, err), SIGNET_E_USAGE);
    CHECK_CODE(signet_state_see_root(scene.file, &of_other, 9, &payload, err), SIGNET_E_USAGE);
    CHECK_CODE(signet_state_see_policy(scene.file, &with_name, 9, &payload, err), SIGNET_E_USAGE);
    CHECK_CODE(signet_state_see_release(scene.file, &with_name, "9.0.0", &other, err),
               SIGNET_E_USAGE);
    CHECK_CODE(see_policy(&scene, "", 9, 9), SIGNET_E_MALFORMED);
    CHECK_CODE(see_policy(&scene, "a\nb", 9, 9), SIGNET_E_MALFORMED);
    CHECK_CODE(see_release(&scene, "\xff", "9.0.0", 9), SIGNET_E_MALFORMED);
    CHECK_CODE(see_release(&scene, "tools", "9.0", 9), SIGNET_E_MALFORMED);
    CHECK_CODE(signet_state_see_time(scene.file, &scene.first, -1, err), SIGNET_E_USAGE);
    CHECK_CODE(signet_state_see_time(scene.file, &scene.first, 253402300800, err), SIGNET_E_USAGE);
    scene.first = state_digest(8);
    CHECK_CODE(see_policy(&scene, "acme", 9, 9), SIGNET_E_USAGE);
    CHECK_CODE(signet_state_see_time(scene.file, &scene.first, 1, err), SIGNET_E_USAGE);
    scene.first = state_digest(5);
    CHECK_CODE(see_release(&scene, "tools", "9.0.0", 9), SIGNET_E_USAGE);
    CHECK_OK(see_policy(&scene, "a/\"\\~ \xc3\xa4", 1, 9), err);
    CHECK_OK(signet_state_commit(scene.file, err), err);
    scene_again(&scene);
    CHECK_CODE(see_policy(&scene, "a/\"\\~ \xc3\xa4", 1, 8), SIGNET_E_STALE);
    scene_close(&scene);
}

#define ROOT_OF(members) HEAD "\"" X01 "\":{" members "}}}"
#define ROOT_THEN(more) HEAD "\"" X01 "\":{\"version\":2,\"sha256\":\"" X02 "\"}}," more "}"
#define ROOT_HAS(more) ROOT_OF("\"version\":2,\"sha256\":\"" X02 "\"" more)
#define POLICY_HAS(members) ROOT_HAS(",\"policies\":{\"acme\":{" members "}}")
#define RELEASE_HAS(members)                                                                       \
    POLICY_HAS("\"version\":7,\"sha256\":\"" X03 "\",\"releases\":{\"tools\":{" members "}}")

static void what_is_no_state_is_refused_and_stays(void **state)
{
    static const char *const passing[] = {
        ROOT_THEN("\"folders\":{\"/a\":\"" X01 "\"}"),
        FULL,
        ROOT_HAS(""),
        ROOT_HAS(",\"time\":\"2026-11-01T00:00:00Z\""),
        POLICY_HAS("\"sha256\":\"" X03 "\",\"version\":7"),
        RELEASE_HAS("\"version\":\"1.0.0\",\"sha256\":\"" X03 "\""),
    };
    static const char *const refused[] = {
        "",
        "\n",
        "{}",
        "null",
        "[]",
        "{\"schema\":\"signet-state/1\"}",
        "{\"schema\":\"signet-state/1\",\"roots\":{}}",
        "{\"schema\":\"signet-state/1\",\"roots\":[]}",
        "{\"schema\":\"signet-state/1\",\"roots\":null}",
        "{\"schema\":\"signet-state/2\",\"roots\":{\"" X01 "\":{\"version\":2,\"sha256\":\"" X02
        "\"}}}",
        "{\"roots\":{\"" X01 "\":{\"version\":2,\"sha256\":\"" X02 "\"}}}",
        "{\"schema\":\"signet-state/1\",\"x\":1,\"roots\":{\"" X01
        "\":{\"version\":2,\"sha256\":\"" X02 "\"}}}",
        FULL "x",
        ROOT_THEN("\"folders\":{}"),
        ROOT_THEN("\"folders\":[]"),
        ROOT_THEN("\"folders\":null"),
        ROOT_THEN("\"folders\":{\"/a\":2}"),
        ROOT_THEN("\"folders\":{\"/a\":\"0101\"}"),
        ROOT_THEN("\"folders\":{\"/a\":\"" X02 "\"}"),
        ROOT_THEN("\"folders\":{\"\":\"" X01 "\"}"),
        ROOT_THEN("\"folders\":{\"/a\\n\":\"" X01 "\"}"),
        FULL FULL,
        HEAD "\"" X01 "\":{\"version\":2,\"sha256\":\"" X02 "\"}",
        HEAD "\"0101\":{\"version\":2,\"sha256\":\"" X02 "\"}}}",
        HEAD "\"AA" X01 "\":{\"version\":2,\"sha256\":\"" X02 "\"}}}",
        HEAD "\"" X01 "\":{\"version\":2,\"sha256\":\"" X02 "\"},\"" X01
             "\":{\"version\":1,\"sha256\":\"" X02 "\"}}}",
        ROOT_HAS(",\"x\":1"),
        ROOT_HAS(",\"releases\":{}"),
        ROOT_HAS(",\"policies\":{}"),
        ROOT_HAS(",\"policies\":null"),
        ROOT_HAS(",\"time\":\"2026-11-01\""),
        ROOT_HAS(",\"time\":null"),
        ROOT_HAS(",\"version\":1"),
        ROOT_OF(""),
        ROOT_OF("\"version\":2"),
        ROOT_OF("\"sha256\":\"" X02 "\""),
        ROOT_OF("\"version\":0,\"sha256\":\"" X02 "\""),
        ROOT_OF("\"version\":-1,\"sha256\":\"" X02 "\""),
        ROOT_OF("\"version\":\"2\",\"sha256\":\"" X02 "\""),
        ROOT_OF("\"version\":9007199254740992,\"sha256\":\"" X02 "\""),
        ROOT_OF("\"version\":2,\"sha256\":\"02\""),
        ROOT_OF("\"version\":2,\"sha256\":\"" X02 "02\""),
        ROOT_OF("\"version\":2,\"sha256\":\"0A020202020202020202020202020202"
                "02020202020202020202020202020202\""),
        ROOT_OF("\"version\":2,\"sha256\":2"),
        POLICY_HAS("\"version\":7"),
        POLICY_HAS("\"version\":7,\"sha256\":\"" X03 "\",\"time\":\"2026-11-01T00:00:00Z\""),
        POLICY_HAS("\"version\":7,\"sha256\":\"" X03 "\",\"releases\":{}"),
        ROOT_HAS(",\"policies\":{\"\":{\"version\":7,\"sha256\":\"" X03 "\"}}"),
        ROOT_HAS(",\"policies\":{\"a\\u001b\":{\"version\":7,\"sha256\":\"" X03 "\"}}"),
        RELEASE_HAS("\"version\":1,\"sha256\":\"" X03 "\""),
        RELEASE_HAS("\"version\":\"1.0\",\"sha256\":\"" X03 "\""),
        RELEASE_HAS("\"version\":\"1.0.0\",\"sha256\":\"" X03 "\",\"releases\":{}"),
    };
    struct scene scene;
    (void)state;
    for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
        scene_open(&scene, passing[i]);
        scene_close(&scene);
    }
    scene_open(&scene, FULL);
    signet_state_close(scene.file);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        scene.file = NULL;
        scratch_put(&scene.scratch, "state.json", refused[i]);
        signet_err_clear(&scene.err);
        int rc = signet_state_open(scene.path, 0, &scene.file, &scene.err);
        if (rc != SIGNET_E_MALFORMED || scene.file != NULL) {
            fail_msg("%s: %s", refused[i], signet_err_name(rc));
        }
        assert_non_null(strstr(scene.err.msg, "/state.json: "));
        check_text(&scene, refused[i]);
    }
    scene.file = NULL;
    scene_close(&scene);
}

/* Each byte of a good file cut off, but for the line feed at its end. */
static void no_part_of_a_file_is_one(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene, FULL);
    signet_state_close(scene.file);
    scene.file = NULL;
    for (size_t len = 0; len + 1 < strlen(FULL); len++) {
        scratch_write(&scene.scratch, "state.json", signet_span_of(FULL, len));
        signet_err_clear(&scene.err);
        CHECK_CODE(signet_state_open(scene.path, 0, &scene.file, &scene.err), SIGNET_E_MALFORMED);
    }
    scene_close(&scene);
}

static void check_place(struct scene *scene, const char *name, int code)
{
    char path[512];
    struct signet_state *file = NULL;
    signet_err_clear(&scene->err);
    CHECK_CODE(signet_state_open(scratch_path(&scene->scratch, name, path), 0, &file, &scene->err),
               code);
    signet_state_close(file);
}

static void only_a_file_of_ones_own_is_read(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene, FULL);
    const int folder = scene.scratch.fd;
    scratch_link(&scene.scratch, "state.json", "link");
    scratch_link(&scene.scratch, "nowhere", "dangling");
    assert_int_equal(mkfifoat(folder, "fifo", 0600), 0);
    scratch_folder(&scene.scratch, "folder");
    scratch_put(&scene.scratch, "locked", FULL);
    scratch_link(&scene.scratch, "state.json", "locked.lock");
    check_place(&scene, "link", SIGNET_E_FORBIDDEN);
    check_place(&scene, "dangling", SIGNET_E_FORBIDDEN);
    check_place(&scene, "fifo", SIGNET_E_FORBIDDEN);
    check_place(&scene, "folder", SIGNET_E_FORBIDDEN);
    check_place(&scene, "locked", SIGNET_E_FORBIDDEN);
    check_place(&scene, "folder/", SIGNET_E_USAGE);
    check_place(&scene, "none/state.json", SIGNET_E_IO);
    check_place(&scene, "state.json", SIGNET_E_IO); /* locked */
    assert_non_null(strstr(scene.err.msg, "another process holds the lock"));
    signet_state_close(scene.file);
    scene.file = NULL;
    check_place(&scene, "state.json", SIGNET_OK);
    assert_int_equal(fchmodat(folder, "state.json", 0664, 0), 0);
    check_place(&scene, "state.json", SIGNET_E_FORBIDDEN);
    assert_int_equal(fchmodat(folder, "state.json", 0646, 0), 0);
    check_place(&scene, "state.json", SIGNET_E_FORBIDDEN);
    assert_int_equal(fchmodat(folder, "state.json", 0600, 0), 0);
    check_place(&scene, "state.json", SIGNET_OK);
    if (geteuid() == 0) {
        assert_int_equal(fchownat(folder, "state.json", 65534, 65534, 0), 0);
        check_place(&scene, "state.json", SIGNET_E_FORBIDDEN);
    }
    scene_close(&scene);
}

/* A link that comes while the file is open is not followed, and the file is replaced, not written:
 * who has it open sees what it was. */
static void it_is_replaced_in_one_step(void **state)
{
    struct scene scene;
    char text[sizeof(FULL)] = "";
    (void)state;
    scene_open(&scene, FULL);
    int old = open(scene.path, O_RDONLY | O_CLOEXEC);
    assert_true(old >= 0);
    CHECK_OK(see_root(&scene, 3, 9), &scene.err);
    assert_int_equal(renameat(scene.scratch.fd, "state.json", scene.scratch.fd, "aside"), 0);
    scratch_link(&scene.scratch, "aside", "state.json");
    CHECK_CODE(signet_state_commit(scene.file, &scene.err), SIGNET_E_FORBIDDEN);
    assert_int_equal(renameat(scene.scratch.fd, "aside", scene.scratch.fd, "state.json"), 0);
    check_text(&scene, FULL);
    signet_err_clear(&scene.err);
    CHECK_OK(signet_state_commit(scene.file, &scene.err), &scene.err);
    assert_int_equal(read(old, text, sizeof(text)), sizeof(text) - 1);
    assert_string_equal(text, FULL);
    assert_int_equal(close(old), 0);
    scene_again(&scene);
    CHECK_CODE(see_root(&scene, 2, 2), SIGNET_E_STALE);
    scene_close(&scene);
}

static void it_survives_kills(void **state)
{
    (void)state;
    kill_rounds(40);
}

static int see_folder(struct scene *scene, const char *path, unsigned first)
{
    const struct signet_digest digest = state_digest(first);
    signet_err_clear(&scene->err);
    return signet_state_see_folder(scene->file, path, &digest, &scene->err);
}

static void folders_are_of_one_lineage(void **state)
{
    struct scene scene;
    struct signet_digest first;
    (void)state;
    scene_open(&scene, FULL);
    assert_false(signet_state_folder(scene.file, "/etc/a", &first));
    CHECK_OK(see_folder(&scene, "/etc/a", 1), &scene.err);
    CHECK_OK(see_folder(&scene, "/etc/a", 1), &scene.err);
    CHECK_CODE(see_folder(&scene, "/etc/a", 5), SIGNET_E_STALE);
    CHECK_OK(see_folder(&scene, "/etc/a/", 5), &scene.err);
    CHECK_CODE(see_folder(&scene, "/etc/b", 9), SIGNET_E_USAGE); /* nothing was seen of it */
    CHECK_CODE(see_folder(&scene, "/etc/\n", 1), SIGNET_E_MALFORMED);
    CHECK_CODE(see_folder(&scene, "", 1), SIGNET_E_MALFORMED);
    CHECK_OK(signet_state_commit(scene.file, &scene.err), &scene.err);
    check_text(&scene, FULL_OF_FOLDERS);
    scene_again(&scene);
    assert_true(signet_state_folder(scene.file, "/etc/a", &first));
    assert_true(signet_digest_eq(&first, &scene.first));
    CHECK_OK(signet_state_commit(scene.file, &scene.err), &scene.err);
    scene_close(&scene);
    scene_open(&scene, FULL_OF_FOLDERS);
    CHECK_OK(see_root(&scene, 3, 3), &scene.err);
    CHECK_OK(signet_state_commit(scene.file, &scene.err), &scene.err);
    scene_again(&scene);
    assert_true(signet_state_folder(scene.file, "/etc/a/", &first));
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_of_one_lineage),
        cmocka_unit_test(a_first_use_makes_the_file),
        cmocka_unit_test(what_is_recorded_is_found),
        cmocka_unit_test(nothing_older_passes),
        cmocka_unit_test(a_chain_passes_through_what_was_seen),
        cmocka_unit_test(what_is_higher_takes_its_place),
        cmocka_unit_test(keys_are_apart),
        cmocka_unit_test(without_commit_nothing_changes),
        cmocka_unit_test(wrong_calls_are_refused),
        cmocka_unit_test(what_is_no_state_is_refused_and_stays),
        cmocka_unit_test(no_part_of_a_file_is_one),
        cmocka_unit_test(only_a_file_of_ones_own_is_read),
        cmocka_unit_test(it_is_replaced_in_one_step),
        cmocka_unit_test(it_survives_kills),
    };
    return CHECK_RUN(tests);
}
