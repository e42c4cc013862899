/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/measure of chosen entries: what is not asked for is not looked at, and a part is never
 * taken for the whole.
 */
#include "measure.h"

/* Digests: sha256sum of "x" and of "z". What is chosen has the digests of the whole and neither
 * root nor identity. */
static void chosen_entries_are_measured_alone(void **state)
{
    (void)state;
    static const char *const only[] = {"z", "w/x", "gone", "ignored/i", NULL};
    static const char *const none[] = {NULL};
    static const char *const ignored[] = {"ignored", NULL};
    static const char *const outside[] = {"w/x", "../x", NULL};
    static const uint8_t x_digest[] = {0x2d, 0x71, 0x16, 0x42, 0xb7, 0x26, 0xb0, 0x44};
    static const uint8_t z_digest[] = {0x59, 0x4e, 0x51, 0x9a, 0xe4, 0x99, 0x31, 0x2b};
    struct signet_err err;
    struct signet_manifest manifest;
    struct signet_measure_opts opts = standard_opts();
    struct scratch scratch;
    char path[512];
    scratch_open(&scratch);
    scratch_put(&scratch, "w/x", "x");
    scratch_put(&scratch, "y", "yy");
    scratch_put(&scratch, "z", "z");
    scratch_put(&scratch, "ignored/i", "i");
    opts.ignore = ignored;
    opts.only = only;
    opts.may_be_empty = true;
    CHECK_OK(measure(scratch.path, &opts, &manifest, &err), &err);
    assert_true(manifest.partial);
    assert_int_equal(manifest.count, 2);
    assert_string_equal(manifest.entries[0].name, "w/x");
    CHECK_BYTES(manifest.entries[0].sha256, x_digest, sizeof(x_digest));
    assert_string_equal(manifest.entries[1].name, "z");
    CHECK_BYTES(manifest.entries[1].sha256, z_digest, sizeof(z_digest));
    assert_int_equal(manifest.bytes, 2);
    assert_int_equal(manifest.root.len, 0);
    assert_int_equal(manifest.identity.len, 0);
    signet_manifest_free(&manifest);
    opts.only = none;
    CHECK_OK(measure(scratch.path, &opts, &manifest, &err), &err);
    assert_int_equal(manifest.count, 0);
    assert_int_equal(manifest.identity.len, 0);
    signet_manifest_free(&manifest);
    opts.only = outside;
    CHECK_CODE(measure(scratch.path, &opts, &manifest, &err), SIGNET_E_FORBIDDEN);
    check_empty(&manifest);
    opts.only = only;
    CHECK_CODE(measure(scratch_path(&scratch, "y", path), &opts, &manifest, &err), SIGNET_E_USAGE);
    assert_string_equal(err.msg, "measure: only a bundle has entries to choose");
    opts.only = NULL;
    CHECK_OK(measure(scratch.path, &opts, &manifest, &err), &err);
    assert_false(manifest.partial);
    assert_int_equal(manifest.count, 3);
    assert_int_equal(manifest.root.len, 32);
    assert_int_equal(manifest.identity.len, 32);
    signet_manifest_free(&manifest);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chosen_entries_are_measured_alone),
    };
    return CHECK_RUN(tests);
}
