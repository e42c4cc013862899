/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/chain: from one root to the next. Roots are texts put together here and signed by
 * libsodium; tests that are called tuf_… hold one client rule of The Update Framework each
 * (specification 1.0, sections 5.3 and 6.1).
 */
#include "check.h"

#include <signet/limits.h>

#include "envelope/signers.h"
#include "forge_root.h"
#include "trust/chain.h"

enum {
    ROOM = 4096,
    FIRST_EXPIRES = 1809129600, /* date -ud 2027-05-01 +%s */
    NOW = 1796083200            /* 2026-12-01 */
};

#define ACTIVE "\"status\":\"active\""

/* A root and who signs it. */
struct plan {
    unsigned version;
    const char *issued;  /* NULL: 2026-11-01T00:00:00Z */
    const char *expires; /* NULL: 2027-05-01T00:00:00Z */
    const char *more[3]; /* status and window of each key; NULL: active */
    const char *role;    /* the keys of the role root, such as "01" */
    unsigned threshold;
    const char *by;   /* the keys that sign, such as "01" */
    const char *type; /* payload type; NULL: that of roots */
    bool bundle;      /* as sigstore bundle */
};

static const char *or_else(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

static void put_payload(const struct plan *plan, char out[ROOM])
{
    static const char *const ids[] = {"\"" ID0 "\"", "\"" ID1 "\"", "\"" ID2 "\""};
    static const char *const publics[] = {PUBLIC0, PUBLIC1, PUBLIC2};
    struct signet_buf text;
    char head[256];
    signet_buf_init(&text, ROOM - 1);
    (void)snprintf(head, sizeof(head),
                   "{\"schema\":\"signet-root/1\",\"version\":%u,\"issued\":\"%s\",\"expires\":"
                   "\"%s\",\"keys\":{",
                   plan->version, or_else(plan->issued, "2026-11-01T00:00:00Z"),
                   or_else(plan->expires, "2027-05-01T00:00:00Z"));
    signet_buf_puts(&text, head);
    for (size_t i = 0; i < 3; i++) {
        signet_buf_puts(&text, i > 0 ? "," : "");
        signet_buf_puts(&text, ids[i]);
        signet_buf_puts(&text, ":{\"algorithm\":\"ed25519\",\"owner\":\"o\",\"public\":\"");
        signet_buf_puts(&text, publics[i]);
        signet_buf_puts(&text, "\",");
        signet_buf_puts(&text, or_else(plan->more[i], ACTIVE));
        signet_buf_putc(&text, '}');
    }
    signet_buf_puts(&text, "},\"roles\":{\"root\":{\"keys\":[");
    for (size_t i = 0; plan->role[i] != '\0'; i++) {
        signet_buf_puts(&text, i > 0 ? "," : "");
        signet_buf_puts(&text, ids[plan->role[i] - '0']);
    }
    (void)snprintf(head, sizeof(head),
                   "],\"threshold\":%u},\"policy\":{\"keys\":[%s],\"threshold\":1}}}",
                   plan->threshold, ids[2]);
    signet_buf_puts(&text, head);
    signet_buf_putc(&text, '\0');
    assert_int_equal(text.status, SIGNET_OK);
    memcpy(out, text.data, text.len);
    signet_buf_free(&text);
}

static struct signet_buf sign_payload(const char *payload, const struct plan *plan)
{
    size_t others[8];
    size_t count = strlen(plan->by);
    struct forge how = {.payload = payload,
                        .type = or_else(plan->type, "application/vnd.signet.root+json"),
                        .key = (size_t)(plan->by[0] - '0'),
                        .more_keys = others,
                        .dsse = !plan->bundle};
    assert_true(count > 0 && count < 8);
    for (size_t i = 1; i < count; i++) {
        others[i - 1] = (size_t)(plan->by[i] - '0');
    }
    others[count - 1] = SIZE_MAX;
    return forge(&how);
}

/* A chain under test. */
struct run {
    struct signet_chain chain;
    struct signet_err err;
};

/* Gives the text, which is freed, to the chain as its first root or its next one. */
static int give_text(struct run *run, struct signet_buf *text, bool first)
{
    const struct signet_limits limits = signet_limits_default();
    struct signet_envelope envelope;
    signet_err_clear(&run->err);
    int rc = signet_envelope_parse(text, text->len, &limits, &envelope, &run->err);
    if (rc == SIGNET_OK) {
        rc = first ? signet_chain_start(&run->chain, &envelope, &run->err)
                   : signet_chain_next(&run->chain, &envelope, &run->err);
    }
    signet_envelope_free(&envelope);
    return rc;
}

static int give(struct run *run, const struct plan *plan, bool first)
{
    char payload[ROOM];
    put_payload(plan, payload);
    struct signet_buf text = sign_payload(payload, plan);
    return give_text(run, &text, first);
}

static void start(struct run *run, const struct plan *plan)
{
    CHECK_OK(give(run, plan, true), &run->err);
}

/* The chain of two roots, the second of which is judged so. message is its error, NULL: any. */
static void
expect_step(const struct plan *before, const struct plan *next, int expected, const char *message)
{
    struct run run;
    start(&run, before);
    int rc = give(&run, next, false);
    if (message != NULL) {
        assert_string_equal(run.err.msg, message);
    }
    CHECK_CODE(rc, expected);
    assert_int_equal(run.chain.root.version,
                     expected == SIGNET_OK ? next->version : before->version);
    assert_int_equal(run.chain.steps, expected == SIGNET_OK ? 1 : 0);
    CHECK_CODE(signet_chain_finish(&run.chain, NOW, NULL), expected);
    signet_chain_free(&run.chain);
}

static void expect_anchor(const struct plan *plan, int expected, const char *message)
{
    struct run run;
    int rc = give(&run, plan, true);
    if (message != NULL) {
        assert_string_equal(run.err.msg, message);
    }
    CHECK_CODE(rc, expected);
    assert_int_equal(run.chain.root.version, expected == SIGNET_OK ? plan->version : 0);
    CHECK_CODE(signet_chain_finish(&run.chain, NOW, NULL), expected);
    signet_chain_free(&run.chain);
}

static void the_anchor_is_signed_by_its_own_threshold(void **state)
{
    (void)state;
    struct plan plan = {.version = 1, .role = "01", .threshold = 2, .by = "01"};
    expect_anchor(&plan, SIGNET_OK, NULL);
    plan.by = "10";
    expect_anchor(&plan, SIGNET_OK, NULL);
    plan.by = "210";
    expect_anchor(&plan, SIGNET_OK, NULL);
    plan.by = "0";
    expect_anchor(&plan, SIGNET_E_THRESHOLD,
                  "the first root: expected signatures by 2 keys of the role root of root 1, found "
                  "1 of the 2 that may sign");
    plan.by = "02";
    expect_anchor(&plan, SIGNET_E_THRESHOLD, NULL);
    plan.by = "2";
    expect_anchor(&plan, SIGNET_E_BAD_SIGNATURE, NULL);
    plan.by = "0";
    plan.threshold = 1;
    expect_anchor(&plan, SIGNET_OK, NULL);
    plan.version = 7; /* of any version: the caller chose it */
    expect_anchor(&plan, SIGNET_OK, NULL);
}

static void tuf_the_next_root_has_the_thresholds_of_both(void **state)
{
    (void)state;
    const struct plan before = {.version = 1, .role = "01", .threshold = 2, .by = "01"};
    struct plan next = {.version = 2, .role = "12", .threshold = 2, .by = "012"};
    expect_step(&before, &next, SIGNET_OK, NULL);
    next.by = "12"; /* its own alone */
    expect_step(
        &before, &next, SIGNET_E_THRESHOLD,
        "root 2: expected signatures by 2 keys of the role root of root 1, found 1 of the 2 "
        "that may sign");
    next.by = "01"; /* that of the one before alone */
    expect_step(
        &before, &next, SIGNET_E_THRESHOLD,
        "root 2: expected signatures by 2 keys of the role root of root 2, found 1 of the 2 "
        "that may sign");
    next.role = "2";
    next.threshold = 1;
    expect_step(&before, &next, SIGNET_E_BAD_SIGNATURE, NULL);
    next.by = "012";
    expect_step(&before, &next, SIGNET_OK, NULL);
    next.by = "2";
    expect_step(&before, &next, SIGNET_E_BAD_SIGNATURE, NULL);
}

static void tuf_the_version_is_exactly_one_more(void **state)
{
    (void)state;
    const struct plan before = {.version = 4, .role = "01", .threshold = 2, .by = "01"};
    struct plan next = {.version = 5, .role = "01", .threshold = 2, .by = "01"};
    expect_step(&before, &next, SIGNET_OK, NULL);
    next.version = 6;
    expect_step(&before, &next, SIGNET_E_MALFORMED, "root 5: expected version 5, found version 6");
    next.version = 4;
    expect_step(&before, &next, SIGNET_E_STALE, "root 5: expected version 5, found version 4");
    next.version = 3;
    expect_step(&before, &next, SIGNET_E_STALE, "root 5: expected version 5, found version 3");
}

static void tuf_each_key_counts_once(void **state)
{
    (void)state;
    struct plan before = {.version = 1, .role = "01", .threshold = 2, .by = "00"};
    expect_anchor(&before, SIGNET_E_THRESHOLD, NULL);
    before.by = "001";
    expect_anchor(&before, SIGNET_OK, NULL);
    struct plan next = {.version = 2, .role = "0", .threshold = 1, .by = "000"};
    expect_step(&before, &next, SIGNET_E_THRESHOLD, NULL);
    next.by = "01";
    expect_step(&before, &next, SIGNET_OK, NULL);
}

static void tuf_an_expired_root_inside_the_chain_does_not_block(void **state)
{
    (void)state;
    static const struct plan before = {.version = 1,
                                       .issued = "2020-01-01T00:00:00Z",
                                       .expires = "2021-01-01T00:00:00Z",
                                       .role = "0",
                                       .threshold = 1,
                                       .by = "0"};
    static const struct plan next = {.version = 2, .role = "0", .threshold = 1, .by = "0"};
    struct run run;
    start(&run, &before);
    CHECK_OK(give(&run, &next, false), &run.err);
    CHECK_OK(signet_chain_finish(&run.chain, NOW, &run.err), &run.err);
    signet_chain_free(&run.chain);
    /* and as the last one it does */
    start(&run, &before);
    CHECK_CODE(signet_chain_finish(&run.chain, NOW, &run.err), SIGNET_E_STALE);
    assert_string_equal(run.err.msg, "root 1: expired at 2021-01-01T00:00:00Z, now it is "
                                     "2026-12-01T00:00:00Z: a newer root is needed");
    signet_chain_free(&run.chain);
}

/* The time is that of the caller, given once: however late a step is taken, and on whatever day
 * this test runs. */
static void tuf_expiry_is_judged_by_one_time(void **state)
{
    (void)state;
    static const struct plan plan = {.version = 1, .role = "0", .threshold = 1, .by = "0"};
    struct run run;
    start(&run, &plan);
    CHECK_OK(signet_chain_finish(&run.chain, FIRST_EXPIRES - 1, &run.err), &run.err);
    CHECK_OK(signet_chain_finish(&run.chain, 0, &run.err), &run.err);
    CHECK_CODE(signet_chain_finish(&run.chain, FIRST_EXPIRES, &run.err), SIGNET_E_STALE);
    /* a failure sticks */
    CHECK_CODE(signet_chain_finish(&run.chain, FIRST_EXPIRES - 1, NULL), SIGNET_E_STALE);
    signet_chain_free(&run.chain);
    start(&run, &plan);
    CHECK_CODE(signet_chain_finish(&run.chain, FIRST_EXPIRES + 1, &run.err), SIGNET_E_STALE);
    signet_chain_free(&run.chain);
}

static void keys_that_are_not_active_never_count(void **state)
{
    (void)state;
    static const char revoked[] = "\"status\":\"revoked\",\"revoked_at\":\"2026-11-20T00:00:00Z\"";
    static const char retired[] = "\"status\":\"retired\",\"retired_at\":\"2026-11-20T00:00:00Z\"";
    struct plan before = {.version = 1, .role = "012", .threshold = 2, .by = "01"};
    struct plan next = {.version = 2, .role = "02", .threshold = 1, .by = "01"};
    expect_step(&before, &next, SIGNET_OK, NULL);
    before.more[0] = revoked;
    expect_anchor(&before, SIGNET_E_THRESHOLD,
                  "the first root: expected signatures by 2 keys of the role root of root 1, found "
                  "1 of the 2 that may sign");
    before.more[0] = retired;
    expect_anchor(&before, SIGNET_E_THRESHOLD, NULL);
    before.by = "12";
    expect_anchor(&before, SIGNET_OK, NULL);
    /* what it signs after it, by the one before and by itself */
    expect_step(&before, &next, SIGNET_E_THRESHOLD, NULL);
    before.more[0] = revoked;
    expect_step(&before, &next, SIGNET_E_THRESHOLD, NULL);
    before.more[0] = NULL;
    expect_step(&before, &next, SIGNET_OK, NULL);
    next.more[0] = revoked;
    expect_step(&before, &next, SIGNET_E_BAD_SIGNATURE, NULL);
    next.by = "012"; /* its own key 2 replaces it */
    expect_step(&before, &next, SIGNET_OK, NULL);
    /* if none is left, the root is nobody's */
    before = (struct plan){.version = 1, .more = {revoked}, .role = "0", .threshold = 1, .by = "0"};
    expect_anchor(&before, SIGNET_E_UNTRUSTED, NULL);
}

static void a_key_counts_within_its_window(void **state)
{
    (void)state;
    static const struct {
        const char *window;
        int code;
    } rows[] = {
        {ACTIVE ",\"not_before\":\"2026-11-01T00:00:00Z\"", SIGNET_OK},
        {ACTIVE ",\"not_before\":\"2026-11-01T00:00:01Z\"", SIGNET_E_UNTRUSTED},
        {ACTIVE ",\"not_after\":\"2026-11-01T00:00:00Z\"", SIGNET_OK},
        {ACTIVE ",\"not_after\":\"2026-10-31T23:59:59Z\"", SIGNET_E_UNTRUSTED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct plan plan = {.version = 2, .role = "0", .threshold = 1, .by = "01"};
        struct plan before = {.version = 1, .role = "1", .threshold = 1, .by = "1"};
        plan.more[0] = rows[i].window;
        expect_anchor(&plan, rows[i].code, NULL);
        expect_step(&before, &plan, rows[i].code, NULL);
        /* and as the key of the root before, which was issued within the window */
        plan.more[0] = NULL;
        before = (struct plan){.version = 1, .role = "0", .threshold = 1, .by = "0"};
        before.issued = i < 2 ? "2026-11-02T00:00:00Z" : "2026-10-31T00:00:00Z";
        before.more[0] = rows[i].window;
        expect_step(&before, &plan, rows[i].code, NULL);
    }
}

static void what_is_not_a_root_in_dsse_is_refused(void **state)
{
    (void)state;
    struct plan before = {.version = 1, .role = "0", .threshold = 1, .by = "0"};
    struct plan next = {.version = 2, .role = "0", .threshold = 1, .by = "0"};
    before.bundle = true;
    expect_anchor(&before, SIGNET_E_UNSUPPORTED,
                  "the first root: expected a DSSE envelope, found the format bundle");
    before.bundle = false;
    before.type = "application/vnd.signet.policy+json";
    expect_anchor(&before, SIGNET_E_UNSUPPORTED,
                  "the first root: payload type: expected \"application/vnd.signet.root+json\", "
                  "found \"application/vnd.signet.policy+json\"");
    before.type = NULL;
    expect_step(&before, &next, SIGNET_OK, NULL);
    next.type = "application/vnd.in-toto+json";
    expect_step(&before, &next, SIGNET_E_UNSUPPORTED, NULL);
    next.type = NULL;
    next.bundle = true;
    expect_step(&before, &next, SIGNET_E_UNSUPPORTED, NULL);
}

/* The one before is asked first: what it did not sign is not even parsed, and is not hashed if it
 * is too long. */
static void nothing_is_read_that_the_root_before_did_not_sign(void **state)
{
    (void)state;
    static const struct plan before = {.version = 1, .role = "0", .threshold = 1, .by = "0"};
    static const struct plan own = {.by = "0"};
    static const struct plan foreign = {.by = "1"};
    struct run run;
    start(&run, &before);
    struct signet_buf text = sign_payload("{\"schema\":\"signet-root/2\"}", &foreign);
    CHECK_CODE(give_text(&run, &text, false), SIGNET_E_BAD_SIGNATURE);
    signet_chain_free(&run.chain);
    start(&run, &before);
    text = sign_payload("{\"schema\":\"signet-root/2\"}", &own);
    CHECK_CODE(give_text(&run, &text, false), SIGNET_E_MALFORMED);
    assert_string_equal(run.err.msg, "root 2: /schema: expected signet-root/1");
    signet_chain_free(&run.chain);
    char *large = malloc((size_t)SIGNET_TRUST_PAYLOAD + 2);
    assert_non_null(large);
    memset(large, ' ', (size_t)SIGNET_TRUST_PAYLOAD + 1);
    large[SIGNET_TRUST_PAYLOAD + 1] = '\0';
    start(&run, &before);
    text = sign_payload(large, &foreign);
    CHECK_CODE(give_text(&run, &text, false), SIGNET_E_LIMIT);
    assert_string_equal(run.err.msg, "root 2: expected at most 1048576 bytes, found 1048577");
    signet_chain_free(&run.chain);
    free(large);
}

/* Signatures over other bytes, moved to a root. */
static void signatures_are_over_the_same_payload(void **state)
{
    (void)state;
    struct plan plan = {.version = 1, .role = "01", .threshold = 2, .by = "01"};
    char payload[ROOM];
    char other[ROOM];
    char encoded[2 * ROOM];
    char foreign[2 * ROOM];
    struct run run;
    put_payload(&plan, payload);
    plan.expires = "2027-05-01T00:00:01Z";
    put_payload(&plan, other);
    forge_base64(signet_span_str(payload), encoded, sizeof(encoded));
    forge_base64(signet_span_str(other), foreign, sizeof(foreign));
    struct signet_buf text = sign_payload(other, &plan);
    signet_buf_putc(&text, '\0');
    char *moved = forge_replace((const char *)text.data, foreign, encoded);
    signet_buf_reset(&text);
    signet_buf_puts(&text, moved);
    CHECK_CODE(give_text(&run, &text, true), SIGNET_E_BAD_SIGNATURE);
    signet_chain_free(&run.chain);
    char *back = forge_replace(moved, encoded, foreign);
    signet_buf_init(&text, 1 << 20);
    signet_buf_puts(&text, back);
    CHECK_OK(give_text(&run, &text, true), &run.err);
    signet_chain_free(&run.chain);
    free(moved);
    free(back);
}

static void no_changed_byte_passes(void **state)
{
    (void)state;
    static const struct plan plan = {.version = 1, .role = "01", .threshold = 2, .by = "01"};
    char payload[ROOM];
    struct run run;
    put_payload(&plan, payload);
    struct signet_buf whole = sign_payload(payload, &plan);
    for (size_t i = 0; i < whole.len; i++) {
        struct signet_buf text;
        memset(&run, 0, sizeof(run));
        signet_buf_init(&text, 1 << 20);
        signet_buf_put(&text, signet_buf_span(&whole));
        text.data[i] ^= 1;
        assert_int_not_equal(give_text(&run, &text, true), SIGNET_OK);
        signet_chain_free(&run.chain);
    }
    CHECK_OK(give_text(&run, &whole, true), &run.err);
    signet_chain_free(&run.chain);
}

static void payloads_are_known_by_their_digests(void **state)
{
    (void)state;
    static const struct plan plans[] = {
        {.version = 5, .role = "0", .threshold = 1, .by = "0"},
        {.version = 6, .role = "1", .threshold = 1, .by = "01"},
        {.version = 7, .role = "2", .threshold = 1, .by = "12"},
    };
    uint8_t digests[3][crypto_hash_sha256_BYTES];
    struct run run;
    for (size_t i = 0; i < 3; i++) {
        char payload[ROOM];
        put_payload(&plans[i], payload);
        crypto_hash_sha256(digests[i], (const uint8_t *)payload, strlen(payload));
        CHECK_OK(give(&run, &plans[i], i == 0), &run.err);
        assert_int_equal(run.chain.root.version, 5 + i);
        assert_int_equal(run.chain.steps, i);
        CHECK_BYTES(run.chain.digest.bytes, digests[i], sizeof(digests[i]));
        CHECK_BYTES(run.chain.lineage.bytes, digests[0], sizeof(digests[0]));
    }
    CHECK_OK(signet_chain_finish(&run.chain, NOW, &run.err), &run.err);
    signet_chain_free(&run.chain);
}

static void a_failure_ends_the_chain(void **state)
{
    (void)state;
    static const struct plan first = {.version = 1, .role = "0", .threshold = 1, .by = "0"};
    static const struct plan gap = {.version = 3, .role = "0", .threshold = 1, .by = "0"};
    static const struct plan second = {.version = 2, .role = "0", .threshold = 1, .by = "0"};
    struct run run;
    start(&run, &first);
    CHECK_CODE(give(&run, &gap, false), SIGNET_E_MALFORMED);
    CHECK_CODE(give(&run, &second, false), SIGNET_E_MALFORMED);
    assert_string_equal(run.err.msg, "the chain of roots ended at root 1");
    CHECK_CODE(signet_chain_finish(&run.chain, NOW, NULL), SIGNET_E_MALFORMED);
    signet_chain_free(&run.chain);
    /* one that was never started has no root to give */
    CHECK_CODE(signet_chain_finish(&run.chain, NOW, NULL), SIGNET_E_USAGE);
    CHECK_CODE(give(&run, &second, false), SIGNET_E_USAGE);
    signet_chain_free(NULL);
}

static void steps_and_work_are_bounded(void **state)
{
    (void)state;
    struct plan plan = {.version = 1, .role = "0", .threshold = 1, .by = "0"};
    struct run run;
    start(&run, &plan);
    run.chain.steps = SIGNET_ROOT_STEPS - 1;
    plan.version = 2;
    CHECK_OK(give(&run, &plan, false), &run.err);
    plan.version = 3;
    CHECK_CODE(give(&run, &plan, false), SIGNET_E_LIMIT);
    assert_string_equal(run.err.msg, "root 3: expected at most 1024 steps from the first root");
    signet_chain_free(&run.chain);
    /* what all steps may hash together is not given anew to each */
    plan.version = 1;
    start(&run, &plan);
    assert_true(run.chain.work_left < SIGNET_SIGNERS_WORK);
    run.chain.work_left = 10;
    plan.version = 2;
    CHECK_CODE(give(&run, &plan, false), SIGNET_E_LIMIT);
    signet_chain_free(&run.chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_anchor_is_signed_by_its_own_threshold),
        cmocka_unit_test(tuf_the_next_root_has_the_thresholds_of_both),
        cmocka_unit_test(tuf_the_version_is_exactly_one_more),
        cmocka_unit_test(tuf_each_key_counts_once),
        cmocka_unit_test(tuf_an_expired_root_inside_the_chain_does_not_block),
        cmocka_unit_test(tuf_expiry_is_judged_by_one_time),
        cmocka_unit_test(keys_that_are_not_active_never_count),
        cmocka_unit_test(a_key_counts_within_its_window),
        cmocka_unit_test(what_is_not_a_root_in_dsse_is_refused),
        cmocka_unit_test(nothing_is_read_that_the_root_before_did_not_sign),
        cmocka_unit_test(signatures_are_over_the_same_payload),
        cmocka_unit_test(no_changed_byte_passes),
        cmocka_unit_test(payloads_are_known_by_their_digests),
        cmocka_unit_test(a_failure_ends_the_chain),
        cmocka_unit_test(steps_and_work_are_bounded),
    };
    return CHECK_RUN(tests);
}
