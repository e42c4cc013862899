/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing policies and trust roots. Owns the order: read, require the schema, sign, compose, write,
 * read back, verify. What was there already is copied, never composed again.
 */
#include <signet/endorse.h>

#include <stdlib.h>

#include "base/err.h"
#include "base/utf8.h"
#include "envelope/dsse.h"
#include "sign/own.h"
#include "trust/policy.h"
#include "trust/root.h"
#include "verify/verification.h"

struct sort {
    const char *name;
    const char *schema;
    const char *payload_type;
    int (*check)(struct signet_span payload, struct signet_err *err);
};

static int check_policy(struct signet_span payload, struct signet_err *err)
{
    struct signet_policy policy;
    int rc = signet_policy_parse(payload, &policy, err);
    signet_policy_free(&policy);
    return rc;
}

static int check_root(struct signet_span payload, struct signet_err *err)
{
    struct signet_root root;
    int rc = signet_root_parse(payload, &root, err);
    signet_root_free(&root);
    return rc;
}

static const struct sort sorts[] = {
    [SIGNET_ENDORSE_POLICY] = {"policy", SIGNET_POLICY_SCHEMA, SIGNET_PAYLOAD_TYPE_POLICY,
                               check_policy},
    [SIGNET_ENDORSE_ROOT] = {"root", SIGNET_ROOT_SCHEMA, SIGNET_PAYLOAD_TYPE_ROOT, check_root},
};

struct signet_endorsing {
    const struct sort *sort;
    bool append;
    char *path;
    struct signet_limits limits;
    struct signet_buf text;     /* as it was given */
    struct signet_envelope env; /* what it says, if a signature is added to it */
    size_t at;                  /* where in it that goes */
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory to sign a policy or root");
}

enum signet_endorse_kind signet_endorse_kind(const char *name)
{
    for (size_t i = SIGNET_ENDORSE_POLICY; i <= SIGNET_ENDORSE_ROOT; i++) {
        if (strcmp(name, sorts[i].name) == 0) {
            return (enum signet_endorse_kind)i;
        }
    }
    return (enum signet_endorse_kind)0;
}

static int
check_schema(const struct signet_doc_value *top, const struct sort *sort, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_doc_value *schema = signet_doc_member(top, "schema");
    const char *text = signet_doc_string(schema);
    if (text != NULL && strcmp(text, sort->schema) == 0) {
        return SIGNET_OK;
    }
    if (text != NULL) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "\"schema\": expected \"%s\", found \"%s\"",
                              sort->schema, signet_utf8_show(signet_span_str(text), shown));
    }
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "expected an object with \"schema\":\"%s\", found %s", sort->schema,
                          !signet_doc_is_object(top) ? "no object"
                          : schema != NULL           ? "a \"schema\" that is no string"
                          : signet_doc_member(top, "payloadType") != NULL
                              ? "a signature file, to which --append adds a signature"
                              : "no such member");
}

static int
check_document(struct signet_span text, const struct signet_endorsing *e, struct signet_err *err)
{
    struct signet_doc *doc = NULL;
    int rc = signet_doc_parse(text, e->limits.envelope, &doc, err);
    if (rc == SIGNET_OK) {
        rc = check_schema(signet_doc_top(doc), e->sort, err);
    }
    signet_doc_free(doc);
    if (rc == SIGNET_OK) {
        rc = e->sort->check(text, err);
    }
    if (rc != SIGNET_OK && rc != SIGNET_E_NOMEM && rc != SIGNET_E_LIMIT) {
        signet_err_prefix(err, "no %s", e->sort->name);
    }
    return rc;
}

/* Reads a DSSE file, which is taken over, as anyone would. */
static int parse_file(const struct signet_endorsing *e,
                      struct signet_buf *text,
                      struct signet_envelope *env,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = signet_envelope_parse(text, e->limits.envelope, &e->limits, env, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (strcmp(env->format->name, "dsse") != 0) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED,
                            "expected a DSSE file, found a signature file of format %s",
                            env->format->name);
    } else if (strcmp(env->payload_type, e->sort->payload_type) != 0) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED,
                            "payload type: expected \"%s\", found \"%s\"", e->sort->payload_type,
                            signet_utf8_show(signet_span_str(env->payload_type), shown));
    } else {
        rc = check_document(env->payload, e, err);
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "payload");
        }
    }
    return rc;
}

/* Where the last signature object of a text that was parsed ends. */
static size_t find_end(struct signet_span text)
{
    size_t at = 0;
    struct signet_json_value list;
    struct signet_json_value element;
    if (signet_json_member(signet_json_top(text), "signatures", &list)) {
        struct signet_json_walk walk = signet_json_walk(list);
        while (signet_json_next_element(&walk, &element)) {
            at = (size_t)(element.text.ptr + element.text.len - text.ptr);
        }
    }
    return at;
}

/* The text is parsed where it stands, so what is parsed is a copy. */
static int read_file(struct signet_endorsing *e, struct signet_err *err)
{
    struct signet_buf copy;
    if (e->text.len > e->limits.envelope) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "signature file of %zu bytes, more than the limit of %llu",
                              e->text.len, (unsigned long long)e->limits.envelope);
    }
    signet_buf_init(&copy, e->text.len);
    int rc = signet_buf_put(&copy, signet_buf_span(&e->text));
    rc = rc == SIGNET_OK ? parse_file(e, &copy, &e->env, err) : no_memory(err);
    signet_buf_free(&copy); /* if it was not taken */
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (e->env.signature_count >= e->limits.signatures) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "%zu signatures are there, and one more would exceed the limit of "
                              "%llu",
                              e->env.signature_count, (unsigned long long)e->limits.signatures);
    }
    e->at = find_end(signet_buf_span(&e->text));
    return e->at > 0 ? SIGNET_OK
                     : signet_err_set(err, SIGNET_E_INTERNAL, "a DSSE file without signatures");
}

static int start(const struct signet_endorse_opts *opts,
                 struct signet_endorsing **endorsing,
                 struct signet_err *err)
{
    if (opts->size != sizeof(*opts)) {
        return signet_err_set(err, SIGNET_E_USAGE, "options of another version of the library");
    }
    if (opts->kind != SIGNET_ENDORSE_POLICY && opts->kind != SIGNET_ENDORSE_ROOT) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a policy or a root to sign");
    }
    struct signet_endorsing *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return no_memory(err);
    }
    fresh->sort = &sorts[opts->kind];
    fresh->append = opts->append;
    fresh->limits = opts->limits != NULL ? *opts->limits : signet_limits_default();
    fresh->path = strdup(opts->path != NULL ? opts->path : "");
    if (fresh->path == NULL) {
        signet_endorsing_free(fresh);
        return no_memory(err);
    }
    *endorsing = fresh;
    return SIGNET_OK;
}

int signet_endorsing_new(struct signet_buf *text,
                         const struct signet_endorse_opts *opts,
                         struct signet_endorsing **endorsing,
                         struct signet_err *err)
{
    struct signet_endorsing *fresh = NULL;
    int rc = start(opts, &fresh, err);
    if (fresh == NULL) {
        signet_buf_free(text);
        return rc;
    }
    fresh->text = *text;
    memset(text, 0, sizeof(*text));
    rc = fresh->append ? read_file(fresh, err)
                       : check_document(signet_buf_span(&fresh->text), fresh, err);
    if (rc == SIGNET_OK) {
        *endorsing = fresh;
    } else {
        signet_endorsing_free(fresh);
    }
    return rc;
}

void signet_endorsing_free(struct signet_endorsing *endorsing)
{
    if (endorsing != NULL) {
        signet_envelope_free(&endorsing->env);
        signet_buf_free(&endorsing->text);
        free(endorsing->path);
        free(endorsing);
    }
}

struct signet_span signet_endorsing_payload(const struct signet_endorsing *endorsing)
{
    return endorsing->append ? endorsing->env.payload : signet_buf_span(&endorsing->text);
}

size_t signet_endorsing_others(const struct signet_endorsing *endorsing)
{
    return endorsing->env.signature_count;
}

/* What anyone would ask who has this key alone. */
static int check_signers(const struct signet_endorsing *e,
                         const struct signet_envelope *env,
                         const struct signet_trusted_key *own,
                         struct signet_signers *signers,
                         struct signet_err *err)
{
    const struct signet_signers_request request = {
        .payload_type = e->sort->payload_type, .keys = own, .key_count = 1};
    return signet_signers_check(env, &request, signers, err);
}

/* One key signs once. A signature that names it falsely would discredit the one that is added. */
static int check_others(const struct signet_endorsing *e,
                        const struct signet_trusted_key *own,
                        struct signet_err *err)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    struct signet_signers signers = {0};
    int rc = e->append ? check_signers(e, &e->env, own, &signers, err) : (int)SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < signers.count; i++) {
        if (signers.list[i].status == SIGNET_OK) {
            rc = signet_err_set(err, SIGNET_E_FORBIDDEN,
                                "expected signatures by other keys, found number %zu of %zu by "
                                "this one, %s: it signed already",
                                i + 1, signers.count,
                                signet_pubkey_fingerprint(&own->key, fingerprint));
        } else if (signers.list[i].names_key) {
            rc = signet_err_set(err, SIGNET_E_BAD_SIGNATURE,
                                "bad signature: number %zu of %zu that are there names this key, "
                                "%s, but does not verify",
                                i + 1, signers.count,
                                signet_pubkey_fingerprint(&own->key, fingerprint));
        }
    }
    signet_signers_free(&signers);
    return rc;
}

static int sign_payload(const struct signet_endorsing *e,
                        const struct signet_seckey *key,
                        uint8_t value[SIGNET_ED25519_SIGNATURE],
                        struct signet_err *err)
{
    struct signet_buf message;
    struct signet_span payload = signet_endorsing_payload(e);
    signet_buf_init(&message, SIZE_MAX);
    signet_dsse_head(signet_span_str(e->sort->payload_type), payload.len, &message);
    int rc = signet_buf_put(&message, payload);
    rc = rc == SIGNET_OK ? signet_seckey_sign(key, signet_buf_span(&message), value, err)
                         : no_memory(err);
    signet_buf_free(&message);
    return rc;
}

/* The whole file with one signature more. */
static int compose(const struct signet_endorsing *e,
                   struct signet_signature *signature,
                   struct signet_buf *made,
                   struct signet_err *err)
{
    const struct signet_envelope env = {
        .payload_type = e->sort->payload_type,
        .payload = signet_endorsing_payload(e),
        .signatures = signature,
        .signature_count = 1,
    };
    if (!e->append) {
        int rc = signet_dsse_write(&env, signet_sink_to_buf(made), err);
        return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "cannot compose a DSSE file");
    }
    signet_buf_put(made, signet_span_of(e->text.data, e->at));
    signet_buf_putc(made, ',');
    signet_dsse_put_signature(made, signature);
    int rc = signet_buf_put(made, signet_span_of(e->text.data + e->at, e->text.len - e->at));
    return rc == SIGNET_OK ? rc : no_memory(err);
}

static int sign_and_write(const struct signet_endorsing *e,
                          const struct signet_seckey *key,
                          struct signet_output *out,
                          struct signet_err *err)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    uint8_t value[SIGNET_ED25519_SIGNATURE];
    struct signet_buf made;
    struct signet_signature signature = {
        .keyid = signet_pubkey_fingerprint(signet_seckey_public(key), fingerprint),
        .sig = signet_span_of(value, sizeof(value)),
    };
    signet_buf_init(&made, SIZE_MAX);
    int rc = sign_payload(e, key, value, err);
    if (rc == SIGNET_OK) {
        rc = compose(e, &signature, &made, err);
    }
    if (rc == SIGNET_OK && made.len > e->limits.envelope) {
        rc = signet_err_set(err, SIGNET_E_LIMIT,
                            "the signature file would have %zu bytes, more than the limit of %llu; "
                            "--limit envelope=N raises it",
                            made.len, (unsigned long long)e->limits.envelope);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_write(out, signet_buf_span(&made), err);
    }
    signet_buf_free(&made);
    return rc;
}

/* Every byte that was there, before and behind the signature that was put in. */
static bool all_kept(const struct signet_endorsing *e, struct signet_span text)
{
    size_t behind = e->text.len - e->at;
    if (!e->append) {
        return true;
    }
    return text.len > e->text.len &&
           signet_span_eq(signet_span_of(text.ptr, e->at), signet_span_of(e->text.data, e->at)) &&
           signet_span_eq(signet_span_of(text.ptr + text.len - behind, behind),
                          signet_span_of(e->text.data + e->at, behind));
}

/* Reads back what was written, which must be what was to be made. */
static int read_own(const struct signet_endorsing *e,
                    const struct signet_trusted_key *own,
                    struct signet_output *out,
                    struct signet_source *source,
                    struct signet_err *err)
{
    struct signet_buf text;
    size_t others = signet_endorsing_others(e);
    int rc = signet_output_read_back(out, e->limits.envelope, &text, err);
    if (rc == SIGNET_OK && !all_kept(e, signet_buf_span(&text))) {
        rc = signet_err_set(err, SIGNET_E_MISMATCH,
                            "expected every byte that was there, found others");
    }
    if (rc == SIGNET_OK) {
        rc = parse_file(e, &text, &source->env, err);
    }
    signet_buf_free(&text);
    if (rc == SIGNET_OK && !signet_span_eq(source->env.payload, signet_endorsing_payload(e))) {
        rc = signet_err_set(err, SIGNET_E_MISMATCH,
                            "expected the payload that was read, found another");
    }
    if (rc == SIGNET_OK && source->env.signature_count != others + 1) {
        rc = signet_err_set(err, SIGNET_E_MISMATCH, "expected %zu signatures, found %zu",
                            others + 1, source->env.signature_count);
    }
    if (rc == SIGNET_OK) {
        rc = check_signers(e, &source->env, own, &source->signers, err);
    }
    return rc != SIGNET_OK || source->signers.list[others].status == SIGNET_OK
               ? rc
               : signet_err_set(err, SIGNET_E_BAD_SIGNATURE, "bad signature");
}

/* What anyone finds who has the key. */
static int verify_own(const struct signet_endorsing *e,
                      const struct signet_trusted_key *key,
                      const char *name,
                      struct signet_output *out,
                      struct signet_verification **verification,
                      struct signet_err *err)
{
    int rc = signet_verification_new(e->path, verification, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_verification *fresh = *verification;
    struct signet_trusted_key *own = signet_arena_alloc(&fresh->storage, sizeof(*own));
    const char *own_name = signet_arena_copy(&fresh->storage, signet_span_str(name));
    fresh->sources = calloc(1, sizeof(*fresh->sources));
    if (own == NULL || own_name == NULL || fresh->sources == NULL) {
        return signet_own_verified(no_memory(err), verification, err);
    }
    *own = *key;
    fresh->keys = own;
    fresh->threshold = 1;
    fresh->source_count = 1;
    fresh->sources[0].name = own_name;
    signet_err_clear(&fresh->sources[0].err);
    rc = read_own(e, own, out, &fresh->sources[0], err);
    if (rc == SIGNET_OK) {
        fresh->sources[0].content_matches = true;
        fresh->attested_by = fresh->sources[0].signers.distinct;
    }
    return signet_own_verified(rc, verification, err);
}

static int finish(const struct signet_endorsing *e,
                  const struct signet_seckey *key,
                  const char *name,
                  struct signet_output *out,
                  struct signet_verification **verification,
                  struct signet_err *err)
{
    const struct signet_trusted_key own = {.key = *signet_seckey_public(key),
                                           .uses = SIGNET_USE_DSSE};
    struct signet_buf text;
    int rc = signet_output_read_back(out, 0, &text, err); /* can it be, and is it empty? */
    signet_buf_free(&text);
    if (rc == SIGNET_OK) {
        rc = check_others(e, &own, err);
    }
    if (rc == SIGNET_OK) {
        rc = sign_and_write(e, key, out, err);
    }
    return rc == SIGNET_OK ? verify_own(e, &own, name, out, verification, err) : rc;
}

int signet_endorsing_finish(const struct signet_endorsing *endorsing,
                            const struct signet_seckey *key,
                            const char *signature_name,
                            struct signet_output *out,
                            struct signet_verification **verification,
                            struct signet_err *err)
{
    *verification = NULL;
    int rc = finish(endorsing, key, signature_name, out, verification, err);
    if (rc != SIGNET_OK) {
        signet_output_abandon(out);
    }
    return rc;
}
