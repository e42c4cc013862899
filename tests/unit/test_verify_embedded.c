/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/verify.h>: signatures inside documents. Each that passes has twins that are refused and
 * differ in one thing. Documents are signed by forge_jsf.h, without the code under test.
 */
#include "forge_jsf.h"

#include <signet/report.h>
#include <signet/verify.h>

#include "base/compiler.h"
#include "scratch.h"

/* The signature of the whole stands at @, that of component a at #. */
#define COMPONENT_A "{\"bom-ref\":\"a\",\"name\":\"lib-a\",\"signature\":#,\"type\":\"library\"}"
#define COMPONENT_B "{\"bom-ref\":\"b\",\"name\":\"lib-b\",\"type\":\"library\"}"
#define COMPONENT_B_SIGNED                                                                         \
    "{\"bom-ref\":\"b\",\"name\":\"lib-b\",\"signature\":#,\"type\":\"library\"}"
#define BOM_OF(components)                                                                         \
    "{\"bomFormat\":\"CycloneDX\",\"components\":[" components "],\"metadata\":{\"timestamp\":"    \
    "\"2026-11-01T00:00:00Z\"},\"signature\":@,\"specVersion\":\"1.6\",\"version\":1}"
#define BOM BOM_OF(COMPONENT_B)

/* One verification; zero-initialised: key 0 given, threshold 1, the whole. */
struct trial {
    size_t key_count;
    size_t threshold;
    const char *at;
    const char *also_at;
    const char *const *allow_excludes;
    bool files_only;
    bool no_use;
    bool second_key; /* key 1 in the place of key 0 */
    char message[256];
    bool partial;
};

static int verify(const char *text, struct trial *trial)
{
    struct signet_trusted_key keys[3] = {forge_trusted(0), forge_trusted(1), forge_trusted(2)};
    const char *const at[] = {trial->at, trial->also_at, NULL};
    struct signet_verification *verification = NULL;
    struct signet_artifact *artifact = NULL;
    struct signet_err err;
    struct scratch scratch;
    char path[512];
    for (size_t i = 0; i < 3; i++) {
        keys[i].uses |= trial->no_use ? 0 : SIGNET_USE_JSF;
    }
    const struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .keys = trial->second_key ? keys + 1 : keys,
        .key_count = trial->key_count > 0 ? trial->key_count : 1,
        .threshold = trial->threshold,
        .at = trial->at != NULL ? at : NULL,
        .allow_excludes = trial->allow_excludes,
        .files_only = trial->files_only,
        .jobs = 1,
    };
    scratch_open(&scratch);
    scratch_put(&scratch, "bom.json", text);
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(scratch_path(&scratch, "bom.json", path), &artifact, &err), &err);
    int rc = signet_verify(artifact, path, &opts, &verification, &err);
    assert_int_equal(rc, err.code);
    memcpy(trial->message, err.msg,
           sizeof(trial->message) < sizeof(err.msg) ? sizeof(trial->message) : sizeof(err.msg));
    trial->partial = verification != NULL && signet_verification_partial(verification);
    assert_int_equal(rc == SIGNET_OK,
                     verification != NULL && signet_verification_verified(verification) != NULL);
    signet_verification_free(verification);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
    return rc;
}

/* Requires a result, and if it is no pass a text in the message. Frees the document. */
static void expect(char *text, struct trial trial, int code, const char *message)
{
    int rc = verify(text, &trial);
    if (rc != code || (code != SIGNET_OK && strstr(trial.message, message) == NULL)) {
        fail_msg("expected %s \"%s\", found %s \"%s\" for %s", signet_err_name(code), message,
                 signet_err_name(rc), trial.message, text);
    }
    free(text);
}

static const struct trial one = {0};

static void the_whole_is_signed(void **state)
{
    (void)state;
    expect(jsf_single(BOM, '@', 0, ""), one, SIGNET_OK, "");
    expect(jsf_single(BOM, '@', 1, ""), one, SIGNET_E_UNTRUSTED, "no key for SHA256:");
    expect(jsf_single(BOM, '@', 0, ""), (struct trial){.no_use = true}, SIGNET_E_UNTRUSTED,
           "may not be used with format jsf");
    expect(jsf_single(BOM, '@', 0, ""), (struct trial){.files_only = true}, SIGNET_E_NO_SIGNATURE,
           "no signature");
    expect(jsf_put(BOM, '@', "{}"), one, SIGNET_E_MALFORMED, "algorithm: expected");
    expect(jsf_replace(BOM, "\"signature\":@,", ""), one, SIGNET_E_NO_SIGNATURE,
           "neither in the document nor beside it");
    /* what the canonical form does not hold may change */
    char *text = jsf_single(BOM, '@', 0, "");
    char *spaced = jsf_replace(text, "\"version\":1}", "\n  \"version\" : 1.0 }\n");
    expect(spaced, one, SIGNET_OK, "");
    free(text);
}

static void every_byte_counts(void **state)
{
    char *text = jsf_single(BOM, '@', 0, "");
    (void)state;
    for (size_t i = 0; text[i] != '\0'; i++) {
        struct trial trial = {0};
        text[i] ^= 1;
        if (verify(text, &trial) == SIGNET_OK) {
            fail_msg("a changed byte %zu passes: %s", i, text);
        }
        text[i] ^= 1;
    }
    expect(text, one, SIGNET_OK, "");
}

static void a_name_of_another_key(void **state)
{
    char *core = jsf_core(1, "");
    char *message = jsf_put(BOM, '@', core);
    char *whole = jsf_signed_core(0, core, message);
    (void)state;
    expect(jsf_put(BOM, '@', whole), one, SIGNET_E_UNTRUSTED, "no key for SHA256:");
    expect(jsf_put(BOM, '@', whole), (struct trial){.key_count = 2}, SIGNET_E_BAD_SIGNATURE,
           "bad signature: it names the given key");
    free(core);
    free(message);
    free(whole);
    /* the key id is signed */
    char *text = jsf_single(BOM, '@', 0, "\"keyId\":\"release-2026\",");
    expect(jsf_replace(text, "release-2026", "release-2027"), one, SIGNET_E_BAD_SIGNATURE,
           "bad signature: it names the given key");
    expect(text, one, SIGNET_OK, "");
}

static void a_shared_secret_signs_nothing(void **state)
{
    struct forge_key pair = forge_key(0);
    static const char core[] = "{\"algorithm\":\"HS256\"}";
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    char whole[256];
    (void)state;
    char *message = jsf_put(BOM, '@', core);
    crypto_auth_hmacsha256(mac, (const uint8_t *)message, strlen(message), pair.public_half);
    char *value = jsf_base64url(mac, sizeof(mac));
    assert_true(snprintf(whole, sizeof(whole), "{\"algorithm\":\"HS256\",\"value\":\"%s\"}",
                         value) < (int)sizeof(whole));
    expect(jsf_put(BOM, '@', whole), one, SIGNET_E_UNSUPPORTED,
           "HS256: a shared secret proves no signer");
    free(value);
    free(message);
}

static void links_of_a_chain(void **state)
{
    static const size_t keys[] = {0, 1, 2};
    char *cores[3];
    const struct trial two = {.key_count = 2, .threshold = 2};
    const struct trial three = {.key_count = 3, .threshold = 3};
    (void)state;
    jsf_list(BOM, "chain", keys, 3, cores);
    expect(jsf_with_list(BOM, "chain", cores, (const size_t[]){0, 1, 2}, 3), three, SIGNET_OK, "");
    expect(jsf_with_list(BOM, "chain", cores, (const size_t[]){0, 1, 2}, 3), one, SIGNET_OK, "");
    /* shortened at its end it is a shorter chain, so the caller says how long it must be */
    expect(jsf_with_list(BOM, "chain", cores, (const size_t[]){0, 1}, 2), two, SIGNET_OK, "");
    expect(jsf_with_list(BOM, "chain", cores, (const size_t[]){0, 1}, 2), three, SIGNET_E_THRESHOLD,
           "3 keys must sign the document, 2 did: it holds 2 signatures, and others may have been "
           "taken off");
    /* shortened elsewhere, or in another order, it breaks, whoever is trusted */
    expect(jsf_with_list(BOM, "chain", cores, (const size_t[]){1, 2}, 2), one,
           SIGNET_E_BAD_SIGNATURE, "chain link 1 of 2 does not verify in its place");
    expect(jsf_with_list(BOM, "chain", cores, (const size_t[]){1, 0, 2}, 3), three,
           SIGNET_E_BAD_SIGNATURE, "chain link 1 of 3 does not verify in its place");
    expect(jsf_with_list(BOM, "chain", cores, (const size_t[]){0, 2, 1}, 3), one,
           SIGNET_E_BAD_SIGNATURE, "chain link 2 of 3 does not verify in its place");
    expect(jsf_with_list(BOM, "chain", cores, (const size_t[]){0, 2}, 2), one,
           SIGNET_E_BAD_SIGNATURE, "chain link 2 of 2 does not verify in its place");
    /* a link is no signature by itself */
    expect(jsf_put(BOM, '@', cores[0]), one, SIGNET_E_BAD_SIGNATURE, "bad signature");
    expect(jsf_with_list(BOM, "signers", cores, (const size_t[]){0}, 1), one,
           SIGNET_E_BAD_SIGNATURE, "bad signature");
    for (size_t i = 0; i < 3; i++) {
        free(cores[i]);
    }
}

static void several_signers(void **state)
{
    static const size_t keys[] = {0, 1, 2, 0};
    char *cores[4];
    const struct trial two = {.key_count = 2, .threshold = 2};
    (void)state;
    jsf_list(BOM, "signers", keys, 4, cores);
    expect(jsf_with_list(BOM, "signers", cores, (const size_t[]){0, 1}, 2), two, SIGNET_OK, "");
    expect(jsf_with_list(BOM, "signers", cores, (const size_t[]){1, 0}, 2), two, SIGNET_OK, "");
    /* another signer in the place of one, and one twice */
    expect(jsf_with_list(BOM, "signers", cores, (const size_t[]){0, 2}, 2), two, SIGNET_E_THRESHOLD,
           "2 keys must sign the document, 1 did");
    expect(jsf_with_list(BOM, "signers", cores, (const size_t[]){0, 3}, 2), two, SIGNET_E_THRESHOLD,
           "2 keys must sign the document, 1 did");
    expect(jsf_with_list(BOM, "signers", cores, (const size_t[]){0}, 1), two, SIGNET_E_THRESHOLD,
           "2 keys must sign the document, 1 did: it holds 1 signature,");
    /* values that were exchanged */
    char *first = strstr(cores[0], "\"value\"");
    char *second = strstr(cores[1], "\"value\"");
    char kept[256];
    assert_true(strlen(first) == strlen(second) && strlen(first) < sizeof(kept));
    memcpy(kept, first, strlen(first) + 1);
    memcpy(first, second, strlen(first));
    memcpy(second, kept, strlen(second));
    expect(jsf_with_list(BOM, "signers", cores, (const size_t[]){0, 1}, 2), two,
           SIGNET_E_BAD_SIGNATURE, "none of the 2 signatures is valid");
    for (size_t i = 0; i < 4; i++) {
        free(cores[i]);
    }
}

/* A document signed without some of its members. */
static char *with_excludes(const char *excludes, const char *left)
{
    char more[256];
    char *core = jsf_core(0, "");
    char *message = jsf_put(left, '@', core);
    char *whole = jsf_signed_core(0, core, message);
    assert_true(snprintf(more, sizeof(more), "{\"excludes\":%s,\"algorithm\"", excludes) <
                (int)sizeof(more));
    char *object = jsf_replace(whole, "{\"algorithm\"", more);
    char *out = jsf_put(BOM, '@', object);
    free(core);
    free(message);
    free(whole);
    free(object);
    return out;
}

static void members_left_out(void **state)
{
    static const char *const metadata[] = {"metadata", NULL};
    static const char *const others[] = {"meta", "Metadata", NULL};
    static const char *const all[] = {"bomFormat",   "components", "metadata",
                                      "specVersion", "version",    NULL};
    char *left = jsf_replace(BOM, "\"metadata\":{\"timestamp\":\"2026-11-01T00:00:00Z\"},", "");
    (void)state;
    expect(with_excludes("[\"metadata\"]", left), one, SIGNET_E_DENIED,
           "the signature leaves the member \"metadata\" out");
    expect(with_excludes("[\"metadata\"]", left), (struct trial){.allow_excludes = others},
           SIGNET_E_DENIED, "\"metadata\" out");
    expect(with_excludes("[\"metadata\"]", left), (struct trial){.allow_excludes = metadata},
           SIGNET_OK, "");
    expect(with_excludes("[\"metadata\",\"version\"]", left),
           (struct trial){.allow_excludes = metadata}, SIGNET_E_DENIED, "\"version\" out");
    expect(with_excludes("[\"bomFormat\",\"components\",\"metadata\",\"specVersion\",\"version\"]",
                         "{\"signature\":@}"),
           (struct trial){.allow_excludes = all}, SIGNET_E_FORBIDDEN, "nothing would be signed");
    free(left);
}

static char *nested(size_t inner, size_t outer)
{
    char *component = jsf_single(COMPONENT_A, '#', inner, "");
    char *components = jsf_put("*," COMPONENT_B, '*', component);
    char *document = jsf_put(BOM_OF("*"), '*', components);
    char *out = outer < 3 ? jsf_single(document, '@', outer, "")
                          : jsf_replace(document, "\"signature\":@,", "");
    free(component);
    free(components);
    free(document);
    return out;
}

static void a_part_is_signed(void **state)
{
    const struct trial a = {.at = "a"};
    char *text = nested(0, SIZE_MAX);
    (void)state;
    expect(nested(0, SIZE_MAX), a, SIGNET_OK, "");
    expect(nested(0, SIZE_MAX), (struct trial){.at = "/components/0"}, SIGNET_OK, "");
    expect(nested(0, SIZE_MAX), one, SIGNET_E_NO_SIGNATURE,
           "not signed as a whole: only /components/0 is signed");
    expect(nested(0, SIZE_MAX), (struct trial){.at = ""}, SIGNET_E_NO_SIGNATURE,
           "not signed as a whole");
    expect(nested(0, SIZE_MAX), (struct trial){.at = "b"}, SIGNET_E_NO_SIGNATURE,
           "the component at /components/1 is not signed by itself");
    expect(nested(0, SIZE_MAX), (struct trial){.at = "c"}, SIGNET_E_USAGE, "c");
    expect(nested(0, SIZE_MAX), (struct trial){.at = "/components"}, SIGNET_E_USAGE,
           "allows no signature");
    expect(nested(1, SIZE_MAX), a, SIGNET_E_UNTRUSTED, "no key for");
    expect(jsf_replace(text, "lib-a", "lib-x"), a, SIGNET_E_BAD_SIGNATURE, "bad signature");
    /* what is outside of the part is not covered */
    expect(jsf_replace(text, "lib-b", "lib-x"), a, SIGNET_OK, "");
    /* two of one name */
    expect(jsf_replace(text, "\"bom-ref\":\"b\"", "\"bom-ref\":\"a\""), a, SIGNET_E_AMBIGUOUS,
           "two objects");
    /* a part of a document that is signed as a whole */
    expect(jsf_single(BOM, '@', 0, ""), (struct trial){.at = "b"}, SIGNET_E_NO_SIGNATURE,
           "not signed by itself");
    struct trial partial = a;
    CHECK_CODE(verify(text, &partial), SIGNET_OK);
    assert_true(partial.partial);
    free(text);
    struct trial whole = one;
    text = nested(0, 0);
    CHECK_CODE(verify(text, &whole), SIGNET_OK);
    assert_false(whole.partial);
    free(text);
}

/* Each part that is asked for has a threshold of its own. */
static void several_parts(void **state)
{
    const struct trial both = {.at = "a", .also_at = "b", .key_count = 2};
    struct trial two = both;
    char *component_a = jsf_single(COMPONENT_A, '#', 0, "");
    char *component_b = jsf_single(COMPONENT_B_SIGNED, '#', 1, "");
    char *components = jsf_put("*,#", '*', component_a);
    char *list = jsf_put(components, '#', component_b);
    char *document = jsf_put(BOM_OF("*"), '*', list);
    char *text = jsf_replace(document, "\"signature\":@,", "");
    (void)state;
    two.threshold = 2;
    expect(strdup(text), both, SIGNET_OK, "");
    expect(strdup(text), two, SIGNET_E_THRESHOLD, "2 keys must sign the document, 1 did");
    expect(strdup(text), (struct trial){.at = "a", .also_at = "b"}, SIGNET_E_UNTRUSTED, "no key");
    expect(strdup(text), (struct trial){.at = "a", .also_at = "/components/0"}, SIGNET_E_USAGE,
           "one place is asked for twice");
    expect(text, (struct trial){.at = "a"}, SIGNET_OK, "");
    free(component_a);
    free(component_b);
    free(components);
    free(list);
    free(document);
}

/* The signature of one part stands in another. */
static void a_signature_moved(void **state)
{
    char *text = nested(0, SIZE_MAX);
    char *moved = jsf_replace(text, "\"bom-ref\":\"a\",\"name\":\"lib-a\"",
                              "\"bom-ref\":\"b\",\"name\":\"lib-b\"");
    (void)state;
    expect(moved, (struct trial){.at = "/components/0"}, SIGNET_E_BAD_SIGNATURE, "bad signature");
    free(text);
}

static void a_part_changed_inside_a_whole(void **state)
{
    const struct trial second = {.second_key = true};
    (void)state;
    /* 0 signed the part, 1 the whole */
    expect(nested(0, 1), second, SIGNET_OK, "");
    char *text = nested(0, 1);
    expect(jsf_replace(text, "lib-a", "lib-x"), second, SIGNET_E_BAD_SIGNATURE,
           "the change lies in the component at /components/0");
    expect(jsf_replace(text, "lib-b", "lib-x"), second, SIGNET_E_BAD_SIGNATURE,
           "but does not verify: the signature or the document was changed");
    free(text);
    /* a part was signed after the whole */
    text = jsf_single(BOM_OF("{\"bom-ref\":\"a\",\"name\":\"lib-a\",\"type\":\"library\"}"), '@', 1,
                      "");
    char *later = jsf_single(COMPONENT_A, '#', 0, "");
    char *changed_later =
        jsf_replace(text, "{\"bom-ref\":\"a\",\"name\":\"lib-a\",\"type\":\"library\"}", later);
    expect(jsf_replace(changed_later, "lib-a", "lib-x"), second, SIGNET_E_BAD_SIGNATURE,
           "the change lies in the component at /components/0");
    expect(changed_later, second, SIGNET_E_BAD_SIGNATURE,
           "the component at /components/0 was signed after the document was");
    expect(text, second, SIGNET_OK, "");
    free(later);
    /* the whole was signed over a part that was changed before */
    char *component = jsf_single(COMPONENT_A, '#', 0, "");
    char *changed = jsf_replace(component, "lib-a", "lib-x");
    char *document = jsf_put(BOM_OF("*"), '*', changed);
    expect(jsf_single(document, '@', 1, ""), second, SIGNET_E_BAD_SIGNATURE,
           "the component at /components/0 was changed after it was signed: its own signature does "
           "not verify, although one around it does");
    free(document);
    document = jsf_put(BOM_OF("*"), '*', component);
    expect(jsf_single(document, '@', 1, ""), second, SIGNET_OK, "");
    free(document);
    free(changed);
    free(component);
}

/* A part that 0 and 2 signed, inside a whole that 1 signed. Of 2's signature the name of its key
 * remains, and the value is 0's. */
static void a_forged_second_signer_of_a_part(void **state)
{
    static const size_t keys[] = {0, 2};
    const struct trial second = {.second_key = true};
    char *cores[2];
    char *part = jsf_replace(COMPONENT_A, "#", "@");
    (void)state;
    jsf_list(part, "signers", keys, 2, cores);
    for (int forged = 0; forged < 2; forged++) {
        if (forged == 1) {
            memcpy(strstr(cores[1], "\"value\""), strstr(cores[0], "\"value\""), 96);
        }
        char *component = jsf_with_list(part, "signers", cores, (const size_t[]){0, 1}, 2);
        char *document = jsf_put(BOM_OF("*"), '*', component);
        expect(jsf_single(document, '@', 1, ""), second,
               forged == 1 ? SIGNET_E_BAD_SIGNATURE : SIGNET_OK,
               "the component at /components/0 was changed after it was signed");
        free(component);
        free(document);
    }
    free(part);
    free(cores[0]);
    free(cores[1]);
}

static void one_signature_at_the_top(void **state)
{
    char *text = jsf_single(BOM, '@', 0, "");
    (void)state;
    expect(jsf_replace(text, "\"version\":1", "\"signature\":{},\"version\":1"), one,
           SIGNET_E_MALFORMED, "each name once in an object, found \"signature\" again");
    expect(jsf_replace(text, "\"version\":1", "\"\\u0073ignature\":{},\"version\":1"), one,
           SIGNET_E_MALFORMED, "each name once");
    expect(jsf_replace(text, "\"signature\":", "\"Signature\":"), one, SIGNET_E_NO_SIGNATURE,
           "neither in the document");
    expect(jsf_replace(text, "\"signature\":", "\"\\u0073ignature\":"), one, SIGNET_OK, "");
    free(text);
}

static void only_where_the_version_has_a_place(void **state)
{
    static const char old[] = "{\"bomFormat\":\"CycloneDX\",\"signature\":@,\"specVersion\":"
                              "\"1.3\",\"version\":1}";
    static const char young[] = "{\"bomFormat\":\"CycloneDX\",\"signature\":@,\"specVersion\":"
                                "\"1.4\",\"version\":1}";
    static const char other[] = "{\"bomFormat\":\"Cyclone\",\"signature\":@,\"specVersion\":"
                                "\"1.4\",\"version\":1}";
    (void)state;
    expect(jsf_single(young, '@', 0, ""), one, SIGNET_OK, "");
    expect(jsf_single(old, '@', 0, ""), one, SIGNET_E_NO_SIGNATURE, "no place for a signature");
    expect(jsf_single(other, '@', 0, ""), one, SIGNET_E_NO_SIGNATURE, "no signature file found");
    expect(jsf_single(other, '@', 0, ""), (struct trial){.at = "a"}, SIGNET_E_UNSUPPORTED,
           "expected a CycloneDX document");
}

/* What cdxgen signs: the document without the signature object. */
static char *as_cdxgen(void)
{
    char *core = jsf_core(0, "");
    char *message = jsf_replace(BOM, "\"signature\":@,", "");
    char *whole = jsf_signed_core(0, core, message);
    char *out = jsf_put(BOM, '@', whole);
    free(core);
    free(message);
    free(whole);
    return out;
}

static void signatures_of_other_kinds(void **state)
{
    static const char *const rows[][2] = {
        {"{\"algorithm\":\"Ed25519\",\"value\":\"e30.e30.AAAA\"}", "but a JWS inside"},
        {"{\"algorithm\":\"RS256\",\"value\":\"AA+A\"}", "but RSA in standard base64"},
        {"{\"algorithm\":\"Ed25519\",\"value\":\"AAA=\"}", "but standard base64"},
    };
    char *text = as_cdxgen();
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        expect(jsf_put(BOM, '@', rows[i][0]), one, SIGNET_E_MALFORMED, rows[i][1]);
    }
    expect(as_cdxgen(), one, SIGNET_E_BAD_SIGNATURE, "over the document without its signature");
    expect(as_cdxgen(), (struct trial){.second_key = true}, SIGNET_E_UNTRUSTED, "no key for");
    expect(jsf_replace(text, "lib-b", "lib-x"), one, SIGNET_E_BAD_SIGNATURE,
           "but does not verify: the signature or the document was changed");
    free(text);
    expect(jsf_replace(
               BOM, "\"signature\":@,",
               "\"metadata\":{\"properties\":[{\"name\":\"BOM Signature\",\"value\":\"x\"}]},"),
           one, SIGNET_E_MALFORMED, "each name once");
    text = jsf_replace(BOM, "\"signature\":@,", "");
    expect(
        jsf_replace(text, "\"metadata\":{",
                    "\"metadata\":{\"properties\":[{\"name\":\"BOM Signature\",\"value\":\"x\"}],"),
        one, SIGNET_E_NO_SIGNATURE, "but a metadata property");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_is_signed),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(a_name_of_another_key),
        cmocka_unit_test(a_shared_secret_signs_nothing),
        cmocka_unit_test(links_of_a_chain),
        cmocka_unit_test(several_signers),
        cmocka_unit_test(members_left_out),
        cmocka_unit_test(a_part_is_signed),
        cmocka_unit_test(several_parts),
        cmocka_unit_test(a_signature_moved),
        cmocka_unit_test(a_part_changed_inside_a_whole),
        cmocka_unit_test(a_forged_second_signer_of_a_part),
        cmocka_unit_test(one_signature_at_the_top),
        cmocka_unit_test(only_where_the_version_has_a_place),
        cmocka_unit_test(signatures_of_other_kinds),
    };
    return CHECK_RUN(tests);
}
