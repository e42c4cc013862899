/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/release, as envelope/facts reads it: in-toto attestation spec/predicates/release.md, and
 * purl and SemVer as the specifications have them; times in seconds are those of GNU date. Each
 * refusal differs in one thing from what passes.
 */
#include "told.h"

#include "forge.h"

#define RELEASE "https://in-toto.io/attestation/release/v0.1"

static const char release[] =
    "{\"purl\":\"pkg:generic/acme/tools@1.4.0-rc.1+b7\",\"signedAt\":\"2026-11-01T00:00:00Z\","
    "\"usage\":\"program\",\"size\":4096,\"packageId\":\"1234567890\"}";

static void a_release_is_read(void **state)
{
    (void)state;
    struct told told = tell_good(RELEASE, release);
    assert_string_equal(told.facts.release_name, "acme/tools");
    assert_string_equal(told.facts.release_version, "1.4.0-rc.1+b7");
    assert_true(told.facts.time == 1793491200);
    assert_int_equal(told.facts.usage, SIGNET_USAGE_PROGRAM);
    assert_true(told.facts.has_size);
    assert_int_equal(told.facts.size, 4096);
    assert_false(told.facts.failed);
    forget(&told);
    told = tell_good(RELEASE, "{\"purl\":\"pkg:generic/x@0.0.0\","
                              "\"signedAt\":\"1970-01-01T00:00:00Z\"}");
    assert_string_equal(told.facts.release_name, "x");
    assert_true(told.facts.time == 0);
    assert_int_equal(told.facts.usage, 0);
    assert_false(told.facts.has_size);
    forget(&told);
}

static void a_release_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *to;
        const char *words;
    } rows[] = {
        {"pkg:generic/acme/tools", "pkg:npm/acme/tools", "purl"},
        {"pkg:generic/acme/tools", "acme/tools", "purl"},
        {"\"pkg:generic/acme/tools@1.4.0-rc.1+b7\"", "7", "purl"},
        {"acme/tools@", "@", "purl"},
        {"acme/tools", "/tools", "purl"},
        {"acme/tools", "acme/", "purl"},
        {"acme/tools", "acme//tools", "purl"},
        {"acme/tools", "../tools", "purl"},
        {"acme/tools", "acme/..", "purl"},
        {"acme/tools", "./tools", "purl"},
        {"acme/tools", "acme tools", "purl"},
        {"acme/tools", "acme%2Ftools", "purl"},
        {"acme/tools", "acme\xc3\xa9", "purl"},
        {"acme/tools", "acme\\u002ftools", "purl"},
        {"acme/tools", "acme\\u0000", "purl"},
        {"acme/tools@", "acme/tools", "purl"},
        {"acme/tools@", "acme@tools@", "purl"},
        {"@1.4.0-rc.1+b7", "@1.4", "purl"},
        {"@1.4.0-rc.1+b7", "@v1.4.0", "purl"},
        {"@1.4.0-rc.1+b7", "@01.4.0", "purl"},
        {"@1.4.0-rc.1+b7", "@1.4.0?x=y", "purl"},
        {"@1.4.0-rc.1+b7", "@", "purl"},
        {"\"purl\"", "\"Purl\"", "found nothing"},
        {"\"signedAt\"", "\"signedOn\"", "signedAt"},
        {"00:00:00Z", "00:00:00+00:00", "signedAt"},
        {"00:00:00Z", "00:00:00.5Z", "signedAt"},
        {"2026-11-01T", "2026-11-31T", "signedAt"},
        {"\"2026-11-01T00:00:00Z\"", "1793491200", "signedAt"},
        {"\"program\"", "\"programs\"", "usage"},
        {"\"program\"", "\"Program\"", "usage"},
        {"\"program\"", "\"\"", "usage"},
        {"\"program\"", "null", "usage"},
        {"4096", "-1", "size"},
        {"4096", "\"4096\"", "size"},
        {"4096", "1.5", "size"},
        {"4096", "9007199254740992", "size"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *changed = forge_replace(release, rows[i].from, rows[i].to);
        refuse(RELEASE, changed, SIGNET_E_MALFORMED, rows[i].words);
        free(changed);
    }
    refuse(RELEASE, NULL, SIGNET_E_MALFORMED, "purl");
    refuse(RELEASE, "{\"purl\":\"pkg:npm/@angular/http@7.2.16\",\"packageId\":\"1234567890\"}",
           SIGNET_E_MALFORMED, "pkg:generic/NAME@VERSION");
}

static void usages_have_their_names(void **state)
{
    (void)state;
    static const char *const names[] = {"program", "interp", "lib", "script", "model", "data"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        enum signet_usage usage = signet_usage_named(signet_span_str(names[i]));
        char *changed = forge_replace(release, "\"program\"", "\"USAGE\"");
        char *named = forge_replace(changed, "USAGE", names[i]);
        struct told told = tell_good(RELEASE, named);
        assert_int_equal(usage, 1 << i);
        assert_int_equal(told.facts.usage, usage);
        assert_string_equal(signet_usage_name(usage), names[i]);
        forget(&told);
        free(named);
        free(changed);
    }
    assert_string_equal(signet_usage_name((enum signet_usage)0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release_is_read),
        cmocka_unit_test(a_release_is_refused),
        cmocka_unit_test(usages_have_their_names),
    };
    return CHECK_RUN(tests);
}
