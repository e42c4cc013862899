/* SPDX-License-Identifier: Apache-2.0
 *
 * in-toto Statement v1 (in-toto/attestation spec/v1/statement.md, resource_descriptor.md,
 * digest_set.md). Owns the statement's members; looks into no predicate.
 */
#include "envelope/statement.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

#define STATEMENT_V1 "https://in-toto.io/Statement/v1"
#define STATEMENT_V01 "https://in-toto.io/Statement/v0.1"

enum {
    DIGEST_SET_MEMBERS_MAX = 32
};

int signet_statement_text(struct signet_arena *storage,
                          struct signet_json_value value,
                          const char *what,
                          const char **copy,
                          struct signet_err *err)
{
    struct signet_buf text;
    if (value.kind != SIGNET_JSON_STRING) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "statement: %s: expected a string", what);
    }
    signet_buf_init(&text, value.text.len);
    int rc = signet_json_string(value, &text);
    if (rc == SIGNET_OK && text.len > 0 && memchr(text.data, '\0', text.len) != NULL) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED, "statement: %s: holds \\u0000", what);
    }
    if (rc == SIGNET_OK) {
        *copy = signet_arena_copy(storage, signet_buf_span(&text));
        rc = *copy != NULL ? SIGNET_OK : SIGNET_E_NOMEM;
    }
    signet_buf_free(&text);
    return rc == SIGNET_E_NOMEM ? signet_err_set(err, rc, "out of memory for a statement") : rc;
}

/* By the name as it is meant: an escape in it makes no digest unknown. */
static enum signet_digest_alg algorithm_named(struct signet_json_value name)
{
    static const enum signet_digest_alg known[] = {SIGNET_DIGEST_SHA256, SIGNET_DIGEST_SHA384,
                                                   SIGNET_DIGEST_SHA512, SIGNET_DIGEST_BLAKE2B};
    for (size_t i = 0; i < SIGNET_COUNT(known); i++) {
        if (signet_json_string_is(name, signet_span_str(signet_digest_name(known[i])))) {
            return known[i];
        }
    }
    return SIGNET_DIGEST_NONE;
}

/* Hex of the right length for the algorithm. */
static int read_hex(const char *name,
                    enum signet_digest_alg alg,
                    struct signet_json_value value,
                    struct signet_digest *digest,
                    struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span hex;
    digest->alg = alg;
    digest->len = signet_digest_size(alg);
    return signet_json_plain_string(value, &hex) &&
                   signet_hex_decode(hex, digest->bytes, digest->len) == SIGNET_OK
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_MALFORMED,
                                "statement: %s in \"subject\": expected %zu hex digits, found %s",
                                name, 2 * digest->len, signet_utf8_show(value.text, shown));
}

/* Strong algorithms and identities that are known; others are counted. */
static int read_digest(struct signet_json_value name,
                       struct signet_json_value value,
                       struct signet_digest_set *set,
                       struct signet_err *err)
{
    enum signet_digest_alg alg = algorithm_named(name);
    if (value.kind != SIGNET_JSON_STRING) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "statement: a digest in \"subject\" is not a string");
    }
    if (signet_json_string_is(name, signet_span_str(SIGNET_DIGEST_BUNDLE))) {
        return read_hex(SIGNET_DIGEST_BUNDLE, SIGNET_DIGEST_SHA256, value, &set->bundle, err);
    }
    if (alg == SIGNET_DIGEST_NONE) {
        set->other_count++;
        return SIGNET_OK;
    }
    int rc = read_hex(signet_digest_name(alg), alg, value, &set->strong[set->strong_count], err);
    set->strong_count += rc == SIGNET_OK ? 1 : 0;
    return rc;
}

static int
read_digests(struct signet_json_value list, struct signet_digest_set *set, struct signet_err *err)
{
    struct signet_json_value algorithm;
    struct signet_json_value hex;
    size_t members = 0;
    struct signet_json_walk walk = signet_json_walk(list);
    while (signet_json_next_member(&walk, &algorithm, &hex)) {
        if (++members > DIGEST_SET_MEMBERS_MAX) {
            return signet_err_set(err, SIGNET_E_LIMIT,
                                  "statement: more than %d digests for one subject",
                                  (int)DIGEST_SET_MEMBERS_MAX);
        }
        int rc = read_digest(algorithm, hex, set, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    return set->bundle.len == 0 || set->strong_count == 0
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_MALFORMED,
                                "statement: a subject has digests of a file and of a bundle: it "
                                "can be one of them");
}

/* Which form of a file the digests are of: its bytes, unless an annotation says another. */
static int read_form(struct signet_json_value annotations,
                     struct signet_subject *subject,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_json_value form;
    const struct signet_digest_set *set = &subject->digests;
    if (!signet_json_member(annotations, SIGNET_SUBJECT_FORM, &form)) {
        return SIGNET_OK;
    }
    if (!signet_json_string_is(form, signet_span_str(SIGNET_FORM_CANONICAL))) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "statement: \"" SIGNET_SUBJECT_FORM
                              "\" of a subject: expected \"" SIGNET_FORM_CANONICAL "\", found %s",
                              signet_utf8_show(form.text, shown));
    }
    if (set->strong_count != 1 || set->strong[0].alg != SIGNET_DIGEST_SHA256) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "statement: a subject in RFC 8785 form: expected its sha256 alone");
    }
    subject->canonical = true;
    return SIGNET_OK;
}

static int read_subject(struct signet_json_value value,
                        struct signet_arena *storage,
                        struct signet_subject *subject,
                        struct signet_err *err)
{
    enum {
        DIGEST,
        NAME,
        ANNOTATIONS,
        MEMBERS
    };
    static const char *const names[] = {"digest", "name", "annotations", NULL};
    struct signet_json_value values[MEMBERS];
    signet_json_members(value, names, values);
    if (values[DIGEST].kind != SIGNET_JSON_OBJECT) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "statement: a subject has no digest set to match by");
    }
    int rc = read_digests(values[DIGEST], &subject->digests, err);
    if (rc == SIGNET_OK) {
        rc = read_form(values[ANNOTATIONS], subject, err);
    }
    subject->name = "";
    return rc == SIGNET_OK && values[NAME].kind != 0
               ? signet_statement_text(storage, values[NAME], "a subject's name", &subject->name,
                                       err)
               : rc;
}

static int read_subjects(struct signet_json_value list,
                         uint64_t max,
                         struct signet_statement *statement,
                         struct signet_err *err)
{
    struct signet_json_value element;
    size_t count = 0;
    if (list.kind != SIGNET_JSON_ARRAY) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "statement: \"subject\": expected an array");
    }
    struct signet_json_walk walk = signet_json_walk(list);
    while (signet_json_next_element(&walk, &element)) {
        if (++count > max) {
            return signet_err_set(err, SIGNET_E_LIMIT,
                                  "statement: more subjects than the limit of %llu",
                                  (unsigned long long)max);
        }
    }
    if (count == 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "statement: \"subject\" is empty");
    }
    statement->subjects =
        signet_arena_array(&statement->storage, count, sizeof(*statement->subjects));
    if (statement->subjects == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu subjects", count);
    }
    walk = signet_json_walk(list);
    while (signet_json_next_element(&walk, &element)) {
        int rc = read_subject(element, &statement->storage,
                              &statement->subjects[statement->subject_count], err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        statement->subject_count++;
    }
    return SIGNET_OK;
}

static int read_types(struct signet_json_value type,
                      struct signet_json_value predicate_type,
                      struct signet_statement *statement,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (type.kind != SIGNET_JSON_STRING) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "payload: expected an in-toto statement with a string \"_type\"");
    }
    if (!signet_json_string_is(type, signet_span_str(STATEMENT_V1)) &&
        !signet_json_string_is(type, signet_span_str(STATEMENT_V01))) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "statement: \"_type\": expected \"" STATEMENT_V1 "\", found %s",
                              signet_utf8_show(type.text, shown));
    }
    if (predicate_type.kind == 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "statement: member \"predicateType\" missing");
    }
    return signet_statement_text(&statement->storage, predicate_type, "\"predicateType\"",
                                 &statement->predicate_type, err);
}

/* top is a checked text. */
static int read_members(struct signet_json_value top,
                        uint64_t subjects_max,
                        struct signet_statement *statement,
                        struct signet_err *err)
{
    enum {
        TYPE,
        PREDICATE_TYPE,
        SUBJECT,
        PREDICATE,
        MEMBERS
    };
    static const char *const names[] = {"_type", "predicateType", "subject", "predicate", NULL};
    struct signet_json_value values[MEMBERS];
    SIGNET_IGNORE(signet_json_members(top, names, values)); /* statements are open */
    int rc = read_types(values[TYPE], values[PREDICATE_TYPE], statement, err);
    if (rc == SIGNET_OK && values[SUBJECT].kind == 0) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED, "statement: member \"subject\" missing");
    }
    if (rc == SIGNET_OK) {
        rc = read_subjects(values[SUBJECT], subjects_max, statement, err);
    }
    if (rc == SIGNET_OK && values[PREDICATE].kind != 0 &&
        values[PREDICATE].kind != SIGNET_JSON_OBJECT) {
        rc =
            signet_err_set(err, SIGNET_E_MALFORMED, "statement: \"predicate\": expected an object");
    }
    statement->predicate = values[PREDICATE];
    return rc;
}

int signet_statement_parse(struct signet_span payload,
                           const struct signet_limits *limits,
                           struct signet_statement *statement,
                           struct signet_err *err)
{
    struct signet_json_value top;
    memset(statement, 0, sizeof(*statement));
    int rc = signet_json_check(payload, SIGNET_DEPTH_ENVELOPE, &top, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "payload");
        return rc;
    }
    /* A subject of a few bytes of text takes a few hundred in memory. */
    signet_arena_init(&statement->storage,
                      payload.len + (1 << 16) +
                          (size_t)limits->subjects * sizeof(struct signet_subject));
    statement->payload = payload;
    rc = read_members(top, limits->subjects, statement, err);
    if (rc != SIGNET_OK) {
        signet_statement_free(statement);
    }
    return rc;
}

void signet_statement_free(struct signet_statement *statement)
{
    if (statement != NULL) {
        signet_arena_free(&statement->storage);
        memset(statement, 0, sizeof(*statement));
    }
}

int signet_statement_put_digest(struct signet_buf *out, const char *name, struct signet_span bytes)
{
    char hex[SIGNET_DIGEST_HEX];
    if (bytes.len > SIGNET_DIGEST_MAX) {
        out->status = SIGNET_E_INTERNAL;
        return out->status;
    }
    signet_hex_encode(bytes, hex);
    signet_json_put_string(out, signet_span_str(name));
    signet_buf_puts(out, ":\"");
    signet_buf_puts(out, hex);
    return signet_buf_putc(out, '"');
}

static int no_digest(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_INTERNAL, "a statement needs the digest of its subject");
}

/* Members of the subject's digest set. */
static int put_digests(const struct signet_statement_draft *draft,
                       struct signet_buf *out,
                       struct signet_err *err)
{
    const struct signet_manifest *manifest = draft->manifest;
    bool bundle = manifest->kind == SIGNET_ARTIFACT_BUNDLE;
    if (draft->canonical || bundle) {
        const struct signet_digest *digest =
            draft->canonical ? &manifest->canonical : &manifest->identity;
        if (digest->len == 0 || (draft->canonical && bundle)) {
            return no_digest(err);
        }
        signet_statement_put_digest(out, bundle ? SIGNET_DIGEST_BUNDLE : "sha256",
                                    signet_span_of(digest->bytes, digest->len));
        return SIGNET_OK;
    }
    if (manifest->kind != SIGNET_ARTIFACT_FILE || manifest->count != 1) {
        return no_digest(err);
    }
    const struct signet_entry *entry = &manifest->entries[0];
    /* "blake2b" sorts before "sha256", as the canonical form wants. */
    if (manifest->alg == SIGNET_DIGEST_BLAKE2B) {
        signet_statement_put_digest(out, signet_digest_name(manifest->alg),
                                    signet_entry_digest(manifest, entry, 0));
        signet_buf_putc(out, ',');
    }
    signet_statement_put_digest(out, "sha256",
                                signet_span_of(entry->sha256, sizeof(entry->sha256)));
    return SIGNET_OK;
}

int signet_statement_write(const struct signet_statement_draft *draft,
                           struct signet_buf *out,
                           struct signet_err *err)
{
    signet_buf_puts(out, "{\"_type\":\"" STATEMENT_V1 "\",\"predicate\":");
    signet_buf_put(out, draft->predicate);
    signet_buf_puts(out, ",\"predicateType\":");
    signet_json_put_string(out, signet_span_str(draft->predicate_type));
    signet_buf_puts(out, draft->canonical ? ",\"subject\":[{\"annotations\":{\"" SIGNET_SUBJECT_FORM
                                            "\":\"" SIGNET_FORM_CANONICAL "\"},\"digest\":{"
                                          : ",\"subject\":[{\"digest\":{");
    int rc = put_digests(draft, out, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_buf_puts(out, "},\"name\":");
    signet_json_put_string(out, signet_span_str(draft->name));
    rc = signet_buf_puts(out, "}]}");
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "no room for the statement");
}

int signet_statement_write_file(const struct signet_manifest *manifest,
                                struct signet_buf *out,
                                struct signet_err *err)
{
    if (manifest->kind != SIGNET_ARTIFACT_FILE || manifest->count != 1) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "a file statement needs a file");
    }
    const struct signet_statement_draft draft = {
        .manifest = manifest,
        .name = manifest->entries[0].name,
        .predicate_type = SIGNET_PREDICATE_SIGNED,
        .predicate = signet_span_str("{}"),
        .canonical = manifest->canonical.len > 0,
    };
    return signet_statement_write(&draft, out, err);
}
