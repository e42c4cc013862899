/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/model_format: the files of a measured artifact. What is told of them is told of the
 * bytes that were measured, or not at all.
 */
#include "scratch.h"

#include <signet/artifact.h>
#include <time.h>

#include "artifact/engine.h"
#include "artifact/model_format.h"

static const char model[] = "\x35\0\0\0\0\0\0\0"
                            "{\"t\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}data";
static const char large[] =
    "\x43\0\0\0\0\0\0\0"
    "{\"t\":{\"dtype\":\"U8\",\"shape\":[99999999],\"data_offsets\":[0,99999999]}}";

/* An artifact, and what it was when it was measured. */
struct measured {
    struct signet_artifact *artifact;
    struct signet_manifest manifest;
};

static void measure(const char *path, struct signet_measure_opts opts, struct measured *measured)
{
    struct signet_err err;
    signet_err_clear(&err);
    opts.size = sizeof(opts);
    CHECK_OK(signet_artifact_open(path, &measured->artifact, &err), &err);
    CHECK_OK(signet_artifact_measure(measured->artifact, &opts, &measured->manifest, &err), &err);
}

static void forget(struct measured *measured)
{
    signet_manifest_free(&measured->manifest);
    signet_artifact_close(measured->artifact);
}

static void expect(const struct measured *measured, int expected, struct signet_models models)
{
    struct signet_models found = {.known = true, .formats = 99};
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_CODE(signet_models_find(measured->artifact, &measured->manifest, &found, &err), expected);
    assert_int_equal(found.known, models.known);
    assert_int_equal(found.ambiguous, models.ambiguous);
    assert_int_equal(found.others, models.others);
    assert_int_equal(found.formats, models.formats);
}

static const struct signet_models nothing = {0};
static const struct signet_models tensors = {.known = true, .formats = SIGNET_MODEL_SAFETENSORS};

static void files_are_told_as_they_were_measured(void **state)
{
    static const struct timespec a_tick = {0, 20000000};
    char path[512];
    struct scratch scratch;
    struct measured measured;
    (void)state;
    scratch_open(&scratch);
    scratch_path(&scratch, "m", path);
    scratch_write(&scratch, "m", signet_span_of(model, sizeof(model) - 1));
    measure(path, (struct signet_measure_opts){0}, &measured);
    expect(&measured, SIGNET_OK, tensors);
    measured.manifest.entries[0].inode++; /* another file */
    expect(&measured, SIGNET_E_IO, nothing);
    measured.manifest.entries[0].inode--;
    assert_int_equal(nanosleep(&a_tick, NULL), 0); /* or two states would look alike */
    scratch_write(&scratch, "m", signet_span_of(model, sizeof(model) - 1));
    expect(&measured, SIGNET_E_IO, nothing);
    forget(&measured);
    scratch_put(&scratch, "m", "text");
    measure(path, (struct signet_measure_opts){0}, &measured);
    expect(&measured, SIGNET_OK, (struct signet_models){.known = true});
    forget(&measured);
    scratch_close(&scratch);
}

static void folders_are_told_as_they_were_measured(void **state)
{
    static const struct timespec a_tick = {0, 20000000};
    char path[512];
    char name[512];
    struct scratch scratch;
    struct measured measured;
    (void)state;
    scratch_open(&scratch);
    scratch_path(&scratch, "d", path);
    scratch_write(&scratch, "d/a", signet_span_of(model, sizeof(model) - 1));
    scratch_write(&scratch, "d/b", signet_span_of(large, sizeof(large) - 1));
    scratch_path(&scratch, "d/b", name);
    assert_int_equal(truncate(name, (off_t)(sizeof(large) - 1 + 99999999)), 0);
    scratch_put(&scratch, "d/c", "text");
    measure(path, (struct signet_measure_opts){0}, &measured);
    expect(&measured, SIGNET_OK, tensors);
    assert_int_equal(nanosleep(&a_tick, NULL), 0);
    scratch_put(&scratch, "d/c", "tex\n");
    expect(&measured, SIGNET_E_IO, nothing);
    forget(&measured);
    scratch_put(&scratch, "d/c", "\x7f");
    measure(path, (struct signet_measure_opts){0}, &measured);
    expect(
        &measured, SIGNET_OK,
        (struct signet_models){.known = true, .others = true, .formats = SIGNET_MODEL_SAFETENSORS});
    scratch_path(&scratch, "d/a", name);
    assert_int_equal(unlink(name), 0);
    scratch_link(&scratch, "c", "d/a");
    expect(&measured, SIGNET_E_FORBIDDEN, nothing);
    forget(&measured);
    scratch_close(&scratch);
}

static void what_was_not_read_as_a_whole_is_not_told(void **state)
{
    static const char *const only[] = {"a", NULL};
    char path[512];
    struct scratch scratch;
    struct measured measured;
    const struct signet_measure_opts otherwise[] = {
        {.shard_size = 8}, {.only = only}, {.part = 1, .part_count = 1}};
    (void)state;
    scratch_open(&scratch);
    scratch_path(&scratch, "d", path);
    scratch_write(&scratch, "d/a", signet_span_of(model, sizeof(model) - 1));
    measure(path, (struct signet_measure_opts){.alg = SIGNET_DIGEST_BLAKE2B_256}, &measured);
    expect(&measured, SIGNET_OK, tensors);
    measured.manifest.kind = SIGNET_ARTIFACT_FILE; /* of something else */
    expect(&measured, SIGNET_OK, nothing);
    forget(&measured);
    for (size_t i = 0; i < sizeof(otherwise) / sizeof(otherwise[0]); i++) {
        measure(path, otherwise[i], &measured);
        expect(&measured, SIGNET_OK, nothing);
        forget(&measured);
    }
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_told_as_they_were_measured),
        cmocka_unit_test(folders_are_told_as_they_were_measured),
        cmocka_unit_test(what_was_not_read_as_a_whole_is_not_told),
    };
    return CHECK_RUN(tests);
}
