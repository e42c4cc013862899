/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd/common/sidecar: which files are taken for signature files of what.
 */
#include "check.h"

#include "common/sidecar.h"
#include "scratch.h"

static void expect_found(const struct scratch *scratch, const char *base, const char *names)
{
    char path[512];
    char found[512] = "";
    struct signet_sidecar_list list;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_sidecar_find(scratch_path(scratch, base, path), &list, &err), &err);
    for (size_t i = 0; i < list.count; i++) {
        const char *name = list.paths[i] + strlen(scratch->path) + 1;
        size_t used = strlen(found);
        assert_true(snprintf(found + used, sizeof(found) - used, "%s ", name) < 200);
    }
    assert_string_equal(found, names);
    signet_sidecar_list_free(&list);
}

static void the_listed_names_are_found(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    static const char *const names[] = {
        "a.sig",      "a.dsse.json", "a.sigstore.json", "a.0badcafe.sigstore.json",
        "a.sig.json", "a.sigs",      "ab.sig",          "b.sig",
        "a.json",     "A.sig"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        scratch_put(&scratch, names[i], "");
    }
    expect_found(&scratch, "a", "a.0badcafe.sigstore.json a.dsse.json a.sig a.sigstore.json ");
    expect_found(&scratch, "c", "");
    scratch_close(&scratch);
}

static void the_signature_of_a_namesake_is_its_own(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "app", "");
    scratch_put(&scratch, "app.sigstore.json", "");
    scratch_put(&scratch, "app.tar.gz.sigstore.json", "");
    expect_found(&scratch, "app", "app.sigstore.json app.tar.gz.sigstore.json ");
    scratch_put(&scratch, "app.tar.gz", "");
    expect_found(&scratch, "app", "app.sigstore.json ");
    expect_found(&scratch, "app.tar.gz", "app.tar.gz.sigstore.json ");
    scratch_close(&scratch);
}

static void more_than_the_limit_is_refused(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_sidecar_list list;
    struct signet_err err;
    char path[512];
    scratch_open(&scratch);
    for (int i = 0; i < SIGNET_SIDECAR_MAX; i++) {
        char name[40];
        assert_true(snprintf(name, sizeof(name), "a.%d.sigstore.json", i) < 40);
        scratch_put(&scratch, name, "");
    }
    signet_err_clear(&err);
    scratch_path(&scratch, "a", path);
    CHECK_OK(signet_sidecar_find(path, &list, &err), &err);
    assert_int_equal(list.count, SIGNET_SIDECAR_MAX);
    signet_sidecar_list_free(&list);
    scratch_put(&scratch, "a.sig", "");
    CHECK_CODE(signet_sidecar_find(path, &list, &err), SIGNET_E_LIMIT);
    scratch_close(&scratch);
}

static void operands_that_sign_others_are_told(void **state)
{
    (void)state;
    static const char *const operands[] = {"s/app", "b/", "s/app.d/x.sigstore.json", "app.sig"};
    static const char *const yes[] = {
        "s/app.sig", "s/app.dsse.json", "s/app.sigstore.json", "s/app.1.2.sigstore.json",
        "b.sig",     "app.sig.sig"};
    static const char *const no[] = {"s/app.d/x.sigstore.json", "s/ap.sig", "app.sig",   "s/app",
                                     "s/app.sigstore.json.bak", "b/.sig",   "t/app.sig", ".sig"};
    struct signet_sidecar_list bases;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_sidecar_bases(operands, 4, &bases, &err), &err);
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        assert_true(signet_sidecar_of_another(yes[i], &bases));
    }
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        assert_false(signet_sidecar_of_another(no[i], &bases));
    }
    signet_sidecar_list_free(&bases);
}

static void inside_is_by_resolved_folders(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_err err;
    char file[512];
    char folder[512];
    char *name = NULL;
    signet_err_clear(&err);
    scratch_open(&scratch);
    scratch_put(&scratch, "m/sub/x", "");
    scratch_folder(&scratch, "mm");
    scratch_link(&scratch, "m", "link");
    scratch_path(&scratch, "link/sub/new.sig", file);
    scratch_path(&scratch, "m", folder);
    CHECK_OK(signet_sidecar_inside(file, folder, &name, &err), &err);
    assert_string_equal(name, "sub/new.sig");
    free(name);
    scratch_path(&scratch, "mm/new.sig", file);
    CHECK_OK(signet_sidecar_inside(file, folder, &name, &err), &err);
    assert_null(name);
    scratch_path(&scratch, "m.sig", file);
    CHECK_OK(signet_sidecar_inside(file, folder, &name, &err), &err);
    assert_null(name);
    assert_int_equal(chdir(folder), 0);
    CHECK_OK(signet_sidecar_inside("-", ".", &name, &err), &err);
    assert_null(name);
    CHECK_OK(signet_sidecar_inside("./-", ".", &name, &err), &err);
    assert_string_equal(name, "-");
    free(name);
    assert_int_equal(chdir("/"), 0);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_listed_names_are_found),
        cmocka_unit_test(the_signature_of_a_namesake_is_its_own),
        cmocka_unit_test(more_than_the_limit_is_refused),
        cmocka_unit_test(operands_that_sign_others_are_told),
        cmocka_unit_test(inside_is_by_resolved_folders),
    };
    return CHECK_RUN(tests);
}
