/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/embed.h>: what is signed in place is what forge_jsf.h signs by hand, and what appears has
 * verified. A bit of a signature, of what is written, or of what is signed when it is made again,
 * is changed on its way; the twin is left alone.
 */
#include "forge_jsf.h"
#include "keys.h"

#include <signet/embed.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "scratch.h"
#include "sign/own.h"
#include "json/canon.h"

#define PART "{\"bom-ref\":\"a\",\"name\":\"lib-a\",\"type\":\"library\"}"
#define OTHER "{\"bom-ref\":\"b\",\"name\":\"lib-b\",\"type\":\"library\"}"
#define BOM                                                                                        \
    "{\"bomFormat\":\"CycloneDX\",\"components\":[" PART "," OTHER "],\"specVersion\":\"1.6\"}"

/* The same with the signature object at @ where the canonical form has it. */
#define SIGNED_BOM                                                                                 \
    "{\"bomFormat\":\"CycloneDX\",\"components\":[" PART "," OTHER                                 \
    "],\"signature\":@,\"specVersion\":\"1.6\"}"
#define SIGNED_PART "{\"bom-ref\":\"a\",\"name\":\"lib-a\",\"signature\":@,\"type\":\"library\"}"

/* What is changed. */
enum spoil {
    NOTHING,
    SIGNATURE,   /* a bit of it */
    WRITTEN,     /* a bit of what comes before the value */
    WRITTEN_END, /* or of what comes behind */
    AGAIN,       /* what is signed, when it is made again: a bit in each piece */
    AGAIN_LESS,  /* its last byte is missing */
    AGAIN_MORE,  /* another comes behind it */
    AGAIN_GAP    /* the signature stands elsewhere */
};

/* One signing; zero-initialised: the whole. */
struct trial {
    const char *text;
    const char *at;
    enum spoil spoil;
    enum signet_embed_form form;
    bool twice;
    bool filled; /* something was written to the output before */
    struct signet_err err;
    int committed;
    char *made; /* what appeared; freed by the caller */
};

static enum spoil spoil;
static atomic_uint makings; /* how often the canonical form of what is covered was made */
static unsigned writes;

int __real_signet_own_sign(const struct signet_seckey *key,
                           struct signet_span message,
                           uint8_t *signature,
                           struct signet_err *err);
int __wrap_signet_own_sign(const struct signet_seckey *key,
                           struct signet_span message,
                           uint8_t *signature,
                           struct signet_err *err);
int __real_signet_output_write(struct signet_output *out,
                               struct signet_span bytes,
                               struct signet_err *err);
int __wrap_signet_output_write(struct signet_output *out,
                               struct signet_span bytes,
                               struct signet_err *err);

int __real_signet_json_canon_recast(const struct signet_json_text *text,
                                    struct signet_json_value object,
                                    const struct signet_json_recast *recast,
                                    struct signet_sink sink,
                                    size_t *gap,
                                    struct signet_err *err);
int __wrap_signet_json_canon_recast(const struct signet_json_text *text,
                                    struct signet_json_value object,
                                    const struct signet_json_recast *recast,
                                    struct signet_sink sink,
                                    size_t *gap,
                                    struct signet_err *err);

int __wrap_signet_own_sign(const struct signet_seckey *key,
                           struct signet_span message,
                           uint8_t *signature,
                           struct signet_err *err)
{
    int rc = __real_signet_own_sign(key, message, signature, err);
    signature[5] ^= spoil == SIGNATURE ? 1 : 0;
    return rc;
}

int __wrap_signet_output_write(struct signet_output *out,
                               struct signet_span bytes,
                               struct signet_err *err)
{
    if (bytes.len == 0 || ++writes != (spoil == WRITTEN ? 1 : spoil == WRITTEN_END ? 2 : 0)) {
        return __real_signet_output_write(out, bytes, err);
    }
    uint8_t *changed = malloc(bytes.len);
    assert_non_null(changed);
    memcpy(changed, bytes.ptr, bytes.len);
    changed[bytes.len / 2] ^= 1;
    int rc = __real_signet_output_write(out, signet_span_of(changed, bytes.len), err);
    free(changed);
    return rc;
}

/* Passes pieces on, changed. */
struct changing {
    struct signet_sink to;
    uint8_t last;
    bool any;
};

static int change(void *ctx, struct signet_span piece, struct signet_err *err)
{
    struct changing *changing = ctx;
    uint8_t *changed = malloc(piece.len + 1);
    assert_non_null(changed);
    size_t len = 0;
    if (changing->any) {
        changed[len++] = changing->last;
    }
    memcpy(changed + len, piece.ptr, piece.len);
    len += piece.len - 1;
    changing->last = piece.ptr[piece.len - 1];
    changing->any = true;
    changed[len / 2] ^= spoil == AGAIN ? 1 : 0;
    int rc = changing->to.write(changing->to.ctx, signet_span_of(changed, len), err);
    free(changed);
    return rc;
}

int __wrap_signet_json_canon_recast(const struct signet_json_text *text,
                                    struct signet_json_value object,
                                    const struct signet_json_recast *recast,
                                    struct signet_sink sink,
                                    size_t *gap,
                                    struct signet_err *err)
{
    struct changing changing = {.to = sink};
    const struct signet_sink changed = {change, &changing};
    uint8_t end[2] = "";
    bool again = recast->gap.kind != 0 && atomic_fetch_add(&makings, 1) == 1;
    if (!again || spoil < AGAIN) {
        return __real_signet_json_canon_recast(text, object, recast, sink, gap, err);
    }
    int rc = __real_signet_json_canon_recast(text, object, recast, changed, gap, err);
    *gap -= spoil == AGAIN_GAP ? 1 : 0;
    end[0] = changing.last;
    end[1] = 'x';
    size_t len = spoil == AGAIN_LESS ? 0 : spoil == AGAIN_MORE ? 2 : 1;
    return rc == SIGNET_OK ? sink.write(sink.ctx, signet_span_of(end, len), err) : rc;
}

/* The key of RFC 8032 section 7.1 TEST 1, which is key 0 of forge.h. */
static struct signet_seckey *own_key(struct signet_err *err)
{
    struct signet_seckey *key = NULL;
    struct bytes der = from_hex(V1);
    struct bytes pem = to_pem("PRIVATE KEY", span_of(&der));
    struct forge_key forged = forge_key(0);
    CHECK_OK(signet_seckey_read(span_of(&pem), NULL, NULL, &key, err), err);
    CHECK_BYTES(signet_seckey_public(key)->bytes, forged.public_half, 32);
    return key;
}

static int finish(struct trial *trial,
                  struct signet_embedding *embedding,
                  const struct signet_seckey *key,
                  struct signet_output *out)
{
    struct signet_verification *verification = NULL;
    int rc = signet_embedding_finish(embedding, key, out, &verification, &trial->err);
    assert_int_equal(verification != NULL, rc == SIGNET_OK);
    signet_verification_free(verification);
    if (rc == SIGNET_OK && trial->twice) {
        rc = signet_embedding_finish(embedding, key, out, &verification, &trial->err);
    }
    return rc;
}

static int sign(struct trial *trial)
{
    struct signet_artifact *artifact = NULL;
    struct signet_embedding *embedding = NULL;
    struct signet_output *out = NULL;
    struct scratch scratch;
    struct signet_err commit_err;
    struct signet_buf made;
    char path[512];
    char made_path[512];
    const char *const at[] = {trial->at, NULL};
    const struct signet_embed_opts opts = {
        .size = sizeof(opts), .at = trial->at != NULL ? at : NULL, .form = trial->form};
    scratch_open(&scratch);
    scratch_put(&scratch, "bom.json", trial->text != NULL ? trial->text : BOM);
    signet_err_clear(&trial->err);
    signet_err_clear(&commit_err);
    scratch_path(&scratch, "made.json", made_path);
    CHECK_OK(signet_artifact_open(scratch_path(&scratch, "bom.json", path), &artifact, &trial->err),
             &trial->err);
    CHECK_OK(signet_embedding_new(artifact, &opts, &embedding, &trial->err), &trial->err);
    spoil = trial->spoil;
    writes = 0;
    atomic_store(&makings, 0);
    struct signet_seckey *key = own_key(&trial->err);
    CHECK_OK(signet_output_open(made_path, 0644, false, &out, &trial->err), &trial->err);
    if (trial->filled) {
        CHECK_OK(signet_output_write(out, signet_span_str("x"), &trial->err), &trial->err);
    }
    int rc = finish(trial, embedding, key, out);
    trial->committed = signet_output_commit(out, &commit_err);
    assert_int_equal(access(made_path, F_OK) == 0, trial->committed == SIGNET_OK);
    trial->made = NULL;
    if (trial->committed == SIGNET_OK) {
        CHECK_OK(signet_io_read(made_path, 1 << 20, &made, &trial->err), &trial->err);
        trial->made = strndup((const char *)made.data, made.len);
        signet_buf_free(&made);
    }
    signet_output_free(out);
    signet_seckey_free(key);
    signet_embedding_free(embedding);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
    return rc;
}

/* The value that made holds is the one by which key 0 signs canonical, and the rest is text. */
static void expect_by_hand(struct trial *trial, const char *canonical)
{
    char *forged = jsf_single(canonical, '@', 0, "");
    CHECK_OK(sign(trial), &trial->err);
    const char *want = strstr(forged, "\"value\":\"");
    assert_non_null(want);
    char *value = strndup(want, strlen("\"value\":\"") + 86 + 1);
    assert_non_null(strstr(trial->made, value));
    free(value);
    free(forged);
    free(trial->made);
}

static void the_value_is_that_made_by_hand(void **state)
{
    (void)state;
    expect_by_hand(&(struct trial){0}, SIGNED_BOM);
    expect_by_hand(&(struct trial){.at = "a"}, SIGNED_PART);
    expect_by_hand(&(struct trial){.at = ""}, SIGNED_BOM);
    /* spelled in another way */
    expect_by_hand(&(struct trial){.text = "\n{ \"specVersion\" : \"1.6\",\"components\":\t[" PART
                                           "," OTHER "],\"bomFormat\":\"CycloneD\\u0058\"\r\n}\n"},
                   SIGNED_BOM);
}

static void only_what_verified_appears(void **state)
{
    static const struct {
        enum spoil spoil;
        int code;
        const char *text;
    } rows[] = {
        {SIGNATURE, SIGNET_E_INTERNAL, "what was signed does not verify: "},
        {WRITTEN, SIGNET_E_IO, "does not read back as it was written"},
        {WRITTEN_END, SIGNET_E_IO, "does not read back as it was written"},
    };
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct trial trial = {.at = i == 0 ? "a" : NULL, .spoil = rows[i].spoil};
        CHECK_CODE(sign(&trial), rows[i].code);
        CHECK_CODE(trial.committed, SIGNET_E_UNVERIFIED);
        assert_non_null(strstr(trial.err.msg, rows[i].text));
        trial.spoil = NOTHING;
        CHECK_OK(sign(&trial), &trial.err);
        CHECK_CODE(trial.committed, SIGNET_OK);
        free(trial.made);
    }
}

/* From 64 KiB on, while it is signed. */
static void what_is_signed_is_made_again(void **state)
{
    (void)state;
    for (size_t at = 0; at < 2; at++) {
        size_t room = 1 << 17;
        char *text = calloc(1, room + 2 + sizeof(BOM));
        assert_non_null(text);
        /* The signature stands before what is long, and behind it. */
        const char *name = at == 0 ? "version_of_this" : "before";
        int len = snprintf(text, room, "{\"%s\":\"", name);
        assert_true(len > 0);
        memset(text + len, 'x', room - (size_t)len);
        memcpy(text + room, "\",", 2);
        memcpy(text + room + 2, BOM + 1, strlen(BOM + 1));
        for (enum spoil wrong = NOTHING; wrong <= AGAIN_GAP; wrong++) {
            struct trial trial = {.text = text, .spoil = wrong};
            int rc = sign(&trial);
            CHECK_CODE(rc, wrong == NOTHING                           ? SIGNET_OK
                           : wrong == WRITTEN || wrong == WRITTEN_END ? SIGNET_E_IO
                                                                      : SIGNET_E_INTERNAL);
            CHECK_CODE(trial.committed, wrong == NOTHING ? SIGNET_OK : SIGNET_E_UNVERIFIED);
            assert_int_equal(wrong >= AGAIN, strstr(trial.err.msg, "was made twice") != NULL);
            free(trial.made);
        }
        free(text);
    }
}

static void once_and_into_nothing(void **state)
{
    struct trial trial = {.twice = true};
    (void)state;
    CHECK_CODE(sign(&trial), SIGNET_E_USAGE);
    CHECK_CODE(trial.committed, SIGNET_E_UNVERIFIED);
    trial.twice = false;
    trial.filled = true;
    assert_int_not_equal(sign(&trial), SIGNET_OK);
    CHECK_CODE(trial.committed, SIGNET_E_UNVERIFIED);
    trial.filled = false;
    CHECK_CODE(sign(&trial), SIGNET_OK);
    free(trial.made);
}

static void options_of_this_version(void **state)
{
    static const char *const none[] = {NULL};
    struct signet_artifact *artifact = NULL;
    struct signet_embedding *embedding = NULL;
    struct signet_embed_opts opts = {.size = sizeof(opts)};
    struct scratch scratch;
    struct signet_err err;
    char path[512];
    (void)state;
    scratch_open(&scratch);
    scratch_put(&scratch, "bom.json", BOM);
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(scratch_path(&scratch, "bom.json", path), &artifact, &err), &err);
    opts.size--;
    CHECK_CODE(signet_embedding_new(artifact, &opts, &embedding, &err), SIGNET_E_USAGE);
    opts.size++;
    opts.at = none;
    CHECK_CODE(signet_embedding_new(artifact, &opts, &embedding, &err), SIGNET_E_USAGE);
    opts.at = NULL;
    opts.key_id = "a\nb";
    CHECK_CODE(signet_embedding_new(artifact, &opts, &embedding, &err), SIGNET_E_USAGE);
    assert_null(embedding);
    opts.key_id = "a b";
    signet_err_clear(&err);
    CHECK_OK(signet_embedding_new(artifact, &opts, &embedding, &err), &err);
    signet_embedding_free(embedding);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_value_is_that_made_by_hand),
        cmocka_unit_test(only_what_verified_appears),
        cmocka_unit_test(what_is_signed_is_made_again),
        cmocka_unit_test(once_and_into_nothing),
        cmocka_unit_test(options_of_this_version),
    };
    return CHECK_RUN(tests);
}
