/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/lists: a list of a store is read and verified once, whoever asks for it, and never by
 * other keys than those of the trust that it is for.
 */
#include "attempt.h"

#include <stdatomic.h>

#include "base/pool.h"
#include "trust/trust.h"
#include "verify/lists.h"

int __wrap_signet_signers_check(const struct signet_envelope *env,
                                const struct signet_signers_request *request,
                                struct signet_signers *signers,
                                struct signet_err *err);
int __real_signet_signers_check(const struct signet_envelope *env,
                                const struct signet_signers_request *request,
                                struct signet_signers *signers,
                                struct signet_err *err);

static atomic_int checked;

int __wrap_signet_signers_check(const struct signet_envelope *env,
                                const struct signet_signers_request *request,
                                struct signet_signers *signers,
                                struct signet_err *err)
{
    atomic_fetch_add(&checked, 1);
    return __real_signet_signers_check(env, request, signers, err);
}

static const char *const files[] = {"a\",\"size\":3,\"usage\":\"program", "one",
                                    "b\",\"size\":3,\"usage\":\"lib", "two", NULL};

/* A folder of evidence: list 0 is by key 0, list 1 by a stranger. */
struct place {
    struct scratch scratch;
    struct signet_trusted_key key;
    struct signet_trust trust;
    struct signet_store *store;
    struct signet_store_found found;
};

static void put(const struct place *place, const char *name, size_t key)
{
    char *statement = oms_statement(files, "");
    struct signet_buf text = forge(&(struct forge){.payload = statement, .key = key});
    scratch_write(&place->scratch, name, signet_buf_span(&text));
    signet_buf_free(&text);
    free(statement);
}

static void place_open(struct place *place)
{
    const char *folder = place->scratch.path;
    struct signet_err err;
    struct signet_digest digest = {SIGNET_DIGEST_SHA256, 32, {0}};
    memset(place, 0, sizeof(*place));
    scratch_open(&place->scratch);
    put(place, "0", 0);
    put(place, "1", 2);
    place->key = forge_trusted(0);
    place->trust.keys = &place->key;
    place->trust.root.key_count = 1;
    const struct signet_store_opts opts = {.size = sizeof(opts), .trust = &place->trust};
    signet_err_clear(&err);
    CHECK_OK(signet_store_open(&folder, 1, &opts, &place->store, &err), &err);
    crypto_hash_sha256(digest.bytes, (const uint8_t *)"two", 3);
    CHECK_OK(signet_store_find(place->store, SIGNET_CLAIMED_ENTRY, &digest, &place->found, &err),
             &err);
    signet_store_order(&place->found);
    assert_int_equal(place->found.count, 2);
    atomic_store(&checked, 0);
}

static void place_close(struct place *place)
{
    free(place->found.list);
    signet_store_close(place->store);
    scratch_close(&place->scratch);
}

static struct signet_source take(const struct place *place, size_t number)
{
    struct signet_source source = {0};
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_lists_take(signet_store_lists(place->store), &place->found.list[number],
                               &source, &err),
             &err);
    return source;
}

static void a_list_is_verified_once(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    struct signet_source first = take(&place, 0);
    struct signet_source second = take(&place, 0);
    assert_int_equal(atomic_load(&checked), 1);
    assert_int_equal(first.err.code, SIGNET_OK);
    assert_non_null(first.evidence);
    assert_ptr_equal(first.evidence, second.evidence);
    assert_true(first.stored);
    assert_true(signet_source_same_payload(&first, &second));
    signet_source_drop_evidence(&second);
    assert_null(second.evidence);
    signet_source_clear(&second);
    signet_source_clear(&first);
    assert_null(first.evidence);
    first = take(&place, 0); /* is still what it was */
    assert_int_equal(first.evidence->oms.use_count, 2);
    assert_int_equal(atomic_load(&checked), 1);
    signet_source_clear(&first);
    place_close(&place);
}

/* What a stranger signed is looked at once too, and takes no memory but for the reason. */
static void a_refused_one_too(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    for (unsigned i = 0; i < 3; i++) {
        struct signet_source source = take(&place, 1);
        assert_null(source.evidence);
        assert_int_equal(source.err.code, SIGNET_E_BAD_SIGNATURE);
        assert_int_equal(source.signers.count, 0);
        assert_int_equal(source.env.payload.len, 0);
        signet_source_clear(&source);
    }
    assert_int_equal(atomic_load(&checked), 1);
    place_close(&place);
}

static void what_is_gone_when_it_is_asked_for(void **state)
{
    (void)state;
    struct place place;
    place_open(&place);
    assert_int_equal(unlinkat(place.scratch.fd, "0", 0), 0);
    struct signet_source source = take(&place, 0);
    assert_null(source.evidence);
    assert_int_equal(source.err.code, SIGNET_E_IO);
    signet_source_clear(&source);
    place_close(&place);
}

static int take_job(void *ctx, size_t index, size_t worker, struct signet_err *err)
{
    const struct place *place = ctx;
    struct signet_source source = {0};
    (void)worker;
    int rc = signet_lists_take(signet_store_lists(place->store), &place->found.list[index % 2],
                               &source, err);
    signet_source_clear(&source);
    return rc;
}

static void several_ask_at_once(void **state)
{
    (void)state;
    struct place place;
    struct signet_err err;
    place_open(&place);
    signet_err_clear(&err);
    CHECK_OK(signet_pool_run(8, 200, take_job, &place, &err), &err);
    assert_int_equal(atomic_load(&checked), 2);
    place_close(&place);
}

/* Nobody gets what another root verified. */
static void lists_are_of_one_trust(void **state)
{
    (void)state;
    struct place place;
    struct signet_err err;
    place_open(&place);
    const struct signet_lists *lists = signet_store_lists(place.store);
    struct signet_trust other = place.trust;
    struct signet_verify_opts opts = {.trust = &place.trust};
    assert_true(signet_lists_fit(lists, &opts));
    opts.keep_texts = true;
    assert_false(signet_lists_fit(lists, &opts));
    opts = (struct signet_verify_opts){.trust = &other};
    assert_false(signet_lists_fit(lists, &opts));
    opts.trust = NULL;
    assert_false(signet_lists_fit(lists, &opts));
    assert_false(signet_lists_fit(NULL, &opts));
    place_close(&place);
    scratch_open(&place.scratch);
    const char *folder = place.scratch.path;
    const struct signet_store_opts without = {.size = sizeof(without)};
    signet_err_clear(&err);
    CHECK_OK(signet_store_open(&folder, 1, &without, &place.store, &err), &err);
    assert_null(signet_store_lists(place.store));
    signet_store_close(place.store);
    scratch_close(&place.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_verified_once),
        cmocka_unit_test(a_refused_one_too),
        cmocka_unit_test(what_is_gone_when_it_is_asked_for),
        cmocka_unit_test(several_ask_at_once),
        cmocka_unit_test(lists_are_of_one_trust),
    };
    return CHECK_RUN(tests);
}
