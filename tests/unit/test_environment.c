/* SPDX-License-Identifier: Apache-2.0
 *
 * Which variables a program keeps. Each that is taken out has a twin that differs in one letter.
 * What ld.so(8) and the manuals of bash, Python, Perl and Node.js say loads code is on the list.
 */
#include <signet/environment.h>
#include <string.h>

#include "check.h"

static void expect(const char *text, const char *const *names, bool kept)
{
    char variable[64] = "";
    char *const environment[] = {variable, NULL};
    assert_true(strlen(text) < sizeof(variable));
    memcpy(variable, text, strlen(text));
    struct signet_environment out = {0};
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_environment_keep(environment, names, &out, &err), &err);
    if (kept) {
        assert_ptr_equal(out.kept[0], variable);
        assert_null(out.kept[1]);
        assert_int_equal(out.removed_count, 0);
    } else {
        assert_null(out.kept[0]);
        assert_int_equal(out.removed_count, 1);
        assert_int_equal(out.removed[0].len, strcspn(variable, "="));
    }
    signet_environment_free(&out);
}

static void what_loads_code_is_taken_out(void **state)
{
    (void)state;
    static const char *const loading[] = {
        "LD_PRELOAD=/tmp/x.so", "LD_AUDIT=x",      "LD_LIBRARY_PATH=/tmp", "LD_=",
        "GCONV_PATH=/tmp",      "GLIBC_TUNABLES=", "BASH_ENV=/tmp/x",      "ENV=/tmp/x",
        "BASH_FUNC_ls%%=() {",  "PYTHONPATH=/tmp", "PYTHONSTARTUP=x",      "PERL5LIB=/tmp",
        "PERL5OPT=-Mx",         "PERLLIB=/tmp",    "NODE_OPTIONS=-r x",    "NODE_PATH=/tmp",
        "RUBYOPT=-rx",          "LUA_INIT=x",      "JAVA_TOOL_OPTIONS=x",  "OPENSSL_CONF=/tmp/x",
        "OPENSSL_MODULES=/tmp", "GTK_PATH=/tmp",   "GTK3_MODULES=x",       "GST_PLUGIN_PATH=/tmp",
        "QT_PLUGIN_PATH=/tmp",  "VK_LAYER_PATH=x", "LTDL_LIBRARY_PATH=x",  "OMP_TOOL_LIBRARIES=x",
        "HOSTALIASES=/tmp/x",   "TZDIR=/tmp",      "AWKLIBPATH=/tmp",      "KRB5_CONFIG=/tmp/x",
    };
    static const char *const others[] = {
        "LDPRELOAD=x",
        "ld_preload=x",
        "PATH=/bin",
        "HOME=/",
        "TERM=linux",
        "ENVX=x",
        "AENV=x",
        "NODE_ENV=test",
        "LANG=C",
        "TZ=UTC",
        "BASH=/bin/x",
        "PYTHO=x",
        "NODE_OPTIONSX=-r x",
        "XLD_PRELOAD=x",
        "TMPDIR=/tmp",
        "QT_SCALE=1",
        "CUDA_VISIBLE_DEVICES=0",
    };
    for (size_t i = 0; i < sizeof(loading) / sizeof(loading[0]); i++) {
        expect(loading[i], NULL, false);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        expect(others[i], NULL, true);
    }
}

static void what_is_no_variable_is_taken_out(void **state)
{
    (void)state;
    expect("LD_PRELOAD", NULL, false);
    expect("PATH", NULL, false);
    expect("=x", NULL, false);
    expect("", NULL, false);
    expect("PATH=", NULL, true);
}

static void what_is_named_is_kept(void **state)
{
    (void)state;
    static const char *const names[] = {"PYTHONPATH", "ENV", NULL};
    expect("PYTHONPATH=/srv", names, true);
    expect("PYTHONPATHS=/srv", names, false);
    expect("PYTHONHOME=/srv", names, false);
    expect("ENV=x", names, true);
    expect("HOME=/", names, true);
}

static void the_order_stays(void **state)
{
    (void)state;
    char texts[][16] = {"A=1", "LD_PRELOAD=x", "B=2", "BASH_ENV=y", "A=3"};
    char *const environment[] = {texts[0], texts[1], texts[2], texts[3], texts[4], NULL};
    struct signet_environment out = {0};
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_environment_keep(environment, NULL, &out, &err), &err);
    assert_string_equal(out.kept[0], "A=1");
    assert_string_equal(out.kept[1], "B=2");
    assert_string_equal(out.kept[2], "A=3");
    assert_null(out.kept[3]);
    CHECK_SPAN(out.removed[0], "LD_PRELOAD");
    CHECK_SPAN(out.removed[1], "BASH_ENV");
    assert_int_equal(out.removed_count, 2);
    signet_environment_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_loads_code_is_taken_out),
        cmocka_unit_test(what_is_no_variable_is_taken_out),
        cmocka_unit_test(what_is_named_is_kept),
        cmocka_unit_test(the_order_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
