/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/: the decision on bundles that were signed in shards: each shard by its place, files by
 * their size, and empty files, which no shard can cover. Statements are put together here, their
 * digests by libsodium.
 */
#include "attempt.h"

/* "abcdefg" in shards of 3, and "hij", which ends with a whole one. */
static const char *const shards[] = {"f:0:3", "abc",   "f:3:6", "def", "f:6:7",
                                     "g",     "h:0:3", "hij",   NULL};

/* An OMS statement over shards of that size, listed as oms_statement() lists files. */
static char *shard_statement(const char *const *list, size_t size)
{
    char method[64];
    char *files = oms_statement(list, "\".git\"");
    assert_in_range(
        snprintf(method, sizeof(method), "\"method\":\"shards\",\"shard_size\":%zu", size), 1, 63);
    char *statement = forge_replace(files, "\"method\":\"files\"", method);
    free(files);
    return statement;
}

/* A folder "m" and a signature file over shards of it. */
struct sharded {
    struct scratch scratch;
    char path[512];
    char *statement;
    struct signet_buf text;
    struct attempt_file file;
};

static struct attempt sharded_open(struct sharded *sharded, const char *const *list, size_t size)
{
    sharded->statement = shard_statement(list, size);
    sharded->text = forge(&(struct forge){.payload = sharded->statement});
    sharded->file = (struct attempt_file){"s", signet_buf_span(&sharded->text), NULL};
    scratch_open(&sharded->scratch);
    scratch_put(&sharded->scratch, "m/f", "abcdefg");
    scratch_put(&sharded->scratch, "m/h", "hij");
    scratch_path(&sharded->scratch, "m", sharded->path);
    return (struct attempt){.path = sharded->path, .files = &sharded->file, .file_count = 1};
}

static void sharded_close(struct sharded *sharded)
{
    scratch_close(&sharded->scratch);
    signet_buf_free(&sharded->text);
    free(sharded->statement);
}

static void each_shard_counts_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *contents;
        const char *text;
    } rows[] = {
        {"Abcdefg", "changed: f:0:3"},
        {"abcdeFg", "changed: f:3:6"},
        {"abcdefG", "changed: f:6:7"},
        {"defabcg", "2 changed"},
        {"abcabcg", "changed: f:3:6"},
        {"abcdef", "found  6 bytes"},
        {"abcdefgh", "found  8 bytes"},
        {"abc", "found  3 bytes"},
        {"abcdefghij", "2 changed"} /* that are the last shard, and the size */,
    };
    struct sharded sharded;
    struct attempt how = sharded_open(&sharded, shards, 3);
    expect(how, SIGNET_OK, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        scratch_put(&sharded.scratch, "m/f", rows[i].contents);
        expect(how, SIGNET_E_MISMATCH, rows[i].text);
        how.ignore_unsigned = true;
        expect(how, SIGNET_E_MISMATCH, rows[i].text);
        how.ignore_unsigned = false;
    }
    scratch_put(&sharded.scratch, "m/f", "abcdefg");
    /* where the last shard is a whole one, all of them match and the file goes on */
    scratch_put(&sharded.scratch, "m/h", "hijk");
    expect(how, SIGNET_E_MISMATCH, "signed 3 bytes\n    found  4 bytes");
    scratch_put(&sharded.scratch, "m/h", "hij");
    expect(how, SIGNET_OK, NULL);
    sharded_close(&sharded);
}

/* The same digests under exchanged names. */
static void a_digest_is_that_of_its_shard(void **state)
{
    (void)state;
    static const char *const exchanged[][9] = {
        {"f:0:3", "def", "f:3:6", "abc", "f:6:7", "g", "h:0:3", "hij", NULL},
        {"f:0:3", "hij", "f:3:6", "def", "f:6:7", "g", "h:0:3", "abc", NULL},
    };
    for (size_t i = 0; i < 2; i++) {
        struct sharded sharded;
        struct attempt how = sharded_open(&sharded, exchanged[i], 3);
        expect(how, SIGNET_E_MISMATCH, "2 changed, 0 missing, 0 unsigned");
        sharded_close(&sharded);
    }
}

static void files_are_missing_and_unsigned_as_whole_ones_are(void **state)
{
    (void)state;
    struct sharded sharded;
    struct attempt how = sharded_open(&sharded, shards, 3);
    scratch_put(&sharded.scratch, "m/a", "x");
    scratch_put(&sharded.scratch, "m/g", "x");
    scratch_put(&sharded.scratch, "m/z", "x");
    expect(how, SIGNET_E_MISMATCH, "0 changed, 0 missing, 3 unsigned");
    how.ignore_unsigned = true;
    expect(how, SIGNET_OK, "unsigned: g");
    assert_int_equal(unlinkat(sharded.scratch.fd, "m/f", 0), 0);
    expect(how, SIGNET_E_MISMATCH, "0 changed, 1 missing, 0 unsigned");
    expect(how, SIGNET_E_MISMATCH, "missing: f\n");
    scratch_put(&sharded.scratch, "m/h", "hIj");
    expect(how, SIGNET_E_MISMATCH, "1 changed, 1 missing, 0 unsigned");
    assert_int_equal(unlinkat(sharded.scratch.fd, "m/h", 0), 0);
    expect(how, SIGNET_E_MISMATCH, "0 changed, 2 missing, 0 unsigned");
    sharded_close(&sharded);
}

/* Nobody can sign an empty file in shards: it is told, and refuses nothing. One that was not empty
 * when it was signed is changed. */
static void empty_files_are_told(void **state)
{
    (void)state;
    struct sharded sharded;
    struct attempt how = sharded_open(&sharded, shards, 3);
    scratch_put(&sharded.scratch, "m/e", "");
    expect(how, SIGNET_OK, "unsigned: e");
    scratch_put(&sharded.scratch, "m/e", "x");
    expect(how, SIGNET_E_MISMATCH, "unsigned: e");
    scratch_put(&sharded.scratch, "m/e", "");
    scratch_put(&sharded.scratch, "m/h", "");
    expect(how, SIGNET_E_MISMATCH, "signed 3 bytes\n    found  0 bytes");
    sharded_close(&sharded);
}

/* A file may be called as a shard is. Which is meant the method says. */
static void files_called_like_shards_are_no_shards(void **state)
{
    (void)state;
    static const char *const whole[] = {"f:0:3", "abc", "h", "hij", NULL};
    struct sharded sharded;
    struct attempt how = sharded_open(&sharded, shards, 3);
    char *statement = oms_statement(whole, "");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    assert_int_equal(unlinkat(sharded.scratch.fd, "m/f", 0), 0);
    scratch_put(&sharded.scratch, "m/f:0:3", "abc");
    scratch_put(&sharded.scratch, "m/f:3:6", "def");
    scratch_put(&sharded.scratch, "m/f:6:7", "g");
    expect(how, SIGNET_E_MISMATCH, "0 changed, 1 missing, 3 unsigned");
    assert_int_equal(unlinkat(sharded.scratch.fd, "m/f:3:6", 0), 0);
    assert_int_equal(unlinkat(sharded.scratch.fd, "m/f:6:7", 0), 0);
    sharded.file.bytes = signet_buf_span(&text);
    expect(how, SIGNET_OK, NULL);
    assert_int_equal(unlinkat(sharded.scratch.fd, "m/f:0:3", 0), 0);
    scratch_put(&sharded.scratch, "m/f", "abc");
    expect(how, SIGNET_E_MISMATCH, "0 changed, 1 missing, 1 unsigned");
    sharded_close(&sharded);
    signet_buf_free(&text);
    free(statement);
}

/* Shards are of the files of a bundle; the form for a single file is a list of one whole one. */
static void a_file_is_not_verified_by_shards(void **state)
{
    (void)state;
    static const char *const lists[][3] = {{"f:0:7", "abcdefg", NULL}, {".:0:7", "abcdefg", NULL}};
    static const int codes[] = {SIGNET_E_MISMATCH, SIGNET_E_FORBIDDEN};
    for (size_t i = 0; i < 2; i++) {
        struct sharded sharded;
        struct attempt how = sharded_open(&sharded, lists[i], 7);
        scratch_path(&sharded.scratch, "m/f", sharded.path);
        expect(how, codes[i], i == 0 ? "not over this file" : "\".\"");
        sharded_close(&sharded);
    }
}

/* Both statements must hold, and their signatures do not add up. */
static void shards_and_whole_files_are_two_statements(void **state)
{
    (void)state;
    static const char *const whole[] = {"f", "abcdefg", "h", "hij", NULL};
    struct sharded sharded;
    struct attempt how = sharded_open(&sharded, shards, 3);
    char *statement = oms_statement(whole, "");
    struct signet_buf text = forge(&(struct forge){.payload = statement, .key = 1});
    const struct attempt_file files[] = {sharded.file, {"w", signet_buf_span(&text), NULL}};
    how.files = files;
    how.file_count = 2;
    how.key_count = 2;
    expect(how, SIGNET_OK, NULL);
    how.threshold = 2;
    expect(how, SIGNET_E_THRESHOLD, "1 did");
    how.threshold = 1;
    scratch_put(&sharded.scratch, "m/e", "");
    expect(how, SIGNET_E_MISMATCH, "unsigned: e");
    sharded_close(&sharded);
    signet_buf_free(&text);
    free(statement);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shard_counts_at_its_place),
        cmocka_unit_test(a_digest_is_that_of_its_shard),
        cmocka_unit_test(files_are_missing_and_unsigned_as_whole_ones_are),
        cmocka_unit_test(empty_files_are_told),
        cmocka_unit_test(files_called_like_shards_are_no_shards),
        cmocka_unit_test(a_file_is_not_verified_by_shards),
        cmocka_unit_test(shards_and_whole_files_are_two_statements),
    };
    return CHECK_RUN(tests);
}
