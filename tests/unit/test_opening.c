/* SPDX-License-Identifier: Apache-2.0
 *
 * sign/opening: a key file is opened beside other work. The linker puts the function below in the
 * place of libsodium's scrypt (tests/unit/CMakeLists.txt): the same at a cost that is quick, and it
 * waits behind a gate, so that what happens meanwhile is no matter of time.
 */
#include "keys.h"

#include <poll.h>
#include <signet/sign.h>
#include <sodium.h>
#include <stdatomic.h>

#include "base/compiler.h"
#include "memory.h"
#include "scratch.h"

enum {
    QUICK_N = 16,
    PATIENCE_MS = 60000 /* for what takes no time, on however busy a machine */
};

int __real_crypto_pwhash_scryptsalsa208sha256_ll(const uint8_t *passwd,
                                                 size_t passwdlen,
                                                 const uint8_t *salt,
                                                 size_t saltlen,
                                                 uint64_t N,
                                                 uint32_t r,
                                                 uint32_t p,
                                                 uint8_t *buf,
                                                 size_t buflen);
int __wrap_crypto_pwhash_scryptsalsa208sha256_ll(const uint8_t *passwd,
                                                 size_t passwdlen,
                                                 const uint8_t *salt,
                                                 size_t saltlen,
                                                 uint64_t N,
                                                 uint32_t r,
                                                 uint32_t p,
                                                 uint8_t *buf,
                                                 size_t buflen);

static int gate[2]; /* a pipe: one byte lets one derivation through */
static atomic_size_t derivations;

static void gate_open(void)
{
    assert_int_equal(write(gate[1], "x", 1), 1);
}

int __wrap_crypto_pwhash_scryptsalsa208sha256_ll(const uint8_t *passwd,
                                                 size_t passwdlen,
                                                 const uint8_t *salt,
                                                 size_t saltlen,
                                                 uint64_t N,
                                                 uint32_t r,
                                                 uint32_t p,
                                                 uint8_t *buf,
                                                 size_t buflen)
{
    struct pollfd readable = {.fd = gate[0], .events = POLLIN};
    char byte;
    (void)N;
    atomic_fetch_add(&derivations, 1);
    if (poll(&readable, 1, PATIENCE_MS) != 1 || read(gate[0], &byte, 1) != 1) {
        return -1;
    }
    return __real_crypto_pwhash_scryptsalsa208sha256_ll(passwd, passwdlen, salt, saltlen, QUICK_N,
                                                        r, p, buf, buflen);
}

/* The example key encrypted under "passphrase". */
static struct signet_secret *sealed_example(void)
{
    struct signet_err err;
    struct signet_secret *text = NULL;
    struct signet_seckey *key = example_key();
    struct signet_secret *passphrase = secret_of("passphrase");
    signet_err_clear(&err);
    gate_open();
    CHECK_OK(signet_seckey_write(key, passphrase, &text, &err), &err);
    signet_secret_free(passphrase);
    signet_seckey_free(key);
    atomic_store(&derivations, 0);
    return text;
}

/* Starts to open text; the passphrase may be NULL. */
static int start(struct signet_span text,
                 const char *passphrase,
                 struct signet_seckey_opening **opening,
                 struct signet_err *err)
{
    *opening = NULL;
    signet_err_clear(err);
    return signet_seckey_opening_start(text, passphrase != NULL ? secret_of(passphrase) : NULL,
                                       NULL, opening, err);
}

static void wait_until_failed(const struct signet_seckey_opening *opening)
{
    while (!signet_seckey_opening_failed(opening)) {
        assert_int_equal(poll(NULL, 0, 1), 0);
    }
}

static void check_is_example(struct signet_seckey *key)
{
    struct bytes expected = from_hex(PUBLIC);
    assert_non_null(key);
    CHECK_BYTES(signet_seckey_public(key)->bytes, expected.data, 32);
    signet_seckey_free(key);
}

/* The derivation cannot end within the call that starts it: nothing opens the gate by then. */
static void the_derivation_runs_beside(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_seckey *key = NULL;
    struct signet_seckey_opening *opening = NULL;
    struct signet_secret *text = sealed_example();
    CHECK_OK(start(signet_secret_span(text), "passphrase", &opening, &err), &err);
    signet_secret_free(text);
    assert_false(signet_seckey_opening_failed(opening));
    gate_open();
    CHECK_OK(signet_seckey_opening_finish(opening, &key, &err), &err);
    check_is_example(key);
    assert_int_equal(derivations, 1);
}

static void a_wrong_passphrase_shows_before_and_at_the_end(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_seckey *key = NULL;
    struct signet_seckey_opening *opening = NULL;
    struct signet_secret *text = sealed_example();
    CHECK_OK(start(signet_secret_span(text), "passphras", &opening, &err), &err);
    assert_false(signet_seckey_opening_failed(opening));
    gate_open();
    wait_until_failed(opening);
    CHECK_CODE(signet_seckey_opening_finish(opening, &key, &err), SIGNET_E_PASSPHRASE);
    assert_null(key);
    assert_string_equal(err.msg, "wrong passphrase, or the key file was changed");
    /* and none at all */
    CHECK_OK(start(signet_secret_span(text), NULL, &opening, &err), &err);
    CHECK_CODE(signet_seckey_opening_finish(opening, &key, &err), SIGNET_E_PASSPHRASE);
    assert_null(key);
    assert_string_equal(err.msg, "the key is encrypted: no passphrase given");
    assert_int_equal(derivations, 1);
    signet_secret_free(text);
}

/* All that is wrong with a file itself is known at once, and costs no derivation. */
static void a_bad_file_fails_before_the_derivation(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_seckey_opening *opening = NULL;
    struct signet_secret *text = sealed_example();
    struct signet_limits limits = signet_limits_default();
    const struct {
        const char *text;
        int code;
    } rows[] = {
        {"", SIGNET_E_MALFORMED},
        {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", SIGNET_E_UNSUPPORTED},
        {"-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n"
         "-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
         SIGNET_E_MALFORMED},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        CHECK_CODE(start(signet_span_str(rows[i].text), "passphrase", &opening, &err),
                   rows[i].code);
        assert_int_equal(err.code, rows[i].code);
        assert_null(opening);
    }
    limits.scrypt_n = 65535; /* one less than written */
    signet_err_clear(&err);
    CHECK_CODE(signet_seckey_opening_start(signet_secret_span(text), secret_of("passphrase"),
                                           &limits, &opening, &err),
               SIGNET_E_LIMIT);
    assert_null(opening);
    assert_int_equal(derivations, 0);
    limits.scrypt_n = 65536;
    signet_err_clear(&err);
    CHECK_OK(signet_seckey_opening_start(signet_secret_span(text), secret_of("passphrase"), &limits,
                                         &opening, &err),
             &err);
    gate_open();
    signet_seckey_opening_free(opening);
    assert_int_equal(derivations, 1);
    signet_secret_free(text);
}

static void a_plain_key_takes_no_passphrase(void **state)
{
    (void)state;
    static const char *const passphrases[] = {NULL, "unused"};
    struct bytes der = from_hex(V1);
    atomic_store(&derivations, 0);
    for (size_t i = 0; i < SIGNET_COUNT(passphrases); i++) {
        struct signet_err err;
        struct signet_seckey *key = NULL;
        struct signet_seckey_opening *opening = NULL;
        CHECK_OK(start(span_of(&der), passphrases[i], &opening, &err), &err);
        assert_false(signet_seckey_opening_failed(opening));
        CHECK_OK(signet_seckey_opening_finish(opening, &key, &err), &err);
        check_is_example(key);
        CHECK_OK(start(span_of(&der), passphrases[i], &opening, &err), &err);
        signet_seckey_opening_free(opening);
    }
    assert_int_equal(derivations, 0);
    signet_seckey_opening_free(NULL);
}

/* Whether or not anybody waits for the key. The search finds it while it is needed. */
static void a_passphrase_is_wiped_when_it_was_used(void **state)
{
    (void)state;
    uint8_t masked[32];
    struct signet_err err;
    struct signet_secret *passphrase = NULL;
    struct signet_seckey_opening *opening = NULL;
    struct signet_secret *text = sealed_example();
    signet_err_clear(&err);
    CHECK_OK(signet_secret_new(sizeof(masked), &passphrase, &err), &err);
    randombytes_buf(masked, sizeof(masked));
    for (size_t i = 0; i < sizeof(masked); i++) {
        uint8_t byte = (uint8_t)(masked[i] ^ MEMORY_MASK);
        CHECK_CODE(signet_secret_append(passphrase, signet_span_of(&byte, 1)), SIGNET_OK);
    }
    CHECK_OK(
        signet_seckey_opening_start(signet_secret_span(text), passphrase, NULL, &opening, &err),
        &err);
    assert_true(memory_has(masked));
    gate_open();
    wait_until_failed(opening);
    assert_false(memory_has(masked));
    signet_seckey_opening_free(opening);
    signet_secret_free(text);
}

/* ---- measuring beside it ---- */

struct beside {
    const struct signet_seckey_opening *opening;
    atomic_bool gate_is_open;
    atomic_size_t asked;
};

static void open_gate_once(void *ctx, uint64_t done, uint64_t total)
{
    struct beside *beside = ctx;
    assert_true(done <= total);
    if (!atomic_exchange(&beside->gate_is_open, true)) {
        gate_open();
    }
}

/* Asked after the gate was opened, waits for what that must lead to. */
static bool stop_when_failed(void *ctx)
{
    struct beside *beside = ctx;
    atomic_fetch_add(&beside->asked, 1);
    if (atomic_load(&beside->gate_is_open)) {
        wait_until_failed(beside->opening);
    }
    return signet_seckey_opening_failed(beside->opening);
}

/* The derivation waits for measuring to go on, and measuring ends with the derivation's failure. */
static void a_wrong_passphrase_ends_measuring(void **state)
{
    (void)state;
    char path[512];
    struct signet_err err;
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    struct signet_signing *signing = NULL;
    struct signet_seckey_opening *opening = NULL;
    struct signet_secret *text = sealed_example();
    scratch_open(&scratch);
    scratch_put(&scratch, "file", "");
    scratch_path(&scratch, "file", path);
    assert_int_equal(truncate(path, 64 << 20), 0);
    CHECK_OK(start(signet_secret_span(text), "wrong", &opening, &err), &err);
    struct beside beside = {.opening = opening};
    const struct signet_sign_opts opts = {
        .size = sizeof(opts),
        .jobs = 1,
        .progress = open_gate_once,
        .progress_ctx = &beside,
        .stop = stop_when_failed,
        .stop_ctx = &beside,
    };
    CHECK_OK(signet_artifact_open(path, &artifact, &err), &err);
    CHECK_CODE(signet_signing_new(artifact, &opts, &signing, &err), SIGNET_E_UNVERIFIED);
    assert_null(signing);
    assert_true(beside.gate_is_open);
    assert_true(beside.asked < 32); /* of 64, about one a MiB */
    struct signet_seckey *key = NULL;
    CHECK_CODE(signet_seckey_opening_finish(opening, &key, NULL), SIGNET_E_PASSPHRASE);
    assert_null(key);
    signet_artifact_close(artifact);
    signet_secret_free(text);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_derivation_runs_beside),
        cmocka_unit_test(a_wrong_passphrase_shows_before_and_at_the_end),
        cmocka_unit_test(a_bad_file_fails_before_the_derivation),
        cmocka_unit_test(a_plain_key_takes_no_passphrase),
        cmocka_unit_test(a_passphrase_is_wiped_when_it_was_used),
        cmocka_unit_test(a_wrong_passphrase_ends_measuring),
    };
    return pipe(gate) == 0 ? CHECK_RUN(tests) : EXIT_FAILURE;
}
