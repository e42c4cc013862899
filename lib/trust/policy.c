/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a trust policy: see trust/policy.h. One function a member of the schema.
 */
#include "trust/policy.h"

#include <stdlib.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/semver.h"
#include "envelope/predicate.h"
#include "trust/glob.h"
#include "trust/policy_read.h"

/* Bytes of memory that a policy may take: its text can be a fraction of that. */
static const size_t storage_max = (size_t)SIGNET_TRUST_PAYLOAD * 64;

static int check_glob(const struct signet_field *field, const char *text, struct signet_err *err)
{
    return signet_glob_valid(signet_span_str(text))
               ? SIGNET_OK
               : signet_field_wrong(field,
                                    "a pattern of *, ** as a whole segment and plain characters, "
                                    "without ? [ ] and \\",
                                    err);
}

static int
check_path_glob(const struct signet_field *field, const char *text, struct signet_err *err)
{
    return text[0] == '/' ? check_glob(field, text, err)
                          : signet_field_wrong(field, "an absolute path", err);
}

static int check_path(const struct signet_field *field, const char *text, struct signet_err *err)
{
    return text[0] == '/' ? SIGNET_OK : signet_field_wrong(field, "an absolute path", err);
}

static int read_match(struct signet_policy_reading *r,
                      const struct signet_field *field,
                      struct signet_policy_match *match)
{
    static const char *const allowed[] = {"paths", "names", "kinds", "formats", NULL};
    static const char *const kinds[] = {"file", "bundle", NULL}; /* by SIGNET_POLICY_* */
    static const char *const formats[] = {"safetensors", "gguf", "onnx", NULL}; /* SIGNET_MODEL_* */
    size_t count = 0;
    int rc = signet_field_closed(field, allowed, r->err);
    if (rc == SIGNET_OK) {
        rc = signet_field_map(field, &count, r->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_texts(r, field, "paths", check_path_glob, &match->paths);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_texts(r, field, "names", check_glob, &match->names);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_bits(r, field, "kinds", kinds, &match->kinds);
    }
    return rc == SIGNET_OK ? signet_policy_find_bits(r, field, "formats", formats, &match->formats)
                           : rc;
}

/* The formats of signatures, as the bits that keys have for them. */
static int
read_uses(struct signet_policy_reading *r, const struct signet_field *object, unsigned *uses)
{
    static const char *const words[] = {"bundle", "dsse", "jsf", "jss", NULL};
    static const unsigned bits[] = {SIGNET_USE_BUNDLE, SIGNET_USE_DSSE, SIGNET_USE_JSF,
                                    SIGNET_USE_JSS};
    unsigned found = 0;
    int rc = signet_policy_find_bits(r, object, "formats", words, &found);
    for (size_t i = 0; rc == SIGNET_OK && i < SIGNET_COUNT(bits); i++) {
        *uses |= (found >> i & 1U) != 0 ? bits[i] : 0;
    }
    return rc;
}

static int read_signers(struct signet_policy_reading *r,
                        const struct signet_field *field,
                        struct signet_policy_signers *signers)
{
    static const char *const allowed[] = {"role", "threshold", "formats", NULL};
    int rc = signet_field_closed(field, allowed, r->err);
    if (rc == SIGNET_OK) {
        rc = signet_policy_get_text(r, field, "role", &signers->role);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_get_uint(r, field, "threshold", &signers->threshold);
    }
    return rc == SIGNET_OK ? read_uses(r, field, &signers->uses) : rc;
}

static int read_signed_by(struct signet_policy_reading *r,
                          const struct signet_field *rule_field,
                          struct signet_policy_rule *rule)
{
    struct signet_field member;
    struct signet_field item;
    void *room = NULL;
    size_t at = 0;
    int rc = signet_field_get(rule_field, "signed_by", &member, r->err);
    if (rc == SIGNET_OK) {
        rc = signet_policy_take_list(r, &member, sizeof(*rule->signed_by), &room,
                                     &rule->signed_by_count);
    }
    rule->signed_by = room;
    bool more = rc == SIGNET_OK && signet_field_first(&member, &item);
    for (; rc == SIGNET_OK && more; more = signet_field_next(&item)) {
        rc = read_signers(r, &item, &rule->signed_by[at++]);
    }
    return rc;
}

/* Members that ask for what is read of one kind of predicate alone: of any other, also of another
 * version, nobody could tell whether it holds. */
static int check_of_type(const struct signet_field *field,
                         const char *type,
                         const char *word,
                         const char *const *names,
                         struct signet_err *err)
{
    struct signet_field member;
    const struct signet_predicate_known *known = signet_predicate_find(type);
    bool fits = known != NULL && strcmp(known->word, word) == 0;
    for (size_t i = 0; !fits && names[i] != NULL; i++) {
        if (signet_field_find(field, names[i], &member)) {
            return signet_field_wrong(&member, "no such demand of this type of statement", err);
        }
    }
    return SIGNET_OK;
}

static int check_demands(const struct signet_field *field, const char *type, struct signet_err *err)
{
    static const char *const of_provenance[] = {"builders", "sources", "parameters", NULL};
    static const char *const of_scan[] = {"max_severity", NULL};
    int rc = check_of_type(field, type, "provenance", of_provenance, err);
    return rc == SIGNET_OK ? check_of_type(field, type, "vulns", of_scan, err) : rc;
}

static int read_severity(struct signet_policy_reading *r,
                         const struct signet_field *field,
                         struct signet_policy_attestation *attestation)
{
    struct signet_field member;
    attestation->has_severity = signet_field_find(field, "max_severity", &member);
    return attestation->has_severity
               ? signet_field_tenths(&member, 100, &attestation->max_severity, r->err)
               : (int)SIGNET_OK;
}

static int read_attestation(struct signet_policy_reading *r,
                            const struct signet_field *field,
                            struct signet_policy_attestation *attestation)
{
    static const char *const allowed[] = {"type",       "role",    "builders",     "sources",
                                          "parameters", "max_age", "max_severity", NULL};
    int rc = signet_field_closed(field, allowed, r->err);
    if (rc == SIGNET_OK) {
        rc = signet_policy_get_text(r, field, "type", &attestation->type);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_get_text(r, field, "role", &attestation->role);
    }
    if (rc == SIGNET_OK) {
        rc = check_demands(field, attestation->type, r->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_texts(r, field, "builders", NULL, &attestation->builders);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_texts(r, field, "sources", NULL, &attestation->sources);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_texts(r, field, "parameters", NULL, &attestation->parameters);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_duration(r, field, "max_age", &attestation->max_age);
    }
    return rc == SIGNET_OK ? read_severity(r, field, attestation) : rc;
}

static int read_attestations(struct signet_policy_reading *r,
                             const struct signet_field *rule_field,
                             struct signet_policy_rule *rule)
{
    struct signet_field member;
    struct signet_field item;
    void *room = NULL;
    size_t at = 0;
    if (!signet_field_find(rule_field, "attestations", &member)) {
        return SIGNET_OK;
    }
    int rc = signet_policy_take_list(r, &member, sizeof(*rule->attestations), &room,
                                     &rule->attestation_count);
    rule->attestations = room;
    bool more = rc == SIGNET_OK && signet_field_first(&member, &item);
    for (; rc == SIGNET_OK && more; more = signet_field_next(&item)) {
        rc = read_attestation(r, &item, &rule->attestations[at++]);
    }
    return rc;
}

static int read_minimum(struct signet_policy_reading *r,
                        const struct signet_field *field,
                        struct signet_policy_rule *rule)
{
    struct signet_semver version;
    struct signet_field member;
    if (!signet_field_find(field, "minimum", &member)) {
        return SIGNET_OK;
    }
    int rc = signet_policy_take_text(r, &member, &rule->version_minimum);
    if (rc == SIGNET_OK && !signet_semver_parse(signet_span_str(rule->version_minimum), &version)) {
        rc = signet_field_wrong(&member, "a version as SemVer 2.0 has it, such as 1.4.0", r->err);
    }
    return rc;
}

static int read_version(struct signet_policy_reading *r,
                        const struct signet_field *rule_field,
                        struct signet_policy_rule *rule)
{
    static const char *const allowed[] = {"minimum", "monotonic", NULL};
    struct signet_field member;
    size_t count = 0;
    if (!signet_field_find(rule_field, "version", &member)) {
        return SIGNET_OK;
    }
    rule->has_version = true;
    int rc = signet_field_closed(&member, allowed, r->err);
    if (rc == SIGNET_OK) {
        rc = signet_field_map(&member, &count, r->err);
    }
    if (rc == SIGNET_OK) {
        rc = read_minimum(r, &member, rule);
    }
    return rc == SIGNET_OK
               ? signet_policy_find_bool(r, &member, "monotonic", &rule->version_monotonic)
               : rc;
}

/* What a rule demands besides signatures. */
static int read_demands(struct signet_policy_reading *r,
                        const struct signet_field *field,
                        struct signet_policy_rule *rule)
{
    int rc = read_attestations(r, field, rule);
    if (rc == SIGNET_OK) {
        rc = read_version(r, field, rule);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_duration(r, field, "max_signature_age", &rule->max_signature_age);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_texts(r, field, "ignored", NULL, &rule->ignored);
    }
    return rc == SIGNET_OK ? signet_policy_find_bool(r, field, "partial", &rule->partial) : rc;
}

static int check_id(struct signet_policy_reading *r, const struct signet_field *field, size_t index)
{
    struct signet_field member;
    const struct signet_policy_rule *rules = r->policy->rules;
    for (size_t i = 0; i < index; i++) {
        if (strcmp(rules[i].id, rules[index].id) == 0 && signet_field_find(field, "id", &member)) {
            return signet_field_wrong(&member, "an id that no other rule has", r->err);
        }
    }
    return SIGNET_OK;
}

static int
read_rule(struct signet_policy_reading *r, const struct signet_field *field, size_t index)
{
    static const char *const allowed[] = {"id",           "actions", "match",   "signed_by",
                                          "version",      "ignored", "partial", "max_signature_age",
                                          "attestations", NULL};
    static const char *const actions[] = {"verify", "execute", "load", "open", NULL};
    struct signet_policy_rule *rule = &r->policy->rules[index];
    struct signet_field member;
    int rc = signet_field_closed(field, allowed, r->err);
    if (rc == SIGNET_OK) {
        rc = signet_policy_get_text(r, field, "id", &rule->id);
    }
    if (rc == SIGNET_OK) {
        rc = check_id(r, field, index);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_get(field, "actions", &member, r->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_take_bits(r, &member, actions, &rule->actions);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_get(field, "match", &member, r->err);
    }
    if (rc == SIGNET_OK) {
        rc = read_match(r, &member, &rule->match);
    }
    if (rc == SIGNET_OK) {
        rc = read_signed_by(r, field, rule);
    }
    return rc == SIGNET_OK ? read_demands(r, field, rule) : rc;
}

static int read_rules(struct signet_policy_reading *r, const struct signet_field *top)
{
    struct signet_field member;
    struct signet_field item;
    void *room = NULL;
    size_t at = 0;
    int rc = signet_field_get(top, "rules", &member, r->err);
    if (rc == SIGNET_OK) {
        rc = signet_policy_take_list(r, &member, sizeof(*r->policy->rules), &room,
                                     &r->policy->rule_count);
    }
    r->policy->rules = room;
    bool more = rc == SIGNET_OK && signet_field_first(&member, &item);
    for (; rc == SIGNET_OK && more; more = signet_field_next(&item)) {
        rc = read_rule(r, &item, at++);
    }
    return rc;
}

/* "sha256:" and 64 lower-case digits. */
static int
read_digest(const struct signet_field *field, struct signet_digest *digest, struct signet_err *err)
{
    static const char prefix[] = "sha256:";
    const char *text = signet_doc_string(field->value);
    size_t len = signet_digest_size(SIGNET_DIGEST_SHA256);
    bool fits = text != NULL && strncmp(text, prefix, sizeof(prefix) - 1) == 0 &&
                strpbrk(text, "ABCDEF") == NULL &&
                signet_hex_decode(signet_span_str(text + sizeof(prefix) - 1), digest->bytes, len) ==
                    SIGNET_OK;
    digest->alg = SIGNET_DIGEST_SHA256;
    digest->len = len;
    return fits ? SIGNET_OK
                : signet_field_wrong(field, "sha256: and 64 lower-case hex digits", err);
}

static int compare_revoked(const void *a, const void *b)
{
    const struct signet_policy_revoked *x = a;
    const struct signet_policy_revoked *y = b;
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    return memcmp(x->digest.bytes, y->digest.bytes, sizeof(x->digest.bytes));
}

const struct signet_policy_revoked *signet_policy_find_revoked(const struct signet_policy *policy,
                                                               enum signet_policy_kind kind,
                                                               const struct signet_digest *digest)
{
    struct signet_policy_revoked wanted = {.kind = kind};
    if (policy->revoked_count == 0 || digest->alg != SIGNET_DIGEST_SHA256 ||
        digest->len != signet_digest_size(SIGNET_DIGEST_SHA256)) {
        return NULL;
    }
    memcpy(wanted.digest.bytes, digest->bytes, digest->len);
    return bsearch(&wanted, policy->revoked, policy->revoked_count, sizeof(wanted),
                   compare_revoked);
}

static int read_revoked(struct signet_policy_reading *r,
                        const struct signet_field *field,
                        struct signet_policy_revoked *revoked)
{
    static const char *const allowed[] = {"file", "bundle", "reason", NULL};
    struct signet_field file;
    struct signet_field bundle;
    int rc = signet_field_closed(field, allowed, r->err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    bool is_file = signet_field_find(field, "file", &file);
    bool is_bundle = signet_field_find(field, "bundle", &bundle);
    if (is_file == is_bundle) {
        return signet_field_wrong(field, "either file or bundle", r->err);
    }
    revoked->kind = is_file ? SIGNET_POLICY_FILE : SIGNET_POLICY_BUNDLE;
    rc = read_digest(is_file ? &file : &bundle, &revoked->digest, r->err);
    return rc == SIGNET_OK ? signet_policy_get_text(r, field, "reason", &revoked->reason) : rc;
}

static int read_all_revoked(struct signet_policy_reading *r, const struct signet_field *top)
{
    struct signet_field member;
    struct signet_field item;
    void *room = NULL;
    size_t at = 0;
    if (!signet_field_find(top, "revoked", &member)) {
        return SIGNET_OK;
    }
    int rc = signet_policy_take_list(r, &member, sizeof(*r->policy->revoked), &room,
                                     &r->policy->revoked_count);
    r->policy->revoked = room;
    bool more = rc == SIGNET_OK && signet_field_first(&member, &item);
    for (; rc == SIGNET_OK && more; more = signet_field_next(&item)) {
        rc = read_revoked(r, &item, &r->policy->revoked[at++]);
    }
    if (rc == SIGNET_OK) {
        qsort(room, at, sizeof(*r->policy->revoked), compare_revoked);
    }
    return rc;
}

static int read_root(struct signet_policy_reading *r, const struct signet_field *top)
{
    static const char *const allowed[] = {"min_version", NULL};
    struct signet_field member;
    if (!signet_field_find(top, "root", &member)) {
        return SIGNET_OK;
    }
    int rc = signet_field_closed(&member, allowed, r->err);
    return rc == SIGNET_OK
               ? signet_policy_get_uint(r, &member, "min_version", &r->policy->root_min_version)
               : rc;
}

static int read_state(struct signet_policy_reading *r, const struct signet_field *top)
{
    static const char *const words[] = {"optional", "required", NULL};
    struct signet_field member;
    size_t word = 0;
    if (!signet_field_find(top, "state", &member)) {
        return SIGNET_OK;
    }
    int rc = signet_field_word(&member, words, &word, r->err);
    r->policy->state_required = word == 1;
    return rc;
}

static int read_validity(struct signet_policy_reading *r, const struct signet_field *top)
{
    struct signet_policy *policy = r->policy;
    int rc = signet_policy_get_uint(r, top, "version", &policy->version);
    if (rc == SIGNET_OK) {
        rc = signet_policy_get_instant(r, top, "issued", &policy->issued);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_get_instant(r, top, "expires", &policy->expires);
    }
    if (rc == SIGNET_OK && policy->expires <= policy->issued) {
        rc = signet_err_set(r->err, SIGNET_E_MALFORMED, "/expires: expected later than /issued");
    }
    return rc;
}

static int read_top(struct signet_policy_reading *r, const struct signet_field *top)
{
    static const char *const allowed[] = {"schema",  "name",    "version", "issued",
                                          "expires", "root",    "state",   "evidence",
                                          "rules",   "revoked", NULL};
    struct signet_field schema;
    int rc = signet_field_closed(top, allowed, r->err);
    if (rc == SIGNET_OK) {
        rc = signet_field_get(top, "schema", &schema, r->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_is(&schema, SIGNET_POLICY_SCHEMA, r->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_get_text(r, top, "name", &r->policy->name);
    }
    if (rc == SIGNET_OK) {
        rc = read_validity(r, top);
    }
    if (rc == SIGNET_OK) {
        rc = read_root(r, top);
    }
    if (rc == SIGNET_OK) {
        rc = read_state(r, top);
    }
    if (rc == SIGNET_OK) {
        rc = signet_policy_find_texts(r, top, "evidence", check_path, &r->policy->evidence);
    }
    if (rc == SIGNET_OK) {
        rc = read_rules(r, top);
    }
    return rc == SIGNET_OK ? read_all_revoked(r, top) : rc;
}

int signet_policy_parse(struct signet_span payload,
                        struct signet_policy *policy,
                        struct signet_err *err)
{
    struct signet_policy_reading reading = {.policy = policy, .err = err};
    struct signet_doc *doc = NULL;
    memset(policy, 0, sizeof(*policy));
    int rc = signet_doc_parse(payload, SIGNET_TRUST_PAYLOAD, &doc, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_arena_init(&policy->storage, storage_max);
    struct signet_field top = signet_field_top(doc);
    rc = read_top(&reading, &top);
    signet_doc_free(doc);
    if (rc != SIGNET_OK) {
        signet_policy_free(policy);
    }
    return rc;
}

void signet_policy_free(struct signet_policy *policy)
{
    signet_arena_free(&policy->storage);
    memset(policy, 0, sizeof(*policy));
}
