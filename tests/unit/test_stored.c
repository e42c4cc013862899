/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/stored: what a store holds about an artifact counts as signature files beside it do, and
 * the artifact is read once for both. Statements are forged by hand.
 */
#include "attempt.h"

#include <stdatomic.h>

#include "verify/store.h"
#include "verify/stored.h"

#define GIT_NAMES "\".git\",\".gitattributes\",\".github\",\".gitignore\""

int __wrap_signet_artifact_measure(struct signet_artifact *artifact,
                                   const struct signet_measure_opts *opts,
                                   struct signet_manifest *manifest,
                                   struct signet_err *err);
int __real_signet_artifact_measure(struct signet_artifact *artifact,
                                   const struct signet_measure_opts *opts,
                                   struct signet_manifest *manifest,
                                   struct signet_err *err);

static atomic_int measured;

int __wrap_signet_artifact_measure(struct signet_artifact *artifact,
                                   const struct signet_measure_opts *opts,
                                   struct signet_manifest *manifest,
                                   struct signet_err *err)
{
    atomic_fetch_add(&measured, 1);
    return __real_signet_artifact_measure(artifact, opts, manifest, err);
}

/* A folder of evidence besides an artifact. */
struct place {
    struct scratch scratch;
    char evidence[512];
    char path[512]; /* of the artifact */
};

static void place_open(struct place *place, const char *artifact)
{
    scratch_open(&place->scratch);
    scratch_folder(&place->scratch, "evidence");
    scratch_path(&place->scratch, "evidence", place->evidence);
    scratch_path(&place->scratch, artifact, place->path);
}

/* Puts a signature file by that key into it. */
static void put(const struct place *place, const char *name, const char *statement, size_t key)
{
    char path[64];
    struct signet_buf text = forge(&(struct forge){.payload = statement, .key = key});
    assert_true(snprintf(path, sizeof(path), "evidence/%s", name) < (int)sizeof(path));
    scratch_write(&place->scratch, path, signet_buf_span(&text));
    signet_buf_free(&text);
}

static void put_taken(const struct place *place, const char *name, char *statement, size_t key)
{
    put(place, name, statement, key);
    free(statement);
}

static struct signet_store *open_store(const struct place *place)
{
    const char *folder = place->evidence;
    struct signet_store *store = NULL;
    struct signet_err err;
    const struct signet_store_opts opts = {.size = sizeof(opts), .jobs = 2};
    signet_err_clear(&err);
    CHECK_OK(signet_store_open(&folder, 1, &opts, &store, &err), &err);
    return store;
}

/* Verifies the artifact by what is in the folder now, and by one signature file, or NULL. */
static void expect_stored(const struct place *place,
                          const struct attempt_file *file,
                          size_t threshold,
                          int code,
                          const char *text)
{
    struct signet_store *store = open_store(place);
    expect((struct attempt){.path = place->path,
                            .files = file,
                            .file_count = file != NULL ? 1 : 0,
                            .key_count = threshold,
                            .threshold = threshold,
                            .store = store},
           code, text);
    signet_store_close(store);
}

static void a_file_is_read_once(void **state)
{
    (void)state;
    struct place place;
    place_open(&place, "a");
    scratch_put(&place.scratch, "a", "contents");
    char *statement = file_statement(SIGNED, "contents");
    struct signet_buf text = forge(&(struct forge){.payload = statement, .key = 1});
    const struct attempt_file beside = {"a.sig", signet_buf_span(&text), NULL};
    put(&place, "x", statement, 0);
    put_taken(&place, "y", file_statement("https://slsa.dev/provenance/v1", "contents"), 0);
    struct signet_store *store = open_store(&place);
    struct attempt how = {
        .path = place.path, .files = &beside, .file_count = 1, .key_count = 2, .threshold = 2};
    atomic_store(&measured, 0);
    expect_once(how, SIGNET_E_THRESHOLD, NULL);
    assert_int_equal(atomic_load(&measured), 1);
    how.store = store;
    expect_once(how, SIGNET_OK, "about this artifact");
    assert_int_equal(atomic_load(&measured), 2);
    how.files = NULL;
    how.file_count = 0;
    how.threshold = 1;
    expect_once(how, SIGNET_OK, NULL);
    assert_int_equal(atomic_load(&measured), 3);
    signet_store_close(store);
    signet_buf_free(&text);
    free(statement);
    scratch_close(&place.scratch);
}

static void an_attestation_reads_it_once(void **state)
{
    (void)state;
    struct place place;
    place_open(&place, "a");
    scratch_put(&place.scratch, "a", "contents");
    put_taken(&place, "y", file_statement("https://slsa.dev/provenance/v1", "contents"), 0);
    put_taken(&place, "z", file_statement("https://slsa.dev/provenance/v1", "others"), 0);
    struct signet_store *store = open_store(&place);
    atomic_store(&measured, 0);
    expect_once((struct attempt){.path = place.path, .store = store}, SIGNET_E_NO_SIGNATURE,
                "only attestations: https://slsa.dev/provenance/v1 about this artifact");
    assert_int_equal(atomic_load(&measured), 1);
    signet_store_close(store);
    scratch_close(&place.scratch);
}

static void a_folder_is_read_once(void **state)
{
    (void)state;
    struct place place;
    place_open(&place, "m");
    scratch_put(&place.scratch, "m/config.json", "{}");
    scratch_put(&place.scratch, "m/w/0.bin", "weights");
    put_taken(&place, "x", oms_statement(two_files, GIT_NAMES), 0);
    struct signet_store *store = open_store(&place);
    atomic_store(&measured, 0);
    expect_once((struct attempt){.path = place.path, .store = store}, SIGNET_OK, NULL);
    assert_int_equal(atomic_load(&measured), 1);
    scratch_put(&place.scratch, "m/w/0.bin", "weightS");
    expect_once((struct attempt){.path = place.path, .store = store}, SIGNET_E_NO_SIGNATURE,
                "no signature");
    signet_store_close(store);
    scratch_close(&place.scratch);
}

static void a_whole_is_read_once(void **state)
{
    (void)state;
    struct place place;
    char hex[65];
    char statement[1024];
    place_open(&place, "m");
    scratch_put(&place.scratch, "m/config.json", "{}");
    scratch_put(&place.scratch, "m/w/0.bin", "weights");
    bundle_hex("weights", hex);
    assert_true(snprintf(statement, sizeof(statement),
                         "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{},"
                         "\"predicateType\":\"" SIGNED
                         "\",\"subject\":[{\"digest\":{\"signetBundle\":\"%s\"}}]}",
                         hex) > 0);
    put(&place, "x", statement, 0);
    struct signet_store *store = open_store(&place);
    atomic_store(&measured, 0);
    expect_once((struct attempt){.path = place.path, .store = store}, SIGNET_OK, NULL);
    assert_int_equal(atomic_load(&measured), 1);
    scratch_put(&place.scratch, "m/w/0.bin", "weightS");
    expect_once((struct attempt){.path = place.path, .store = store}, SIGNET_E_NO_SIGNATURE, NULL);
    signet_store_close(store);
    scratch_close(&place.scratch);
}

/* What is looked up leaves out git's names; what a statement says of it is looked at by its own
 * rules. */
static void a_folder_by_other_rules(void **state)
{
    (void)state;
    struct place place;
    place_open(&place, "m");
    scratch_put(&place.scratch, "m/config.json", "{}");
    scratch_put(&place.scratch, "m/w/0.bin", "weights");
    put_taken(&place, "x", oms_statement(two_files, "\"none\""), 0);
    expect_stored(&place, NULL, 0, SIGNET_OK, NULL);
    scratch_put(&place.scratch, "m/.git/HEAD", "ref");
    expect_stored(&place, NULL, 0, SIGNET_E_MISMATCH, "content differs");
    put_taken(&place, "y", oms_statement(two_files, "\".git\""), 0);
    expect_stored(&place, NULL, 0, SIGNET_OK, NULL);
    scratch_close(&place.scratch);
}

/* A statement that tells a file by 64 bytes of digest alone. */
static void put_long(const struct place *place, const char *alg, const uint8_t digest[64])
{
    char hex[129];
    char statement[1024];
    signet_hex_encode(signet_span_of(digest, 64), hex);
    assert_true(snprintf(statement, sizeof(statement),
                         "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{},"
                         "\"predicateType\":\"" SIGNED
                         "\",\"subject\":[{\"digest\":{\"%s\":\"%s\"},\"name\":\"a\"}]}",
                         alg, hex) > 0);
    put(place, "x", statement, 0);
}

/* Of a file that is told by another digest alone, that is computed. */
static void other_digests(void **state)
{
    (void)state;
    struct place place;
    uint8_t digest[64];
    place_open(&place, "a");
    scratch_put(&place.scratch, "a", "contents");
    for (unsigned wrong = 0; wrong < 2; wrong++) {
        const uint8_t *text = (const uint8_t *)(wrong ? "contentS" : "contents");
        int code = wrong ? SIGNET_E_NO_SIGNATURE : SIGNET_OK;
        crypto_hash_sha512(digest, text, 8);
        put_long(&place, "sha512", digest);
        expect_stored(&place, NULL, 0, code, NULL);
        crypto_generichash(digest, sizeof(digest), text, 8, NULL, 0);
        put_long(&place, "blake2b", digest);
        expect_stored(&place, NULL, 0, code, NULL);
    }
    scratch_close(&place.scratch);
}

/* SHA-256 finds it, and the other digest in the set is of something else. */
static void found_and_other_after_all(void **state)
{
    (void)state;
    struct place place;
    char hex[65];
    char statement[1024];
    place_open(&place, "a");
    scratch_put(&place.scratch, "a", "contents");
    sha256_hex("contents", hex);
    assert_true(snprintf(statement, sizeof(statement),
                         "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{},"
                         "\"predicateType\":\"" SIGNED "\",\"subject\":[{\"digest\":{\"sha512\":"
                         "\"%s%s\",\"sha256\":\"%s\"},\"name\":\"a\"}]}",
                         hex, hex, hex) > 0);
    put(&place, "x", statement, 0);
    expect_stored(&place, NULL, 0, SIGNET_E_MISMATCH, "x: content differs");
    put_taken(&place, "y", file_statement(SIGNED, "contents"), 0);
    expect_stored(&place, NULL, 0, SIGNET_OK, NULL);
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct attempt_file beside = {"a.sig", signet_buf_span(&text), NULL};
    expect_stored(&place, &beside, 0, SIGNET_E_MISMATCH, "content differs");
    signet_buf_free(&text);
    scratch_close(&place.scratch);
}

/* Whoever writes many files there hides nothing, and is not listed at length. */
static void many_strangers(void **state)
{
    (void)state;
    struct place place;
    char name[16];
    place_open(&place, "a");
    scratch_put(&place.scratch, "a", "contents");
    char *statement = file_statement(SIGNED, "contents");
    for (unsigned i = 0; i < 40; i++) {
        assert_true(snprintf(name, sizeof(name), "s%u", i) > 0);
        put(&place, name, statement, 2);
    }
    expect_stored(&place, NULL, 2, SIGNET_E_BAD_SIGNATURE,
                  "  24 more in folders of evidence: not counted\n");
    put(&place, "z", statement, 0);
    expect_stored(&place, NULL, 2, SIGNET_E_THRESHOLD, "1");
    put(&place, "zz", statement, 1);
    expect_stored(&place, NULL, 2, SIGNET_OK, "24 more");
    free(statement);
    scratch_close(&place.scratch);
}

/* More than are in memory at a time. */
static void many_that_count(void **state)
{
    (void)state;
    struct place place;
    place_open(&place, "a");
    scratch_put(&place.scratch, "a", "contents");
    char *statement = file_statement(SIGNED, "contents");
    struct signet_buf lines;
    signet_buf_init(&lines, (size_t)1 << 24);
    for (unsigned i = 0; i < 2500; i++) {
        struct signet_buf text =
            forge(&(struct forge){.payload = statement, .key = i == 2400 ? 1 : 2});
        signet_buf_put(&lines, signet_buf_span(&text));
        signet_buf_putc(&lines, '\n');
        signet_buf_free(&text);
    }
    assert_int_equal(lines.status, SIGNET_OK);
    scratch_write(&place.scratch, "evidence/all.jsonl", signet_buf_span(&lines));
    signet_buf_free(&lines);
    expect_stored(&place, NULL, 1, SIGNET_E_BAD_SIGNATURE, "all.jsonl:1");
    put(&place, "x", statement, 0);
    expect_stored(&place, NULL, 2, SIGNET_OK, "all.jsonl:2401: valid");
    free(statement);
    scratch_close(&place.scratch);
}

static void a_text_can_go(void **state)
{
    (void)state;
    struct place place;
    place_open(&place, "a");
    scratch_put(&place.scratch, "a", "contents");
    put_taken(&place, "x", file_statement(SIGNED, "contents"), 0);
    struct signet_store *store = open_store(&place);
    struct attempt how = {.path = place.path, .store = store};
    expect_once(how, SIGNET_OK, NULL);
    assert_int_equal(unlinkat(place.scratch.fd, "evidence/x", 0), 0);
    expect_once(how, SIGNET_E_IO, "cannot open");
    signet_store_close(store);
    scratch_close(&place.scratch);
}

/* An artifact that cannot be measured is told, if nothing else is; chosen entries are no whole. */
static void what_cannot_be_measured(void **state)
{
    (void)state;
    struct place place;
    const char *const only[] = {"config.json", NULL};
    place_open(&place, "m");
    scratch_put(&place.scratch, "m/config.json", "{}");
    scratch_put(&place.scratch, "m/w/0.bin", "weights");
    put_taken(&place, "x", oms_statement(two_files, ""), 0);
    struct signet_store *store = open_store(&place);
    expect_once((struct attempt){.path = place.path, .store = store, .only = only},
                SIGNET_E_NO_SIGNATURE, NULL);
    scratch_link(&place.scratch, "config.json", "m/link");
    expect_once((struct attempt){.path = place.path, .store = store}, SIGNET_E_FORBIDDEN, "link");
    signet_store_close(store);
    scratch_close(&place.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_once),       cmocka_unit_test(an_attestation_reads_it_once),
        cmocka_unit_test(a_folder_is_read_once),     cmocka_unit_test(a_whole_is_read_once),
        cmocka_unit_test(a_folder_by_other_rules),   cmocka_unit_test(other_digests),
        cmocka_unit_test(found_and_other_after_all), cmocka_unit_test(many_strangers),
        cmocka_unit_test(many_that_count),           cmocka_unit_test(a_text_can_go),
        cmocka_unit_test(what_cannot_be_measured),
    };
    return CHECK_RUN(tests);
}
