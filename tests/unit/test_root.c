/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/root: the closed schema of trust roots. One root passes, and its twins, each different in
 * one thing, do not.
 */
#include "check.h"

#include <signet/limits.h>

#include "forge_root.h"
#include "trust/root.h"

#define KEY3                                                                                       \
    "\"" ID3 "\":{\"algorithm\":\"ecdsa-p256\",\"public\":\"" PUBLIC3                              \
    "\",\"owner\":\"builder\",\"status\":\"retired\",\"retired_at\":\"2026-11-02T00:00:00Z\"}"

#define ROOT                                                                                                                                                                    \
    "{\"schema\":\"signet-root/1\",\"version\":3,\"issued\":\"2026-11-01T00:00:00Z\","                                                                                          \
    "\"expires\":\"2027-05-01T00:00:00Z\",\"keys\":{" KEY_ENTRY(                                                                                                                \
        ID0, PUBLIC0,                                                                                                                                                           \
        ",\"not_before\":\"2026-01-01T00:00:00Z\","                                                                                                                             \
        "\"not_after\":\"2028-01-01T00:00:00Z\"") "," KEY_ENTRY(ID1, PUBLIC1,                                                                                                   \
                                                                ",\"uses\":[\"dsse\",\"jsf\"]") "," KEY_ENTRY(ID2,                                                              \
                                                                                                              PUBLIC2,                                                          \
                                                                                                              ",\"uses\":[\"time\"]") "," KEY3                                  \
                                                                                                                                      "},\"roles\":{\"root\":{\"keys\":[\"" ID0 \
                                                                                                                                      "\",\"" ID1                               \
                                                                                                                                      "\"],\"threshold\":2},"                   \
                                                                                                                                      "\"policy\":{\"keys\":[\"" ID1            \
                                                                                                                                      "\"],\"threshold\":1},"                   \
                                                                                                                                      "\"time\":{\"keys\":[\"" ID2              \
                                                                                                                                      "\"],\"threshold\":1},"                   \
                                                                                                                                      "\"release\":{\"keys\":[\"" ID3           \
                                                                                                                                      "\",\"" ID0                               \
                                                                                                                                      "\"],\"threshold\":1}}}"

/* Where key 3 stands: a JSON pointer (RFC 6901). */
#define AT3 "/keys/SHA256:TBlirSHi+A8NqCWp5~1U7SCssnycfoL0csMI4F7+hDAE"

/* Parses and requires that the result is as expected; wrong is the message, NULL for a success. */
static void try_text(const char *text, int expected, const char *wrong)
{
    struct signet_root root;
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_root_parse(signet_span_str(text), &root, &err);
    if (wrong != NULL && strcmp(err.msg, wrong) != 0) {
        fail_msg("expected \"%s\", found \"%s\" for %s", wrong, err.msg, text);
    }
    CHECK_CODE(rc, expected);
    if (rc != SIGNET_OK) {
        assert_int_equal(root.key_count, 0);
        assert_null(root.keys);
    }
    signet_root_free(&root);
}

/* One thing of the root replaced. */
struct twin {
    const char *from;
    const char *to;
    const char *wrong; /* NULL: it passes too */
};

static void try_twins(const struct twin *twins, size_t count)
{
    try_text(ROOT, SIGNET_OK, NULL);
    for (size_t i = 0; i < count; i++) {
        char *text = forge_replace(ROOT, twins[i].from, twins[i].to);
        try_text(text, twins[i].wrong == NULL ? SIGNET_OK : SIGNET_E_MALFORMED, twins[i].wrong);
        free(text);
    }
}

#define TRY_TWINS(twins) try_twins(twins, sizeof(twins) / sizeof((twins)[0]))

static void all_of_a_root_is_read(void **state)
{
    struct signet_root root;
    struct signet_err err;
    (void)state;
    signet_err_clear(&err);
    CHECK_OK(signet_root_parse(signet_span_str(ROOT), &root, &err), &err);
    assert_int_equal(root.version, 3);
    assert_int_equal(root.issued, 1793491200);  /* date -ud 2026-11-01 +%s */
    assert_int_equal(root.expires, 1809129600); /* 2027-05-01 */
    assert_int_equal(root.key_count, 4);
    const struct signet_root_key *key = &root.keys[0];
    struct signet_trusted_key first = forge_trusted(0);
    assert_string_equal(key->id, ID0);
    assert_string_equal(key->owner, "somebody");
    assert_true(signet_pubkey_eq(&key->key, &first.key));
    assert_int_equal(key->status, SIGNET_ROOT_ACTIVE);
    assert_int_equal(key->not_before, 1767225600); /* 2026-01-01 */
    assert_int_equal(key->not_after, 1830297600);  /* 2028-01-01 */
    assert_true(key->retired_at == INT64_MAX && key->revoked_at == INT64_MAX);
    assert_int_equal(key->uses, SIGNET_USE_BUNDLE | SIGNET_USE_DSSE);
    assert_int_equal(root.keys[1].uses, SIGNET_USE_DSSE | SIGNET_USE_JSF);
    assert_true(root.keys[1].not_before == INT64_MIN && root.keys[1].not_after == INT64_MAX);
    assert_int_equal(root.keys[2].uses, SIGNET_USE_TIME);
    assert_int_equal(root.keys[3].key.alg, SIGNET_KEY_P256);
    assert_int_equal(root.keys[3].status, SIGNET_ROOT_RETIRED);
    assert_int_equal(root.keys[3].retired_at, 1793577600); /* 2026-11-02 */
    assert_int_equal(root.role_count, 4);
    const struct signet_root_role *role = signet_root_role(&root, "release");
    assert_non_null(role);
    assert_int_equal(role->key_count, 2);
    assert_int_equal(role->keys[0], 3);
    assert_int_equal(role->keys[1], 0);
    assert_int_equal(role->threshold, 1);
    assert_int_equal(signet_root_role(&root, SIGNET_ROLE_ROOT)->threshold, 2);
    assert_null(signet_root_role(&root, "releas"));
    signet_root_free(&root);
    signet_root_free(NULL);
}

static void the_head_is_of_the_schema(void **state)
{
    static const struct twin twins[] = {
        {"signet-root/1", "signet-root/2", "/schema: expected signet-root/1"},
        {"\"schema\":\"signet-root/1\",", "", "/schema: expected this member, found none"},
        {"\"version\":3", "\"version\":3,\"x\":1", "/x: expected no member of this name"},
        {"\"version\":3", "\"version\":1", NULL},
        {"\"version\":3", "\"version\":0",
         "/version: expected an integer from 1 to 9007199254740991"},
        {"\"version\":3,", "", "/version: expected this member, found none"},
        {"2027-05-01", "2026-11-01", "/expires: expected an instant later than /issued"},
        {"2027-05-01T00:00:00Z", "2026-11-01T00:00:01Z", NULL},
        {"2027-05-01T00:00:00Z", "2027-05-01",
         "/expires: expected an instant such as 2026-11-01T00:00:00Z"},
        {"\"issued\":\"2026-11-01T00:00:00Z\",", "", "/issued: expected this member, found none"},
        {"\"expires\":\"2027-05-01T00:00:00Z\",", "", "/expires: expected this member, found none"},
    };
    (void)state;
    TRY_TWINS(twins);
    try_text("[]", SIGNET_E_MALFORMED, "expected an object");
    try_text("{\"schema\":\"signet-root/1\",\"schema\":\"signet-root/1\"}", SIGNET_E_MALFORMED,
             NULL);
}

static void a_key_is_what_its_id_and_algorithm_say(void **state)
{
    static const struct twin twins[] = {
        {"\"" ID0 "\":", "\"" ID3 "x\":",
         AT3 "x: expected the id " ID0 ", which is that of its key"},
        {PUBLIC0, PUBLIC1, "/keys/" ID0 ": expected the id " ID1 ", which is that of its key"},
        {"\"algorithm\":\"ed25519\"", "\"algorithm\":\"Ed25519\"",
         "/keys/" ID0 "/algorithm: expected ed25519"},
        {"ecdsa-p256", "ed25519", AT3 "/algorithm: expected ecdsa-p256"},
        {"HURo=\"", "HURo\"",
         "/keys/" ID0 "/public: expected padded standard base64 of a SubjectPublicKeyInfo in DER"},
        {"/7TyWQHOg7", "_7TyWQHOg7",
         "/keys/" ID0 "/public: expected padded standard base64 of a SubjectPublicKeyInfo in DER"},
        {"HURo=\"", "HUR*=\"", "/keys/" ID0 "/public: expected base64 of a SubjectPublicKeyInfo"},
        /* the key as PEM in base64: another spelling of what would pass */
        {PUBLIC0,
         "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUNvd0JRWURLMlZ3QXlFQTExcVlBWUt4Q3JmVlMvN1R5V1FIT2c3"
         "aGN2UGFwaU1scndJYWFQY0hVUm89Ci0tLS0tRU5EIFBVQkxJQyBLRVktLS0tLQo=",
         "/keys/" ID0 "/public: expected padded standard base64 of a SubjectPublicKeyInfo in DER"},
        {"\"owner\":\"somebody\",", "", "/keys/" ID0 "/owner: expected this member, found none"},
        {"\"owner\":\"somebody\"", "\"owner\":\"\"",
         "/keys/" ID0 "/owner: expected a text that is not empty, without control characters"},
        {"\"owner\":\"somebody\"", "\"owner\":\"somebody\",\"name\":\"x\"",
         "/keys/" ID0 "/name: expected no member of this name"},
    };
    (void)state;
    TRY_TWINS(twins);
}

/* The same raw key cannot stand there twice: its id is one, and names are unique. */
static void no_key_has_two_entries(void **state)
{
    static const char again[] = KEY_ENTRY(ID1, PUBLIC1, "") ",\"" ID3 "\":{";
    static const char renamed[] = KEY_ENTRY("SHA256:another", PUBLIC1, "") ",\"" ID3 "\":{";
    (void)state;
    char *text = forge_replace(ROOT, "\"" ID3 "\":{", again);
    try_text(text, SIGNET_E_MALFORMED, NULL);
    free(text);
    text = forge_replace(ROOT, "\"" ID3 "\":{", renamed);
    try_text(text, SIGNET_E_MALFORMED,
             "/keys/SHA256:another: expected the id " ID1 ", which is that of its key");
    free(text);
}

static void status_and_its_instant_agree(void **state)
{
#define RETIRED "\"status\":\"retired\",\"retired_at\":\"2026-11-02T00:00:00Z\""
    static const struct twin twins[] = {
        {RETIRED, "\"status\":\"revoked\",\"revoked_at\":\"2026-11-02T00:00:00Z\"", NULL},
        {RETIRED, "\"status\":\"active\"", NULL},
        {RETIRED, "\"status\":\"retired\"", AT3 "/retired_at: expected this member, found none"},
        {RETIRED, "\"status\":\"revoked\"", AT3 "/revoked_at: expected this member, found none"},
        {RETIRED, "\"status\":\"revoked\",\"retired_at\":\"2026-11-02T00:00:00Z\"",
         AT3 "/retired_at: expected no such member with this status"},
        {RETIRED, RETIRED ",\"revoked_at\":\"2026-11-02T00:00:00Z\"",
         AT3 "/revoked_at: expected no such member with this status"},
        {"\"status\":\"active\"", "\"status\":\"active\",\"revoked_at\":\"2026-11-02T00:00:00Z\"",
         "/keys/" ID0 "/revoked_at: expected no such member with this status"},
        {RETIRED, "\"status\":\"gone\"", AT3 "/status: expected one of active, retired, revoked"},
        {"\"status\":\"active\"", "\"x\":1", "/keys/" ID0 "/x: expected no member of this name"},
        {"\"not_after\":\"2028", "\"not_after\":\"2026",
         "/keys/" ID0 ": expected not_before to be earlier than not_after"},
        {"2028-01-01T00:00:00Z", "2026-01-01T00:00:01Z", NULL},
        {"\"not_before\":\"2026-01-01T00:00:00Z\"", "\"not_before\":null",
         "/keys/" ID0 "/not_before: expected an instant such as 2026-11-01T00:00:00Z"},
    };
    (void)state;
    TRY_TWINS(twins);
}

static void uses_that_do_not_go_together_are_refused(void **state)
{
#define USES "[\"dsse\",\"jsf\"]"
#define NOT_BOTH "/keys/" ID1 "/uses: expected either jsf and jss or minisign and signify, not both"
#define NO_OTHER "/keys/" ID1 "/uses: expected no other use beside time"
    static const struct twin twins[] = {
        {USES, "[\"bundle\",\"dsse\",\"jsf\",\"jss\",\"sshsig\"]", NULL},
        {USES, "[\"bundle\",\"dsse\",\"minisign\",\"signify\",\"sshsig\"]", NULL},
        {USES, "[\"dsse\",\"jsf\",\"minisign\"]", NOT_BOTH},
        {USES, "[\"dsse\",\"signify\",\"jss\"]", NOT_BOTH},
        {USES, "[\"dsse\",\"time\"]", NO_OTHER},
        {USES, "[\"dsse\",\"dsse\"]", "/keys/" ID1 "/uses/1: expected each use once"},
        {USES, "[]", "/keys/" ID1 "/uses: expected an array of at least one element"},
        {USES, "[\"dsse\",\"DSSE\"]",
         "/keys/" ID1 "/uses/1: expected one of bundle, dsse, jsf, jss, minisign, signify, sshsig, "
         "time"},
    };
    (void)state;
    TRY_TWINS(twins);
}

static void roles_have_keys_that_fit(void **state)
{
#define POLICY "\"policy\":{\"keys\":[\"" ID1 "\"],\"threshold\":1}"
    static const struct twin twins[] = {
        {POLICY, "\"policy\":{\"keys\":[\"" ID0 "\"],\"threshold\":1}", NULL},
        {POLICY, "\"polic\":{\"keys\":[\"" ID1 "\"],\"threshold\":1}",
         "/roles/policy: expected this member, found none"},
        {"\"root\":{", "\"ROOT\":{", "/roles/root: expected this member, found none"},
        {POLICY, "\"policy\":{\"keys\":[\"" ID3 "\"],\"threshold\":1}",
         "/roles/policy/keys/0: expected an Ed25519 key in this role"},
        {"\"root\":{\"keys\":[\"" ID0, "\"root\":{\"keys\":[\"" ID3,
         "/roles/root/keys/0: expected an Ed25519 key in this role"},
        {POLICY, "\"policy\":{\"keys\":[\"" ID2 "\"],\"threshold\":1}",
         "/roles/policy/keys/0: expected a key with the use dsse"},
        {USES, "[\"bundle\"]", "/roles/root/keys/1: expected a key with the use dsse"},
        {"\"time\":{\"keys\":[\"" ID2, "\"time\":{\"keys\":[\"" ID1,
         "/roles/time/keys/0: expected a key with the use time"},
        {"\"time\":{", "\"\":{",
         "/roles/: expected a name that is not empty, without control characters"},
        {"\"time\":{", "\"t\\u001b\":{",
         "/roles/t\\x1b: expected a name that is not empty, without control characters"},
        {"\"threshold\":1}}}", "\"threshold\":1,\"x\":1}}}",
         "/roles/release/x: expected no member of this name"},
    };
    (void)state;
    TRY_TWINS(twins);
}

/* TUF: each key counts once, so none is listed twice, and a threshold can be reached. */
static void a_role_counts_each_key_once(void **state)
{
    static const struct twin twins[] = {
        {"\"threshold\":2}", "\"threshold\":1}", NULL},
        {"\"threshold\":2}", "\"threshold\":3}",
         "/roles/root/threshold: expected an integer from 1 to 2"},
        {"\"threshold\":2}", "\"threshold\":0}",
         "/roles/root/threshold: expected an integer from 1 to 2"},
        {",\"threshold\":2}", "}", "/roles/root/threshold: expected this member, found none"},
        {"\"root\":{\"keys\":[\"" ID0, "\"root\":{\"keys\":[\"" ID1,
         "/roles/root/keys/1: expected each key once"},
        {"\"root\":{\"keys\":[\"" ID0, "\"root\":{\"keys\":[\"SHA256:x",
         "/roles/root/keys/0: expected the id of a key in /keys"},
        {"\"root\":{\"keys\":[\"" ID0 "\"", "\"root\":{\"keys\":[0",
         "/roles/root/keys/0: expected the id of a key in /keys"},
        {POLICY, "\"policy\":{\"keys\":[],\"threshold\":1}",
         "/roles/policy/keys: expected an array of at least one element"},
    };
    (void)state;
    TRY_TWINS(twins);
}

static void size_is_bounded(void **state)
{
    char *text = malloc((size_t)SIGNET_TRUST_PAYLOAD + 2);
    (void)state;
    assert_non_null(text);
    memset(text, ' ', (size_t)SIGNET_TRUST_PAYLOAD + 1);
    memcpy(text, ROOT, strlen(ROOT));
    text[SIGNET_TRUST_PAYLOAD + 1] = '\0';
    try_text(text, SIGNET_E_LIMIT, NULL);
    text[SIGNET_TRUST_PAYLOAD] = '\0';
    try_text(text, SIGNET_OK, NULL);
    free(text);
}

/* The number of keys is looked at before any of them. */
static void keys_are_bounded(void **state)
{
    struct signet_buf entries;
    char entry[32];
    (void)state;
    signet_buf_init(&entries, (size_t)1 << 20);
    signet_buf_puts(&entries, "\"keys\":{");
    for (int i = 0; i <= SIGNET_ROOT_KEYS - 4; i++) {
        (void)snprintf(entry, sizeof(entry), "\"k%d\":{},", i);
        signet_buf_puts(&entries, entry);
    }
    signet_buf_putc(&entries, '\0');
    char *text = forge_replace(ROOT, "\"keys\":{", (const char *)entries.data);
    try_text(text, SIGNET_E_LIMIT, "/keys: expected at most 1024, found 1025");
    char *fewer = forge_replace(text, "\"k0\":{},", "");
    try_text(fewer, SIGNET_E_MALFORMED, "/keys/k1/public: expected this member, found none");
    free(fewer);
    free(text);
    signet_buf_free(&entries);
}

/* No cut text is a root, and nothing is read beyond its end. */
static void no_part_of_a_root_is_one(void **state)
{
    (void)state;
    for (size_t len = 0; len < strlen(ROOT); len++) {
        struct signet_root root;
        uint8_t *part = malloc(len + 1);
        assert_non_null(part);
        memcpy(part, ROOT, len);
        uint8_t *exact = realloc(part, len > 0 ? len : 1);
        assert_non_null(exact);
        CHECK_CODE(signet_root_parse(signet_span_of(exact, len), &root, NULL), SIGNET_E_MALFORMED);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_a_root_is_read),
        cmocka_unit_test(the_head_is_of_the_schema),
        cmocka_unit_test(a_key_is_what_its_id_and_algorithm_say),
        cmocka_unit_test(no_key_has_two_entries),
        cmocka_unit_test(status_and_its_instant_agree),
        cmocka_unit_test(uses_that_do_not_go_together_are_refused),
        cmocka_unit_test(roles_have_keys_that_fit),
        cmocka_unit_test(a_role_counts_each_key_once),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(keys_are_bounded),
        cmocka_unit_test(no_part_of_a_root_is_one),
    };
    return CHECK_RUN(tests);
}
