/* SPDX-License-Identifier: Apache-2.0
 *
 * Predicates before they are signed: see predicate.h. in-toto attestation spec/predicates, SLSA
 * provenance v1 and verification summary v1.
 */
#include "envelope/predicate.h"

#include <stdio.h>

#include "artifact/bom.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "envelope/envelope.h"
#include "envelope/oms.h"
#include "envelope/statement.h"
#include "json/canon.h"

static const struct signet_predicate_known types[] = {
#define KNOWN_TYPE(uri, word, form) {uri, word, SIGNET_PREDICATE_##form},
    SIGNET_PREDICATE_TABLE(KNOWN_TYPE)
#undef KNOWN_TYPE
};

static const struct {
    const char *word;
    const char *place;
    enum signet_json_kind kind;
    const char *values; /* separated by spaces */
} members[] = {
#define KNOWN_MEMBER(word, place, kind, values) {word, place, SIGNET_JSON_##kind, values},
    SIGNET_PREDICATE_MEMBER_TABLE(KNOWN_MEMBER)
#undef KNOWN_MEMBER
};

/* What follows the URI of a type that names a version: digits with dots between them. */
static bool is_version(const char *text)
{
    bool digit = false;
    for (; *text != '\0'; text++) {
        bool now = *text >= '0' && *text <= '9';
        if (!now && (*text != '.' || !digit)) {
            return false;
        }
        digit = now;
    }
    return digit;
}

/* The version that a type claims, "" if it claims none; NULL if it is not of the known one. */
static const char *version_of(const struct signet_predicate_known *known, const char *type)
{
    size_t len = strlen(known->uri);
    if (strncmp(type, known->uri, len) != 0) {
        return NULL;
    }
    if (type[len] == '\0') {
        return "";
    }
    bool versioned = known->form != SIGNET_PREDICATE_MEMBERS && strncmp(type + len, "/v", 2) == 0 &&
                     is_version(type + len + 2);
    return versioned ? type + len + 2 : NULL;
}

const struct signet_predicate_known *signet_predicate_find(const char *type)
{
    for (size_t i = 0; i < SIGNET_COUNT(types); i++) {
        if (version_of(&types[i], type) != NULL) {
            return &types[i];
        }
    }
    return NULL;
}

static char lower(char byte)
{
    return (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

static bool begins_in_any_case(const char *text, const char *prefix)
{
    while (*prefix != '\0' && lower(*text) == lower(*prefix)) {
        text++;
        prefix++;
    }
    return *prefix == '\0';
}

static bool is_letter(char byte)
{
    return lower(byte) >= 'a' && lower(byte) <= 'z';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_hex(char byte)
{
    return is_digit(byte) || (lower(byte) >= 'a' && lower(byte) <= 'f');
}

/* RFC 3986: a scheme, and behind the colon something in the characters of a URI. */
static bool is_absolute_uri(const char *text)
{
    const char *at = text;
    if (!is_letter(*at)) {
        return false;
    }
    while (is_letter(*at) || is_digit(*at) || (*at != '\0' && strchr("+-.", *at) != NULL)) {
        at++;
    }
    if (*at != ':' || at[1] == '\0') {
        return false;
    }
    for (at++; *at != '\0'; at++) {
        bool escape = *at == '%' && is_hex(at[1]) && is_hex(at[2]);
        if (!escape && !is_letter(*at) && !is_digit(*at) &&
            strchr("-._~:/?#[]@!$&'()*+,;=", *at) == NULL) {
            return false;
        }
    }
    return true;
}

/* Types that vouch for an artifact or its release, in any version and any case. */
static bool vouches(const char *type)
{
    static const char *const beginnings[] = {"https://sigstore.dev/cosign/sign/",
                                             "https://model_signing/signature/",
                                             "https://in-toto.io/attestation/release/"};
    for (size_t i = 0; i < SIGNET_COUNT(beginnings); i++) {
        if (begins_in_any_case(type, beginnings[i])) {
            return true;
        }
    }
    return false;
}

/* The known type that this one is a misspelling of, as far as one can tell. */
static const struct signet_predicate_known *find_near(const char *type)
{
    for (size_t i = 0; i < SIGNET_COUNT(types); i++) {
        size_t len = strlen(types[i].uri);
        if (begins_in_any_case(type, types[i].uri) && (type[len] == '\0' || type[len] == '/')) {
            return &types[i];
        }
    }
    return NULL;
}

int signet_predicate_type_find(const char *type,
                               struct signet_predicate_type *found,
                               struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    signet_utf8_show(signet_span_str(type), shown);
    if (!is_absolute_uri(type)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "expected the type of a predicate as an absolute URI, such as "
                              "https://cyclonedx.org/bom, found \"%s\"",
                              shown);
    }
    if (vouches(type)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "%s vouches for an artifact or its release: no attestation may",
                              shown);
    }
    const struct signet_predicate_known *known = signet_predicate_find(type);
    const struct signet_predicate_known *near = known == NULL ? find_near(type) : NULL;
    if (near != NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected %s%s, found \"%s\"", near->uri,
                              near->form == SIGNET_PREDICATE_MEMBERS
                                  ? ""
                                  : ", or that with /v and a version such as /v1.6",
                              shown);
    }
    found->word = known != NULL ? known->word : "attestation";
    found->known = known != NULL;
    return SIGNET_OK;
}

/* Whether a version begins with these numbers: 2.3.1 with 2.3 and 2, but not with 2.3.0. */
static bool version_begins(struct signet_span version, const char *claimed)
{
    size_t len = strlen(claimed);
    return signet_span_begins(version, claimed) && (version.len == len || version.ptr[len] == '.');
}

static int check_version(const struct signet_bom *bom, const char *claimed, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span version;
    if (claimed[0] == '\0') {
        return SIGNET_OK;
    }
    if (signet_json_plain_string(bom->version_text, &version)) {
        if (signet_span_begins(version, "SPDX-")) {
            version = signet_span_of(version.ptr + strlen("SPDX-"), version.len - strlen("SPDX-"));
        }
        if (version_begins(version, claimed)) {
            return SIGNET_OK;
        }
    }
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "the type says version %s, but the document is of %s", claimed,
                          signet_utf8_show(bom->version_text.text, shown));
}

static int check_document(const struct signet_predicate_known *known,
                          const char *type,
                          struct signet_json_value top,
                          struct signet_err *err)
{
    struct signet_bom bom;
    enum signet_bom_kind kind =
        known->form == SIGNET_PREDICATE_SPDX ? SIGNET_BOM_SPDX : SIGNET_BOM_CYCLONEDX;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = signet_bom_recognize(top, &bom, &why);
    if (rc == SIGNET_OK && bom.kind != kind) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "%s demands %s document, found %s one",
                              known->uri, kind == SIGNET_BOM_SPDX ? "an SPDX" : "a CycloneDX",
                              kind == SIGNET_BOM_SPDX ? "a CycloneDX" : "an SPDX");
    }
    if (rc == SIGNET_OK) {
        return check_version(&bom, version_of(known, type), err);
    }
    if (rc == SIGNET_E_UNSUPPORTED) { /* it is no such document, which is what was promised */
        why.code = SIGNET_E_MALFORMED;
    }
    return signet_err_copy(err, &why);
}

static bool is_one_of(struct signet_json_value value, const char *values)
{
    while (*values != '\0') {
        size_t len = strcspn(values, " ");
        if (signet_json_string_is(value, signet_span_of(values, len))) {
            return true;
        }
        values += len + (values[len] == ' ' ? 1 : 0);
    }
    return false;
}

static int check_members(const struct signet_predicate_known *known,
                         struct signet_json_value top,
                         struct signet_err *err)
{
    static const char *const kinds[] = {"nothing",  "null",     "a boolean", "a number",
                                        "a string", "an array", "an object"};
    for (size_t i = 0; i < SIGNET_COUNT(members); i++) {
        struct signet_json_value value = {0};
        if (strcmp(members[i].word, known->word) != 0) {
            continue;
        }
        bool there = signet_json_find(top, members[i].place, &value);
        if (!there || value.kind != members[i].kind) {
            return signet_err_set(err, SIGNET_E_MALFORMED, "%s demands %s at %s, found %s",
                                  known->uri, kinds[members[i].kind], members[i].place,
                                  kinds[there ? (int)value.kind : 0]);
        }
        if (members[i].values != NULL && !is_one_of(value, members[i].values)) {
            char shown[SIGNET_SHOW_MAX];
            return signet_err_set(err, SIGNET_E_MALFORMED, "%s demands one of %s at %s, found %s",
                                  known->uri, members[i].values, members[i].place,
                                  signet_utf8_show(value.text, shown));
        }
    }
    return SIGNET_OK;
}

int signet_predicate_check(const char *type, struct signet_json_value top, struct signet_err *err)
{
    const struct signet_predicate_known *known = signet_predicate_find(type);
    if (top.kind != SIGNET_JSON_OBJECT) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "expected an object");
    }
    if (known == NULL) {
        return SIGNET_OK;
    }
    return known->form == SIGNET_PREDICATE_MEMBERS ? check_members(known, top, err)
                                                   : check_document(known, type, top, err);
}

static int refuse_report(struct signet_json_value top, struct signet_err *err)
{
    struct signet_json_value schema;
    if (signet_json_member(top, "schema", &schema) &&
        signet_json_string_is(schema, signet_span_str("signet-report/1"))) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "it is a report of a verification, which nobody may sign who did not "
                              "verify");
    }
    return SIGNET_OK;
}

static int read_text(const char *type,
                     struct signet_json_text *text,
                     const struct signet_limits *limits,
                     struct signet_buf *canonical,
                     struct signet_err *err)
{
    int rc = signet_json_text_scan(text, limits, err);
    if (rc == SIGNET_OK && text->index.inexact != 0) {
        rc =
            signet_err_at(err, SIGNET_E_MALFORMED, text->index.inexact - 1,
                          "expected integers within 2^53 - 1 of 0, found one beyond, which readers "
                          "may round to another: write it as a string");
    }
    if (rc == SIGNET_OK) {
        rc = refuse_report(signet_json_top(text->bytes), err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_predicate_check(type, signet_json_top(text->bytes), err);
    }
    return rc == SIGNET_OK
               ? signet_json_canon_part(text, text->bytes, signet_sink_to_buf(canonical), err)
               : rc;
}

int signet_predicate_read(const char *type,
                          struct signet_span text,
                          const struct signet_limits *limits,
                          struct signet_buf *canonical,
                          struct signet_err *err)
{
    struct signet_json_text scanned = {.bytes = text};
    struct signet_limits narrow = *limits;
    if (text.len > limits->envelope) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "predicate: larger than the limit of %llu bytes; --limit envelope=N "
                              "raises it",
                              (unsigned long long)limits->envelope);
    }
    narrow.document = limits->envelope;
    narrow.json_depth = SIGNET_DEPTH_ENVELOPE - 1; /* it lies inside a statement */
    int rc = read_text(type, &scanned, &narrow, canonical, err);
    signet_json_text_clear(&scanned);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "predicate");
    }
    return rc;
}
