/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/engine: every entry gets its own digests whatever the number of threads, pieces tile
 * their file, what is known is not read, and of several failures that of the first entry is told.
 * Digests are compared with those of the same bytes given in one piece to libsodium's SHA-256.
 */
#include "scratch.h"

#include <sodium.h>
#include <stdatomic.h>

#include "artifact/engine.h"
#include "artifact/manifest.h"

enum {
    FILES = 300,
    LARGE_FILES = 5,
    LARGEST = 5 * (1 << 20) + 77
};

/* Bytes that are the same in each run, and no two files' are alike. */
static void fill(uint8_t *bytes, size_t len, uint32_t seed)
{
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525U + 1013904223U;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}

static size_t size_of(size_t number)
{
    if (number < LARGE_FILES) {
        return LARGEST - 1000 * number;
    }
    return number * number % 70000;
}

static void name_of(size_t number, char out[32])
{
    assert_true(snprintf(out, 32, "d%zu/f%03zu", number % 7, number) > 0);
}

static void make_files(const struct scratch *scratch, uint8_t *bytes)
{
    for (size_t i = 0; i < FILES; i++) {
        char name[32];
        name_of(i, name);
        fill(bytes, size_of(i), (uint32_t)i);
        scratch_write(scratch, name, signet_span_of(bytes, size_of(i)));
    }
}

/* Lists what make_files() made; sizes only if they are to be known beforehand. */
static void
list(struct signet_manifest *manifest, enum signet_digest_alg alg, uint64_t shard_size, bool sizes)
{
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_manifest_begin(manifest, SIGNET_ARTIFACT_BUNDLE, alg, &err), &err);
    for (size_t i = 0; i < FILES; i++) {
        char name[32];
        name_of(i, name);
        CHECK_OK(signet_manifest_add_file(manifest, signet_span_str(name), sizes ? size_of(i) : 0,
                                          FILES, &err),
                 &err);
    }
    CHECK_OK(signet_manifest_settle(manifest, &err), &err);
    manifest->shard_size = shard_size;
    CHECK_OK(signet_manifest_make_room(manifest, UINT64_MAX, &err), &err);
}

static size_t number_of(const struct signet_entry *entry)
{
    return (size_t)strtoul(strchr(entry->name, 'f') + 1, NULL, 10);
}

static void check_digests(const struct signet_manifest *manifest, uint8_t *bytes)
{
    for (size_t i = 0; i < manifest->count; i++) {
        const struct signet_entry *entry = &manifest->entries[i];
        size_t number = number_of(entry);
        size_t size = size_of(number);
        uint64_t piece = manifest->shard_size > 0 ? manifest->shard_size : size;
        uint8_t expected[32];
        assert_int_equal(entry->size, size);
        fill(bytes, size, (uint32_t)number);
        for (uint64_t j = 0; j < signet_entry_digests(manifest, entry); j++) {
            size_t at = (size_t)(j * piece);
            size_t len = size - at < piece ? size - at : (size_t)piece;
            assert_int_equal(crypto_hash_sha256(expected, bytes + at, len), 0);
            CHECK_BYTES(signet_entry_digest(manifest, entry, j).ptr, expected, 32);
        }
        if (manifest->shard_size == 0) {
            assert_int_equal(crypto_hash_sha256(expected, bytes, size), 0);
            CHECK_BYTES(entry->sha256, expected, 32);
        }
    }
}

static int digest_all(const struct scratch *scratch,
                      struct signet_manifest *manifest,
                      size_t jobs,
                      struct signet_err *err)
{
    const struct signet_engine_input input = {.root_fd = scratch->fd, .file_fd = -1};
    const struct signet_engine_opts opts = {.jobs = jobs};
    signet_err_clear(err);
    return signet_engine_run(manifest, &input, &opts, err);
}

static void every_entry_gets_its_own_digest(void **state)
{
    (void)state;
    static const size_t jobs[] = {1, 2, 3, 64};
    uint8_t *bytes = malloc(LARGEST);
    struct scratch scratch;
    struct signet_err err;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_files(&scratch, bytes);
    for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        for (int sizes = 0; sizes < 2; sizes++) {
            struct signet_manifest manifest;
            list(&manifest, SIGNET_DIGEST_SHA256, 0, sizes == 1);
            CHECK_OK(digest_all(&scratch, &manifest, jobs[i], &err), &err);
            check_digests(&manifest, bytes);
            signet_manifest_free(&manifest);
        }
    }
    free(bytes);
    scratch_close(&scratch);
}

static void pieces_tile_their_file(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1 << 16, 999, LARGEST, UINT64_C(1) << 62};
    uint8_t *bytes = malloc(LARGEST);
    struct scratch scratch;
    struct signet_err err;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_files(&scratch, bytes);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (size_t jobs = 1; jobs < 4; jobs++) {
            struct signet_manifest manifest;
            list(&manifest, SIGNET_DIGEST_SHA256, sizes[i], true);
            CHECK_OK(digest_all(&scratch, &manifest, jobs, &err), &err);
            check_digests(&manifest, bytes);
            signet_manifest_free(&manifest);
        }
    }
    free(bytes);
    scratch_close(&scratch);
}

/* Another algorithm is computed beside SHA-256 for whole files, and instead of it for pieces. */
static void another_algorithm_goes_along(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(LARGEST);
    struct scratch scratch;
    struct signet_err err;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_files(&scratch, bytes);
    for (uint64_t shard = 0; shard <= 1 << 17; shard += 1 << 17) {
        struct signet_manifest manifest;
        list(&manifest, SIGNET_DIGEST_BLAKE2B, shard, true);
        CHECK_OK(digest_all(&scratch, &manifest, 2, &err), &err);
        for (size_t i = 0; i < manifest.count; i++) {
            const struct signet_entry *entry = &manifest.entries[i];
            size_t size = size_of(number_of(entry));
            uint8_t expected[64];
            size_t piece = shard > 0 && shard < size ? (size_t)shard : size;
            fill(bytes, size, (uint32_t)number_of(entry));
            assert_int_equal(crypto_generichash_blake2b(expected, 64, bytes, piece, NULL, 0), 0);
            if (size > 0 || shard == 0) {
                CHECK_BYTES(signet_entry_digest(&manifest, entry, 0).ptr, expected, 64);
            }
            assert_int_equal(crypto_hash_sha256(expected, bytes, size), 0);
            assert_true(shard > 0 || memcmp(entry->sha256, expected, 32) == 0);
        }
        signet_manifest_free(&manifest);
    }
    free(bytes);
    scratch_close(&scratch);
}

/* Runs of one file, as in an archive: at any offset, in any order, empty ones too. */
static void entries_may_lie_in_one_file(void **state)
{
    (void)state;
    static const uint64_t offsets[] = {100000, 0, 7, 200000, LARGEST};
    static const uint64_t sizes[] = {LARGEST - 100000, 3, 70000, 5000000, 0};
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    uint8_t *bytes = malloc(LARGEST);
    struct scratch scratch;
    struct signet_err err;
    assert_non_null(bytes);
    scratch_open(&scratch);
    fill(bytes, LARGEST, 1);
    scratch_write(&scratch, "all", signet_span_of(bytes, LARGEST));
    int fd = openat(scratch.fd, "all", O_RDONLY | O_CLOEXEC);
    signet_err_clear(&err);
    for (size_t beyond = 0; beyond < 2; beyond++) {
        const struct signet_engine_input input = {.root_fd = -1, .file_fd = fd, .offsets = offsets};
        const struct signet_engine_opts opts = {.jobs = 2};
        struct signet_manifest manifest;
        CHECK_OK(
            signet_manifest_begin(&manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, &err),
            &err);
        for (size_t i = 0; i < 5; i++) {
            uint64_t size = sizes[i] + (i == 4 ? beyond : 0);
            CHECK_OK(signet_manifest_add_file(&manifest, signet_span_str(names[i]), size, 5, &err),
                     &err);
        }
        CHECK_OK(signet_manifest_make_room(&manifest, 5, &err), &err);
        CHECK_CODE(signet_engine_run(&manifest, &input, &opts, &err),
                   beyond == 0 ? SIGNET_OK : SIGNET_E_IO);
        assert_string_equal(err.msg, beyond == 0 ? "" : "e: became shorter while it was read");
        for (size_t i = 0; beyond == 0 && i < 5; i++) {
            uint8_t expected[32];
            assert_int_equal(crypto_hash_sha256(expected, bytes + offsets[i], sizes[i]), 0);
            CHECK_BYTES(manifest.entries[i].sha256, expected, 32);
        }
        signet_manifest_free(&manifest);
    }
    assert_int_equal(close(fd), 0);
    free(bytes);
    scratch_close(&scratch);
}

/* One long file is read by two threads in turns of 512 KiB: sizes around the end of a turn. */
static void one_long_file_is_read_in_turns(void **state)
{
    (void)state;
    static const size_t sizes[] = {LARGEST, (4 << 20) + 1, 9 << 19, (9 << 19) + 1, (9 << 19) - 1};
    uint8_t *bytes = malloc(LARGEST);
    struct scratch scratch;
    assert_non_null(bytes);
    scratch_open(&scratch);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (size_t jobs = 1; jobs <= 2; jobs++) {
            struct signet_manifest manifest;
            struct signet_err err;
            uint8_t expected[32];
            fill(bytes, sizes[i], (uint32_t)i);
            scratch_write(&scratch, "f", signet_span_of(bytes, sizes[i]));
            signet_err_clear(&err);
            for (size_t more = 0; more < 2; more++) {
                CHECK_OK(signet_manifest_begin(&manifest, SIGNET_ARTIFACT_BUNDLE,
                                               SIGNET_DIGEST_SHA256, &err),
                         &err);
                CHECK_OK(signet_manifest_add_file(&manifest, signet_span_str("f"), sizes[i] + more,
                                                  1, &err),
                         &err);
                CHECK_OK(signet_manifest_make_room(&manifest, 1, &err), &err);
                CHECK_CODE(digest_all(&scratch, &manifest, jobs, &err),
                           more == 0 ? SIGNET_OK : SIGNET_E_IO);
                assert_string_equal(err.msg, more == 0 ? "" : "f: changed while it was read");
                assert_int_equal(crypto_hash_sha256(expected, bytes, sizes[i]), 0);
                assert_int_equal(memcmp(manifest.entries[0].sha256, expected, 32) == 0, more == 0);
                signet_manifest_free(&manifest);
            }
        }
    }
    free(bytes);
    scratch_close(&scratch);
}

/* A long file that changes under the two threads: in what was read, and at its end. */
static void change_it(void *ctx, uint64_t done, uint64_t total)
{
    const struct scratch *scratch = ctx;
    assert_true(done <= total);
    int fd = openat(scratch->fd, "f", O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "changed", 7, 0), 7);
    assert_int_equal(close(fd), 0);
}

static void extend_it(void *ctx, uint64_t done, uint64_t total)
{
    const struct scratch *scratch = ctx;
    assert_true(done <= total);
    int fd = openat(scratch->fd, "f", O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write(fd, "x", 1), 1);
    assert_int_equal(close(fd), 0);
}

static void cut_it(void *ctx, uint64_t done, uint64_t total)
{
    const struct scratch *scratch = ctx;
    assert_true(done <= total);
    int fd = openat(scratch->fd, "f", O_WRONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, 4 << 20), 0);
    assert_int_equal(close(fd), 0);
}

static void a_long_file_that_changes_is_refused(void **state)
{
    (void)state;
    static void (*const changes[])(void *, uint64_t, uint64_t) = {change_it, extend_it, cut_it};
    static const char *const texts[] = {"f: changed while it was read",
                                        "f: became longer while it was read",
                                        "f: became shorter while it was read"};
    uint8_t *bytes = calloc(1, LARGEST);
    assert_non_null(bytes);
    for (size_t i = 0; i < 3; i++) {
        struct scratch scratch;
        struct signet_manifest manifest;
        struct signet_err err;
        scratch_open(&scratch);
        scratch_write(&scratch, "f", signet_span_of(bytes, LARGEST));
        const struct signet_engine_input input = {.root_fd = scratch.fd, .file_fd = -1};
        const struct signet_engine_opts opts = {
            .jobs = 2, .progress = changes[i], .progress_ctx = &scratch, .total = LARGEST};
        signet_err_clear(&err);
        CHECK_OK(
            signet_manifest_begin(&manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, &err),
            &err);
        CHECK_OK(signet_manifest_add_file(&manifest, signet_span_str("f"), LARGEST, 1, &err), &err);
        CHECK_OK(signet_manifest_make_room(&manifest, 1, &err), &err);
        CHECK_CODE(signet_engine_run(&manifest, &input, &opts, &err), SIGNET_E_IO);
        assert_string_equal(err.msg, texts[i]);
        signet_manifest_free(&manifest);
        scratch_close(&scratch);
    }
    free(bytes);
}

/* CRC-32 as zlib's crc32() of Python computes it. Two runs side by side, and an empty one. */
static void check_sums_are_looked_at(void **state)
{
    (void)state;
    static const uint64_t offsets[] = {0, 5, 9};
    static const uint64_t sizes[] = {9, 4, 0};
    static const char *const names[] = {"a", "b", "c"};
    static const uint32_t sums[] = {0xcbf43926, 0x9dbabf87, 0};
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "all", "123456789");
    int fd = openat(scratch.fd, "all", O_RDONLY | O_CLOEXEC);
    for (size_t wrong = 0; wrong <= 3; wrong++) {
        uint32_t expected[3];
        struct signet_manifest manifest;
        struct signet_err err;
        memcpy(expected, sums, sizeof(sums));
        const struct signet_engine_input input = {
            .root_fd = -1, .file_fd = fd, .offsets = offsets, .crc32 = expected};
        const struct signet_engine_opts opts = {.jobs = 2};
        if (wrong < 3) {
            expected[wrong] ^= 1;
        }
        signet_err_clear(&err);
        CHECK_OK(
            signet_manifest_begin(&manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, &err),
            &err);
        for (size_t i = 0; i < 3; i++) {
            CHECK_OK(
                signet_manifest_add_file(&manifest, signet_span_str(names[i]), sizes[i], 3, &err),
                &err);
        }
        CHECK_OK(signet_manifest_make_room(&manifest, 3, &err), &err);
        CHECK_CODE(signet_engine_run(&manifest, &input, &opts, &err),
                   wrong < 3 ? SIGNET_E_MALFORMED : SIGNET_OK);
        assert_true(wrong == 3 || err.msg[0] == 'a' + (char)wrong);
        assert_true(wrong == 3 || strstr(err.msg, "found") != NULL);
        signet_manifest_free(&manifest);
    }
    assert_int_equal(close(fd), 0);
    scratch_close(&scratch);
}

/* Knows every third file, by a digest that it does not have. */
struct memory {
    const struct signet_manifest *manifest; /* NULL until the work begins */
    atomic_uint asked[FILES];
    atomic_uint told[FILES];
};

static int begin(void *ctx, const struct signet_manifest *manifest, struct signet_err *err)
{
    struct memory *memory = ctx;
    assert_null(memory->manifest);
    assert_int_equal(err->code, SIGNET_OK);
    memory->manifest = manifest;
    return SIGNET_OK;
}

static void check_state(const struct memory *memory, size_t entry, int fd, const struct stat *st)
{
    struct stat now;
    assert_int_equal(fstat(fd, &now), 0);
    assert_int_equal(now.st_ino, st->st_ino);
    assert_int_equal(st->st_size, size_of(number_of(&memory->manifest->entries[entry])));
}

static bool
recall(void *ctx, size_t index, int fd, const struct stat *st, struct signet_entry *entry)
{
    struct memory *memory = ctx;
    size_t number = number_of(entry);
    check_state(memory, index, fd, st);
    atomic_fetch_add(&memory->asked[number], 1);
    if (number % 3 == 0) {
        memset(entry->sha256, (int)number, 32);
    }
    return number % 3 == 0;
}

static void
learn(void *ctx, size_t index, int fd, const struct stat *st, const struct signet_entry *entry)
{
    struct memory *memory = ctx;
    check_state(memory, index, fd, st);
    assert_ptr_equal(entry, &memory->manifest->entries[index]);
    atomic_fetch_add(&memory->told[number_of(entry)], 1);
}

static void run_with_memory(const struct scratch *scratch,
                            struct signet_manifest *manifest,
                            size_t jobs,
                            struct memory *memory)
{
    const struct signet_engine_memory hooks = {memory, begin, recall, learn};
    const struct signet_engine_input input = {.root_fd = scratch->fd, .file_fd = -1};
    const struct signet_engine_opts opts = {.jobs = jobs, .memory = &hooks};
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_engine_run(manifest, &input, &opts, &err), &err);
}

/* Whatever the size, and whether it is known beforehand. */
static void what_is_known_is_not_read(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(LARGEST);
    struct scratch scratch;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_files(&scratch, bytes);
    for (size_t round = 0; round < 6; round++) {
        struct signet_manifest manifest;
        struct memory memory = {0};
        list(&manifest, SIGNET_DIGEST_SHA256, 0, round % 2 == 0);
        run_with_memory(&scratch, &manifest, round / 2 + 1, &memory);
        for (size_t i = 0; i < FILES; i++) {
            struct signet_entry *entry = &manifest.entries[i];
            size_t number = number_of(entry);
            uint8_t expected[32];
            bool known = number % 3 == 0;
            assert_int_equal(memory.asked[number], 1);
            assert_int_equal(memory.told[number], known ? 0 : 1);
            assert_int_equal(entry->size, size_of(number));
            memset(expected, (int)number, 32);
            if (!known) {
                fill(bytes, size_of(number), (uint32_t)number);
                assert_int_equal(crypto_hash_sha256(expected, bytes, size_of(number)), 0);
            }
            CHECK_BYTES(entry->sha256, expected, 32);
        }
        signet_manifest_free(&manifest);
    }
    free(bytes);
    scratch_close(&scratch);
}

/* Pieces, and other algorithms, have no digest that could be known. */
static void only_whole_files_by_sha256_are_known(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(LARGEST);
    struct scratch scratch;
    struct memory memory = {0};
    struct signet_manifest manifest;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_files(&scratch, bytes);
    list(&manifest, SIGNET_DIGEST_SHA256, 1 << 20, true);
    run_with_memory(&scratch, &manifest, 2, &memory);
    check_digests(&manifest, bytes);
    signet_manifest_free(&manifest);
    list(&manifest, SIGNET_DIGEST_BLAKE2B, 0, true);
    run_with_memory(&scratch, &manifest, 2, &memory);
    signet_manifest_free(&manifest);
    assert_null(memory.manifest);
    free(bytes);
    scratch_close(&scratch);
}

static void the_first_failure_is_told(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(LARGEST);
    struct scratch scratch;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_files(&scratch, bytes);
    /* The first in the order of names is d2/f072; a large file, which is read first, is d3/f003. */
    assert_int_equal(unlinkat(scratch.fd, "d2/f072", 0), 0);
    assert_int_equal(unlinkat(scratch.fd, "d3/f003", 0), 0);
    assert_int_equal(unlinkat(scratch.fd, "d6/f020", 0), 0);
    scratch_link(&scratch, "f083", "d6/f020");
    for (size_t round = 0; round < 40; round++) {
        struct signet_manifest manifest;
        struct signet_err err;
        list(&manifest, SIGNET_DIGEST_SHA256, round % 2 == 0 ? 0 : 1 << 18,
             round % 2 == 1 || round % 3 == 0);
        CHECK_CODE(digest_all(&scratch, &manifest, round % 5 + 1, &err), SIGNET_E_IO);
        assert_string_equal(err.msg, "d2/f072: cannot open: No such file or directory");
        signet_manifest_free(&manifest);
    }
    free(bytes);
    scratch_close(&scratch);
}

/* Room is made for the pieces of the size that was listed: an empty file has none, and one that has
 * got other than it had is refused, also if it is small. */
static void pieces_keep_their_places(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c"};
    static const char *const texts[] = {"first", "", "third"};
    for (size_t changed = 0; changed <= 3; changed++) {
        struct scratch scratch;
        struct signet_manifest manifest;
        struct signet_err err;
        uint8_t expected[32];
        scratch_open(&scratch);
        signet_err_clear(&err);
        CHECK_OK(
            signet_manifest_begin(&manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, &err),
            &err);
        for (size_t i = 0; i < 3; i++) {
            scratch_put(&scratch, names[i], i == changed ? "longer than it was" : texts[i]);
            CHECK_OK(signet_manifest_add_file(&manifest, signet_span_str(names[i]),
                                              strlen(texts[i]), 3, &err),
                     &err);
        }
        manifest.shard_size = 1000;
        CHECK_OK(signet_manifest_make_room(&manifest, 3, &err), &err);
        CHECK_CODE(digest_all(&scratch, &manifest, 1, &err), changed < 3 ? SIGNET_E_IO : SIGNET_OK);
        assert_true(changed == 3 || err.msg[0] == names[changed][0]);
        for (size_t i = 0; changed == 3 && i < 3; i += 2) {
            assert_int_equal(
                crypto_hash_sha256(expected, (const uint8_t *)texts[i], strlen(texts[i])), 0);
            CHECK_BYTES(signet_entry_digest(&manifest, &manifest.entries[i], 0).ptr, expected, 32);
        }
        signet_manifest_free(&manifest);
        scratch_close(&scratch);
    }
}

/* A file that was listed with another size, where the size decides what is read. */
static void a_large_file_keeps_its_listed_size(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(LARGEST);
    struct scratch scratch;
    struct signet_manifest manifest;
    struct signet_err err;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_files(&scratch, bytes);
    list(&manifest, SIGNET_DIGEST_SHA256, 0, true);
    scratch_write(&scratch, "d2/f002", signet_span_of(bytes, LARGEST));
    CHECK_CODE(digest_all(&scratch, &manifest, 2, &err), SIGNET_E_IO);
    assert_string_equal(err.msg, "d2/f002: changed while it was read");
    signet_manifest_free(&manifest);
    free(bytes);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_gets_its_own_digest),
        cmocka_unit_test(pieces_tile_their_file),
        cmocka_unit_test(another_algorithm_goes_along),
        cmocka_unit_test(entries_may_lie_in_one_file),
        cmocka_unit_test(one_long_file_is_read_in_turns),
        cmocka_unit_test(a_long_file_that_changes_is_refused),
        cmocka_unit_test(check_sums_are_looked_at),
        cmocka_unit_test(what_is_known_is_not_read),
        cmocka_unit_test(only_whole_files_by_sha256_are_known),
        cmocka_unit_test(the_first_failure_is_told),
        cmocka_unit_test(pieces_keep_their_places),
        cmocka_unit_test(a_large_file_keeps_its_listed_size),
    };
    assert_true(sodium_init() >= 0);
    return CHECK_RUN(tests);
}
