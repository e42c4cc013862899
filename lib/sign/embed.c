/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing in place. Owns the order: look at what is signed already, splice in signature objects
 * with values that say nothing, make the values one by one, inner places first, write, read back,
 * verify. The bytes that are signed are made by the code that verifies.
 */
#include <signet/embed.h>

#include <stdlib.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "sign/own.h"
#include "sign/places.h"
#include "sign/splice.h"
#include "verify/inner.h"
#include "verify/verification.h"

enum {
    WORTH_A_THREAD = 1 << 16 /* bytes to write */
};

struct signet_embedding {
    const struct signet_embed_opts *opts;
    const struct signet_envelope_ops *format;
    struct signet_limits limits;
    struct signet_embedded document; /* as it was before */
    struct signet_embedded made;     /* with signatures */
    char *name, *path;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory to sign a document");
}

/* What to do instead, which every refusal of a document says. */
#define INSTEAD "without --format it is signed as a file, with a signature beside it"

static int refuse_version(const struct signet_embedding *embedding, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_embedded *document = &embedding->document;
    const char *kind = document->bom.kind == SIGNET_BOM_CYCLONEDX ? "CycloneDX" : "SPDX";
    const char *name = embedding->format == &signet_envelope_jss ? "JSS" : "JSF";
    signet_utf8_show(document->bom.version_text.text, shown);
    return document->format == NULL
               ? signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "%s %s has no place for a %s signature; " INSTEAD, kind, shown,
                                name)
               : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "%s %s has no place for a %s signature, but for one of --format %s",
                                kind, shown, name, document->format->name);
}

static int check_document(const struct signet_embedding *embedding, struct signet_err *err)
{
    const struct signet_embedded *document = &embedding->document;
    if (document->bom.kind == 0 && document->unread.code != SIGNET_OK) {
        return signet_err_copy(err, &document->unread);
    }
    if (document->bom.kind == 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a CycloneDX document to sign in place, found something "
                              "else; " INSTEAD);
    }
    if (document->format != embedding->format) {
        return refuse_version(embedding, err);
    }
    if (document->unread.code != SIGNET_OK) {
        return signet_err_copy(err, &document->unread);
    }
    if (document->json.index.inexact != 0) {
        return signet_err_at(err, SIGNET_E_MALFORMED, document->json.index.inexact - 1,
                             "expected integers within 2^53 - 1 of 0, found one beyond, which "
                             "readers may round to another: write it as a string");
    }
    return SIGNET_OK;
}

/* Whether what is there can be added to. */
static int check_form(const struct signet_embedding *embedding,
                      const struct signet_embedded_place *place,
                      struct signet_err *err)
{
    static const char *const lists[] = {NULL, "signers", "chain"};
    char shown[SIGNET_SHOW_MAX];
    struct signet_json_value list;
    const char *wanted = lists[embedding->opts->form];
    const char *what = place->pointer[0] != '\0' ? place->pointer : "the document";
    if (!place->is_signed || (embedding->format == &signet_envelope_jss && wanted != NULL)) {
        return SIGNET_OK;
    }
    signet_utf8_show(signet_span_str(what), shown);
    if (wanted == NULL) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "%s is signed already; %s", shown,
                              embedding->format == &signet_envelope_jss
                                  ? "--multi adds a signature"
                                  : "for several signatures begin with --multi or --chain");
    }
    return signet_json_member(place->at.signature, wanted, &list)
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                "%s is signed already, and not in a list of \"%s\" that one more "
                                "could be added to",
                                shown, wanted);
}

static int check_forms(struct signet_embedding *embedding, struct signet_err *err)
{
    const struct signet_embedded *document = &embedding->document;
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < document->place_count; i++) {
        rc = check_form(embedding, &document->places[i], err);
    }
    return rc;
}

/* The document of an artifact, or of text. */
static int read_document(struct signet_embedding *embedding,
                         const struct signet_artifact *artifact,
                         struct signet_buf *text,
                         struct signet_err *err)
{
    const struct signet_verify_opts how = {
        .size = sizeof(how), .at = embedding->opts->at, .limits = &embedding->limits};
    int rc = artifact != NULL ? signet_embedded_open(&embedding->document, artifact, &how, err)
                              : signet_embedded_take(&embedding->document, text, &how, err);
    if (rc == SIGNET_OK) {
        rc = check_document(embedding, err);
    }
    return rc == SIGNET_OK ? check_forms(embedding, err) : rc;
}

/* What others will read and print. */
static int check_key_id(const char *key_id, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span rest = signet_span_str(key_id != NULL ? key_id : "");
    uint32_t code_point = 0;
    while (rest.len > 0) {
        if (signet_utf8_next(&rest, &code_point) != SIGNET_UTF8_PLAIN) {
            return signet_err_set(err, SIGNET_E_USAGE,
                                  "key id %s: expected UTF-8 text without control characters",
                                  signet_utf8_show(signet_span_str(key_id), shown));
        }
    }
    return SIGNET_OK;
}

static int check_opts(const struct signet_embed_opts *opts, struct signet_err *err)
{
    bool jss = opts->format != NULL && strcmp(opts->format, "jss") == 0;
    if (opts->size != sizeof(*opts) || opts->form > SIGNET_EMBED_CHAIN) {
        return signet_err_set(err, SIGNET_E_USAGE, "options of another version of the library");
    }
    if (opts->format != NULL && !jss && strcmp(opts->format, "jsf") != 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "expected the format jsf or jss");
    }
    if (jss && (opts->form == SIGNET_EMBED_CHAIN || opts->key_id != NULL)) {
        return signet_err_set(err, SIGNET_E_USAGE, "chains and key ids are of the format jsf");
    }
    return opts->at == NULL || opts->at[0] != NULL
               ? check_key_id(opts->key_id, err)
               : signet_err_set(err, SIGNET_E_USAGE, "no place chosen to sign");
}

static int start(const char *name,
                 const struct signet_embed_opts *opts,
                 struct signet_embedding **embedding,
                 struct signet_err *err)
{
    int rc = check_opts(opts, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_embedding *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return no_memory(err);
    }
    fresh->opts = opts;
    fresh->format = opts->format != NULL && strcmp(opts->format, "jss") == 0 ? &signet_envelope_jss
                                                                             : &signet_envelope_jsf;
    fresh->limits = opts->limits != NULL ? *opts->limits : signet_limits_default();
    fresh->name = strdup(name);
    fresh->path = strdup(opts->path != NULL ? opts->path : name);
    if (fresh->name == NULL || fresh->path == NULL) {
        signet_embedding_free(fresh);
        return no_memory(err);
    }
    *embedding = fresh;
    return SIGNET_OK;
}

/* Ends with *embedding set, or with what is not needed released. */
static int begin(const struct signet_artifact *artifact,
                 struct signet_buf *text,
                 struct signet_embedding *fresh,
                 struct signet_embedding **embedding,
                 struct signet_err *err)
{
    int rc = read_document(fresh, artifact, text, err);
    if (rc == SIGNET_OK) {
        *embedding = fresh;
    } else {
        signet_embedding_free(fresh);
    }
    return rc;
}

int signet_embedding_new(struct signet_artifact *artifact,
                         const struct signet_embed_opts *opts,
                         struct signet_embedding **embedding,
                         struct signet_err *err)
{
    struct signet_embedding *fresh = NULL;
    int rc = start(signet_artifact_name(artifact), opts, &fresh, err);
    return rc == SIGNET_OK ? begin(artifact, NULL, fresh, embedding, err) : rc;
}

int signet_embedding_of(struct signet_buf *text,
                        const char *name,
                        const struct signet_embed_opts *opts,
                        struct signet_embedding **embedding,
                        struct signet_err *err)
{
    struct signet_embedding *fresh = NULL;
    int rc = start(name, opts, &fresh, err);
    if (rc == SIGNET_OK) {
        rc = begin(NULL, text, fresh, embedding, err);
    }
    signet_buf_free(text); /* if it did not come to that */
    return rc;
}

void signet_embedding_free(struct signet_embedding *embedding)
{
    if (embedding == NULL) {
        return;
    }
    signet_embedded_free(&embedding->document);
    signet_embedded_free(&embedding->made);
    free(embedding->name);
    free(embedding->path);
    free(embedding);
}

/* What is asked of signatures that are there already. */
struct asking {
    const struct signet_verify_opts *opts;
    struct signet_trusted_key own;
    uint64_t work_left;
};

/* Each signature beside which another is put must verify, by the key that it carries or by the one
 * that signs now. */
static int
check_beside(const struct signet_envelope *env, struct asking *asking, struct signet_err *err)
{
    struct signet_signers signers;
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_DOCUMENT,
        .keys = &asking->own,
        .key_count = 1,
        .work_left = &asking->work_left,
    };
    bool any = false;
    bool *broken = calloc(env->signature_count, sizeof(*broken));
    if (broken == NULL) {
        return no_memory(err);
    }
    int rc = signet_signers_check(env, &request, &signers, err);
    if (rc == SIGNET_OK) {
        rc = signet_source_find_broken(env, &signers, &asking->work_left, broken, &any, err);
    }
    for (size_t i = 0; rc == SIGNET_OK && i < env->signature_count; i++) {
        if (broken[i]) {
            rc = signet_err_set(err, SIGNET_E_BAD_SIGNATURE,
                                "signature %zu of %zu that is there does not verify by its key",
                                i + 1, env->signature_count);
        } else if (signers.list[i].status != SIGNET_OK && env->signatures[i].named == NULL) {
            rc = signet_err_set(err, SIGNET_E_UNTRUSTED,
                                "signature %zu of %zu that is there carries no key, so that it "
                                "cannot be checked before another is added",
                                i + 1, env->signature_count);
        }
    }
    signet_signers_free(&signers);
    free(broken);
    return rc;
}

static int check_signed_place(struct signet_embedding *embedding,
                              const struct signet_embedded_place *place,
                              struct asking *asking,
                              struct signet_err *err)
{
    struct signet_envelope env;
    int rc = embedding->format->read(&embedding->document.json, &place->at, &embedding->limits,
                                     &env, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const struct signet_jsf *jsf = signet_jsf_of(&env);
    rc = jsf == NULL || jsf->exclude_count == 0
             ? check_beside(&env, asking, err)
             : signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "the signatures that are there leave out members of the document, "
                              "as one more among them would");
    signet_envelope_free(&env);
    return rc;
}

/* Nothing that was changed after it was signed is signed again, and nothing added beside it. */
static int check_signatures(struct signet_embedding *embedding,
                            const struct signet_seckey *key,
                            struct signet_err *err)
{
    struct signet_embedded *document = &embedding->document;
    struct asking asking = {
        .own = {.key = *signet_seckey_public(key), .uses = embedding->format->use},
        .work_left = SIGNET_SIGNERS_WORK,
    };
    const struct signet_verify_opts how = {
        .size = sizeof(how), .keys = &asking.own, .key_count = 1, .limits = &embedding->limits};
    int rc = signet_embedded_judge_inner(document, &how, err);
    for (size_t i = 0; rc == SIGNET_OK && i < document->place_count; i++) {
        rc = signet_embedded_check_inside(document, document->places[i].pointer, err);
        if (rc == SIGNET_OK && document->places[i].is_signed) {
            rc = check_signed_place(embedding, &document->places[i], &asking, err);
        }
    }
    return rc;
}

/* A key id that is a fingerprint is read as one. */
static int check_named(const char *key_id, const struct signet_pubkey *key, struct signet_err *err)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    struct signet_span said = signet_span_str(key_id != NULL ? key_id : "");
    return signet_pubkey_match_hint(key, said) != SIGNET_HINT_NAMES_OTHER
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "the key id is a fingerprint of another key: this one has %s",
                                signet_pubkey_fingerprint(key, fingerprint));
}

/* What is written while the rest is read and signed. */
struct writing {
    struct signet_output *out;
    struct signet_span bytes;
    struct signet_task *task; /* NULL: it is done */
};

/* Also looks whether it is there. */
static int write_bytes(void *ctx, struct signet_err *err)
{
    const struct writing *writing = ctx;
    int rc = signet_output_write(writing->out, writing->bytes, err);
    return rc == SIGNET_OK ? signet_output_compare(writing->out, 0, writing->bytes, err) : rc;
}

static int begin_writing(struct writing *writing, struct signet_err *err)
{
    return writing->bytes.len >= WORTH_A_THREAD
               ? signet_task_start(write_bytes, writing, &writing->task, err)
               : write_bytes(writing, err);
}

/* Takes the document with signatures that say nothing yet, reads it as anyone would, and signs. */
static int take_and_sign(struct signet_embedding *embedding,
                         struct signet_buf *text,
                         const struct signet_seckey *key,
                         struct signet_err *err)
{
    const struct signet_verify_opts how = {
        .size = sizeof(how), .at = embedding->opts->at, .limits = &embedding->limits};
    const struct signet_places_request request = {
        .format = embedding->format, .places = &how, .limits = &embedding->limits, .key = key};
    int rc = signet_embedded_scan(&embedding->made, text, &how, err);
    return rc == SIGNET_OK ? signet_sign_places(&embedding->made, &request, err) : rc;
}

/* Makes the signed document and writes it. What comes before its first value is settled, and is
 * written while the rest is done. */
static int sign_and_write(struct signet_embedding *embedding,
                          const struct signet_seckey *key,
                          struct signet_output *out,
                          struct signet_err *err)
{
    const struct signet_splice_rules rules = {
        .key = signet_seckey_public(key),
        .form = embedding->opts->form,
        .jss = embedding->format == &signet_envelope_jss,
        .key_id = embedding->opts->key_id,
    };
    struct signet_buf text;
    size_t settled = 0;
    int rc = signet_splice(&embedding->document, &rules, &text, &settled, err);
    struct signet_span all = signet_buf_span(&text);
    struct signet_span rest = signet_span_of(all.ptr + settled, all.len - settled);
    struct writing writing = {.out = out, .bytes = signet_span_of(all.ptr, settled)};
    if (rc == SIGNET_OK) {
        rc = begin_writing(&writing, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_task_end(writing.task, take_and_sign(embedding, &text, key, err), err);
    }
    signet_buf_free(&text); /* if it was not taken */
    if (rc == SIGNET_OK) {
        rc = signet_output_write(out, rest, err);
    }
    return rc == SIGNET_OK ? signet_output_compare(out, settled, rest, err) : rc;
}

/* Verifies what was made as anyone's document. Between the reading of its text and now nothing but
 * values changed, of which no other byte depends: they are read anew. */
static int verify_own(struct signet_embedding *embedding,
                      const struct signet_seckey *key,
                      struct signet_verification **verification,
                      struct signet_err *err)
{
    const struct signet_trusted_key own = {.key = *signet_seckey_public(key),
                                           .uses = embedding->format->use};
    const struct signet_verify_opts how = {
        .size = sizeof(how),
        .keys = &own,
        .key_count = 1,
        .at = embedding->opts->at,
        .limits = &embedding->limits,
    };
    int rc = signet_verify_taken(&embedding->made, embedding->name, embedding->path, &how,
                                 verification, err);
    return signet_own_verified(rc, verification, err);
}

static int finish(struct signet_embedding *embedding,
                  const struct signet_seckey *key,
                  struct signet_output *out,
                  struct signet_verification **verification,
                  struct signet_err *err)
{
    struct signet_buf text;
    if (embedding->document.bom.kind == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "a document is signed once");
    }
    int rc = check_named(embedding->opts->key_id, signet_seckey_public(key), err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_output_read_back(out, 0, &text, err); /* can it be, and is it empty? */
    signet_buf_free(&text);
    if (rc == SIGNET_OK) {
        rc = check_signatures(embedding, key, err);
    }
    if (rc == SIGNET_OK) {
        rc = sign_and_write(embedding, key, out, err);
    }
    return rc == SIGNET_OK ? verify_own(embedding, key, verification, err) : rc;
}

int signet_embedding_finish(struct signet_embedding *embedding,
                            const struct signet_seckey *key,
                            struct signet_output *out,
                            struct signet_verification **verification,
                            struct signet_err *err)
{
    *verification = NULL;
    int rc = finish(embedding, key, out, verification, err);
    if (rc != SIGNET_OK) {
        signet_output_abandon(out);
    }
    return rc;
}
