/* SPDX-License-Identifier: Apache-2.0
 *
 * Cosigning signatures: see <signet/timestamp.h>. Owns the order: read, check who signed, cosign,
 * write, read back, verify. Of what is signed nothing is read.
 */
#include <signet/timestamp.h>

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "envelope/cosignature.h"
#include "sign/own.h"
#include "verify/verification.h"

struct signet_timestamping {
    struct signet_timestamp_opts opts;
    struct signet_buf notes; /* as they were */
    struct signet_cosignatures there;
    struct signet_envelope env;
    struct signet_signers signers;
    struct signet_digest *subjects; /* of each signature; of alg NONE: by no given key, or twice */
};

/* Who says when, and what it says. */
struct cosigner {
    const struct signet_seckey *key;
    struct signet_trusted_key own; /* its public half */
    char name[SIGNET_FINGERPRINT_TEXT];
    int64_t now;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for notes about the time");
}

/* All keys in the order given; the format of the envelope is nobody's choice here. */
static int find_signers(struct signet_timestamping *t, struct signet_err *err)
{
    struct signet_trusted_key *keys = calloc(t->opts.key_count, sizeof(*keys));
    const struct signet_signers_request request = {
        .payload_type = t->env.payload_type,
        .keys = keys,
        .key_count = t->opts.key_count,
        .try_prehashed = true,
    };
    if (keys == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < t->opts.key_count; i++) {
        keys[i].key = t->opts.keys[i].key;
        keys[i].uses = t->env.format->use;
    }
    int rc = signet_signers_check(&t->env, &request, &t->signers, err);
    free(keys);
    return rc;
}

static bool is_repeated(const struct signet_timestamping *t, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (signet_digest_eq(&t->subjects[i], &t->subjects[index])) {
            return true;
        }
    }
    return false;
}

static int find_subjects(struct signet_timestamping *t, struct signet_err *err)
{
    struct signet_digest bytes;
    t->subjects = calloc(t->signers.count, sizeof(*t->subjects));
    int rc = t->subjects != NULL
                 ? signet_digest_of(SIGNET_DIGEST_SHA256, t->env.message, &bytes, err)
                 : no_memory(err);
    for (size_t i = 0; rc == SIGNET_OK && i < t->signers.count; i++) {
        const struct signet_signer *signer = &t->signers.list[i];
        if (signer->status == SIGNET_OK) {
            rc = signet_cosignature_subject(&t->opts.keys[signer->key].key, &bytes,
                                            t->env.signatures[i].sig, &t->subjects[i], err);
        }
        if (rc == SIGNET_OK && is_repeated(t, i)) {
            t->subjects[i].alg = SIGNET_DIGEST_NONE;
        }
    }
    return rc;
}

static int require_signers(const struct signet_timestamping *t, struct signet_err *err)
{
    int code = SIGNET_E_UNTRUSTED;
    for (size_t i = 0; i < t->signers.count; i++) {
        code = t->signers.list[i].status == SIGNET_E_BAD_SIGNATURE ? SIGNET_E_BAD_SIGNATURE : code;
    }
    return t->signers.distinct > 0
               ? SIGNET_OK
               : signet_err_set(err, code,
                                "expected a signature by one of the %zu given keys, found none "
                                "among %zu",
                                t->opts.key_count, t->signers.count);
}

static int
read_files(struct signet_timestamping *t, struct signet_buf *text, struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = t->opts.limits != NULL ? t->opts.limits : &standard;
    int rc =
        signet_envelope_parse(text, signet_limits_signature_file(limits), limits, &t->env, err);
    if (rc == SIGNET_OK) {
        rc = find_signers(t, err);
    }
    if (rc == SIGNET_OK) {
        rc = require_signers(t, err);
    }
    if (rc == SIGNET_OK) {
        rc = find_subjects(t, err);
    }
    if (rc == SIGNET_OK && t->notes.len > 0) {
        rc = signet_cosignatures_parse(signet_buf_span(&t->notes), &t->there, err);
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "the notes that are there");
        }
    }
    return rc;
}

int signet_timestamping_new(struct signet_buf *text,
                            struct signet_buf *notes,
                            const struct signet_timestamp_opts *opts,
                            struct signet_timestamping **timestamping,
                            struct signet_err *err)
{
    struct signet_timestamping *fresh = NULL;
    int rc = opts->size == sizeof(*opts) && opts->key_count > 0
                 ? (int)SIGNET_OK
                 : signet_err_set(err, SIGNET_E_USAGE, "expected the keys of who signed");
    if (rc == SIGNET_OK) {
        fresh = calloc(1, sizeof(*fresh));
        rc = fresh != NULL ? (int)SIGNET_OK : no_memory(err);
    }
    if (rc == SIGNET_OK) {
        fresh->opts = *opts;
        fresh->notes = *notes;
        memset(notes, 0, sizeof(*notes));
        rc = read_files(fresh, text, err);
    }
    if (rc == SIGNET_OK) {
        *timestamping = fresh;
    } else {
        signet_timestamping_free(fresh);
    }
    signet_buf_free(text);
    signet_buf_free(notes);
    return rc;
}

void signet_timestamping_free(struct signet_timestamping *timestamping)
{
    if (timestamping != NULL) {
        signet_cosignatures_free(&timestamping->there);
        signet_signers_free(&timestamping->signers);
        signet_envelope_free(&timestamping->env);
        signet_buf_free(&timestamping->notes);
        free(timestamping->subjects);
        free(timestamping);
    }
}

size_t signet_timestamping_count(const struct signet_timestamping *timestamping, size_t *others)
{
    *others = 0;
    for (size_t i = 0; i < timestamping->signers.count; i++) {
        *others += timestamping->signers.list[i].status != SIGNET_OK ? 1 : 0;
    }
    return timestamping->signers.count;
}

int signet_timestamping_texts(const struct signet_timestamping *timestamping,
                              struct signet_buf *out)
{
    for (size_t i = 0; i < timestamping->signers.count; i++) {
        if (timestamping->subjects[i].alg != SIGNET_DIGEST_NONE) {
            signet_cosignature_put_text(&timestamping->subjects[i], out);
        }
    }
    return out->status;
}

/* Whether notes have a cosignature of the subject by this key. */
static int has_said(const struct signet_cosignatures *notes,
                    const struct cosigner *cosigner,
                    const struct signet_digest *subject,
                    bool *has,
                    struct signet_err *err)
{
    size_t key = SIGNET_NO_KEY;
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && key == SIGNET_NO_KEY && i < notes->count; i++) {
        if (signet_digest_eq(&notes->list[i].subject, subject)) {
            rc = signet_cosignature_find_key(&notes->list[i], &cosigner->own, 1, &key, err);
        }
    }
    *has = rc == SIGNET_OK && key != SIGNET_NO_KEY;
    return rc;
}

static int put_cosignature(const struct cosigner *cosigner,
                           const struct signet_digest *subject,
                           struct signet_buf *out,
                           struct signet_err *err)
{
    struct signet_buf message;
    struct signet_cosignature said = {
        .subject = *subject, .name = signet_span_str(cosigner->name), .time = cosigner->now};
    signet_buf_init(&message, SIZE_MAX);
    int rc = signet_cosignature_key_id(said.name, &cosigner->own.key, said.key_id, err);
    if (rc == SIGNET_OK &&
        signet_cosignature_put_message(subject, cosigner->now, &message) != SIGNET_OK) {
        rc = no_memory(err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_seckey_sign(cosigner->key, signet_buf_span(&message), said.signature, err);
    }
    if (rc == SIGNET_OK && signet_cosignature_put_note(&said, out) != SIGNET_OK) {
        rc = no_memory(err);
    }
    signet_buf_free(&message);
    return rc;
}

/* All that was there, and behind it what this key has not said yet. */
static int compose(const struct signet_timestamping *t,
                   const struct cosigner *cosigner,
                   struct signet_buf *made,
                   struct signet_err *err)
{
    size_t count = 0;
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    int rc = signet_buf_put(made, signet_buf_span(&t->notes)) == SIGNET_OK ? (int)SIGNET_OK
                                                                           : no_memory(err);
    for (size_t i = 0; rc == SIGNET_OK && i < t->signers.count; i++) {
        bool has = t->subjects[i].alg == SIGNET_DIGEST_NONE;
        if (!has) {
            rc = has_said(&t->there, cosigner, &t->subjects[i], &has, err);
        }
        if (rc == SIGNET_OK && !has) {
            rc = put_cosignature(cosigner, &t->subjects[i], made, err);
            count++;
        }
    }
    return rc != SIGNET_OK || count > 0
               ? rc
               : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                "expected a signature that this key, %s, has not cosigned yet, "
                                "found none",
                                signet_pubkey_fingerprint(&cosigner->own.key, fingerprint));
}

/* As anyone reads it: all that was there, and of each signature what this key says. */
static int check_written(const struct signet_timestamping *t,
                         const struct cosigner *cosigner,
                         struct signet_span text,
                         struct signet_err *err)
{
    struct signet_cosignatures notes;
    struct signet_span there = signet_buf_span(&t->notes);
    if (text.len < there.len || !signet_span_eq(signet_span_of(text.ptr, there.len), there)) {
        return signet_err_set(err, SIGNET_E_MISMATCH,
                              "expected the notes that were there, found others");
    }
    int rc = signet_cosignatures_parse(text, &notes, err);
    for (size_t i = 0; rc == SIGNET_OK && i < t->signers.count; i++) {
        bool has = t->subjects[i].alg == SIGNET_DIGEST_NONE;
        if (!has) {
            rc = has_said(&notes, cosigner, &t->subjects[i], &has, err);
        }
        if (rc == SIGNET_OK && !has) {
            rc = signet_err_set(err, SIGNET_E_BAD_SIGNATURE, "bad signature");
        }
    }
    signet_cosignatures_free(&notes);
    return rc;
}

static int write_and_check(const struct signet_timestamping *t,
                           const struct cosigner *cosigner,
                           struct signet_output *out,
                           struct signet_err *err)
{
    struct signet_buf made;
    struct signet_buf text;
    signet_buf_init(&made, SIZE_MAX);
    int rc = compose(t, cosigner, &made, err);
    if (rc == SIGNET_OK) {
        rc = signet_output_write(out, signet_buf_span(&made), err);
    }
    signet_buf_free(&made);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_output_read_back(out, SIGNET_TIME_NOTES, &text, err);
    if (rc == SIGNET_OK) {
        struct signet_verification *none = NULL;
        rc = signet_own_verified(check_written(t, cosigner, signet_buf_span(&text), err), &none,
                                 err);
    }
    signet_buf_free(&text);
    return rc;
}

static int copy_keys(const struct signet_timestamping *t,
                     struct signet_verification *verification,
                     struct signet_err *err)
{
    struct signet_arena *storage = &verification->storage;
    struct signet_trusted_key *keys = signet_arena_array(storage, t->opts.key_count, sizeof(*keys));
    for (size_t i = 0; keys != NULL && i < t->opts.key_count; i++) {
        const char *name = t->opts.keys[i].name;
        keys[i] = t->opts.keys[i];
        keys[i].name = signet_arena_copy(storage, signet_span_str(name != NULL ? name : ""));
        keys = keys[i].name != NULL ? keys : NULL;
    }
    verification->keys = keys;
    verification->key_count = t->opts.key_count;
    verification->threshold = 1;
    return keys != NULL ? SIGNET_OK : no_memory(err);
}

/* What was cosigned, for the report: it passes on what was read to it. */
static int describe(struct signet_timestamping *t,
                    const struct cosigner *cosigner,
                    const char *name,
                    struct signet_verification **verification,
                    struct signet_err *err)
{
    struct signet_verification *fresh = NULL;
    int rc = signet_verification_new(t->opts.path != NULL ? t->opts.path : "", &fresh, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    fresh->sources = calloc(1, sizeof(*fresh->sources));
    const char *own_name = signet_arena_copy(&fresh->storage, signet_span_str(name));
    rc = fresh->sources != NULL && own_name != NULL ? copy_keys(t, fresh, err) : no_memory(err);
    if (rc != SIGNET_OK) {
        signet_verification_free(fresh);
        return rc;
    }
    struct signet_source *source = &fresh->sources[0];
    fresh->source_count = 1;
    source->name = own_name;
    source->env = t->env;
    source->signers = t->signers;
    memset(&t->env, 0, sizeof(t->env));
    memset(&t->signers, 0, sizeof(t->signers));
    for (size_t i = 0; i < source->signers.count; i++) {
        struct signet_signer *signer = &source->signers.list[i];
        signer->signed_at = signer->status == SIGNET_OK ? cosigner->now : signer->signed_at;
    }
    fresh->attested_by = source->signers.distinct;
    *verification = fresh;
    return SIGNET_OK;
}

/* The fingerprint, in which a name may not have "+". */
static void take_name(struct cosigner *cosigner)
{
    signet_pubkey_fingerprint(&cosigner->own.key, cosigner->name);
    for (char *at = cosigner->name; *at != '\0'; at++) {
        *at = (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
    }
}

static int finish(struct signet_timestamping *t,
                  const struct cosigner *cosigner,
                  struct signet_output *out,
                  struct signet_err *err)
{
    struct signet_buf text;
    if (t->signers.count == 0 || cosigner->now < 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "cosigned before, or a clock before 1970");
    }
    int rc = signet_output_read_back(out, 0, &text, err); /* can it be, and is it empty? */
    signet_buf_free(&text);
    return rc == SIGNET_OK ? write_and_check(t, cosigner, out, err) : rc;
}

int signet_timestamping_finish(struct signet_timestamping *timestamping,
                               const struct signet_seckey *key,
                               const char *notes_name,
                               struct signet_output *out,
                               struct signet_verification **verification,
                               struct signet_err *err)
{
    struct cosigner cosigner = {
        .key = key,
        .own = {.key = *signet_seckey_public(key), .uses = SIGNET_USE_TIME},
        .now = signet_clock_now(timestamping->opts.clock),
    };
    *verification = NULL;
    take_name(&cosigner);
    int rc = finish(timestamping, &cosigner, out, err);
    if (rc == SIGNET_OK) {
        rc = describe(timestamping, &cosigner, notes_name, verification, err);
    }
    if (rc != SIGNET_OK) {
        signet_output_abandon(out);
    }
    return rc;
}
