/* SPDX-License-Identifier: Apache-2.0
 *
 * Showing what a signature file claims. Owns wording; verifies nothing, and says so in every line.
 */
#include <signet/inspect.h>

#include <stdlib.h>

#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"
#include "envelope/envelope.h"
#include "envelope/oms.h"
#include "envelope/statement.h"

struct signet_unverified {
    struct signet_envelope env;
    struct signet_statement statement; /* empty if the payload is none */
    struct signet_err statement_err;   /* why it is none */
};

int signet_unverified_read(struct signet_buf *text,
                           const struct signet_limits *limits,
                           struct signet_unverified **claims,
                           struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *bounds = limits != NULL ? limits : &standard;
    struct signet_unverified *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        signet_buf_free(text);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    int rc =
        signet_envelope_parse(text, signet_limits_signature_file(bounds), bounds, &fresh->env, err);
    if (rc != SIGNET_OK) {
        free(fresh);
        return rc;
    }
    signet_err_clear(&fresh->statement_err);
    rc = signet_statement_parse(fresh->env.payload, bounds, &fresh->statement,
                                &fresh->statement_err);
    rc = rc == SIGNET_E_NOMEM
             ? signet_err_set(err, rc, "out of memory")
             : signet_oms_check_size(&fresh->statement, fresh->env.file_size, bounds, err);
    if (rc != SIGNET_OK) {
        signet_unverified_free(fresh);
        return rc;
    }
    *claims = fresh;
    return SIGNET_OK;
}

void signet_unverified_free(struct signet_unverified *claims)
{
    if (claims != NULL) {
        signet_statement_free(&claims->statement);
        signet_envelope_free(&claims->env);
        free(claims);
    }
}

static void put_line(struct signet_buf *out, const char *label, const char *value)
{
    signet_buf_puts(out, "UNVERIFIED ");
    signet_buf_puts(out, label);
    signet_buf_puts(out, ": ");
    signet_utf8_escape(out, signet_span_str(value));
    signet_buf_putc(out, '\n');
}

static size_t resource_count(const struct signet_statement *statement)
{
    struct signet_json_value list;
    struct signet_json_value element;
    size_t count = 0;
    if (signet_json_member(statement->predicate, "resources", &list)) {
        struct signet_json_walk walk = signet_json_walk(list);
        while (signet_json_next_element(&walk, &element)) {
            count++;
        }
    }
    return count;
}

static void put_subject(struct signet_buf *out, const struct signet_subject *subject)
{
    char hex[SIGNET_DIGEST_HEX];
    put_line(out, "subject", subject->name);
    for (size_t i = 0; i < subject->digests.strong_count; i++) {
        const struct signet_digest *digest = &subject->digests.strong[i];
        put_line(out, signet_digest_name(digest->alg), signet_digest_hex(digest, hex));
    }
    if (subject->digests.bundle.len > 0) {
        put_line(out, SIGNET_DIGEST_BUNDLE, signet_digest_hex(&subject->digests.bundle, hex));
    }
    if (subject->canonical) {
        put_line(out, "form", SIGNET_FORM_CANONICAL);
    }
}

int signet_unverified_text(const struct signet_unverified *claims, struct signet_buf *out)
{
    const struct signet_statement *statement = &claims->statement;
    put_line(out, "format", claims->env.format->name);
    put_line(out, "payload type", claims->env.payload_type);
    if (claims->env.hint[0] != '\0') {
        put_line(out, "hint", claims->env.hint);
    }
    for (size_t i = 0; i < claims->env.signature_count; i++) {
        put_line(out, "signature with key id", claims->env.signatures[i].keyid);
    }
    if (statement->subject_count == 0) {
        put_line(out, "payload is no statement", claims->statement_err.msg);
        return out->status;
    }
    put_line(out, "predicate type", statement->predicate_type);
    for (size_t i = 0; i < statement->subject_count; i++) {
        put_subject(out, &statement->subjects[i]);
    }
    size_t resources = resource_count(statement);
    if (resources > 0) {
        char digits[SIGNET_NUM_TEXT];
        signet_num_format(resources, digits);
        put_line(out, "resources", digits);
    }
    return out->status;
}

static void put_subject_member(struct signet_jsonout *json, const struct signet_subject *subject)
{
    char hex[SIGNET_DIGEST_HEX];
    signet_jsonout_open_object(json, NULL);
    signet_jsonout_text(json, "name", subject->name);
    signet_jsonout_open_object(json, "digest");
    for (size_t i = 0; i < subject->digests.strong_count; i++) {
        const struct signet_digest *digest = &subject->digests.strong[i];
        signet_jsonout_text(json, signet_digest_name(digest->alg), signet_digest_hex(digest, hex));
    }
    if (subject->digests.bundle.len > 0) {
        signet_jsonout_text(json, SIGNET_DIGEST_BUNDLE,
                            signet_digest_hex(&subject->digests.bundle, hex));
    }
    signet_jsonout_close_object(json);
    signet_jsonout_text(json, "form", subject->canonical ? SIGNET_FORM_CANONICAL : NULL);
    signet_jsonout_close_object(json);
}

void signet_unverified_member(const struct signet_unverified *claims, struct signet_jsonout *json)
{
    const struct signet_statement *statement = &claims->statement;
    signet_jsonout_open_object(json, "unverified");
    signet_jsonout_text(json, "format", claims->env.format->name);
    signet_jsonout_text(json, "payloadType", claims->env.payload_type);
    signet_jsonout_text(json, "hint", claims->env.hint);
    signet_jsonout_open_array(json, "keyids");
    for (size_t i = 0; i < claims->env.signature_count; i++) {
        signet_jsonout_text(json, NULL, claims->env.signatures[i].keyid);
    }
    signet_jsonout_close_array(json);
    signet_jsonout_text(json, "predicateType",
                        statement->subject_count > 0 ? statement->predicate_type : NULL);
    signet_jsonout_open_array(json, "subjects");
    for (size_t i = 0; i < statement->subject_count; i++) {
        put_subject_member(json, &statement->subjects[i]);
    }
    signet_jsonout_close_array(json);
    signet_jsonout_number(json, "resources", resource_count(statement));
    signet_jsonout_close_object(json);
}
