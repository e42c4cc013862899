/* SPDX-License-Identifier: Apache-2.0
 *
 * Typed access through cJSON: see json/doc.h. The only file that knows cJSON. Of its tree, names,
 * strings and shape are used; numbers keep their lexeme, because cJSON reads them as doubles in the
 * locale of the process.
 */
#include "json/doc.h"

#include <cJSON.h>
#include <signet/limits.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"
#include "json/read.h"
#include "json/text.h"

struct signet_doc {
    cJSON *top;
};

/* A value is a node of the tree under another name. */
static const struct signet_doc_value *value_of(const cJSON *node)
{
    return (const struct signet_doc_value *)node;
}

static const cJSON *node_of(const struct signet_doc_value *value)
{
    return (const cJSON *)value;
}

static struct signet_span lexeme_at(const uint8_t *p, const uint8_t *end)
{
    return signet_span_of(p, (size_t)(signet_json_word_end(p, end) - p));
}

/* The first number of a checked text at or after p, or end; adds to *values what it passes. */
static const uint8_t *find_number(const uint8_t *p, const uint8_t *end, size_t *values)
{
    while (p < end && *p != '-' && (*p < '0' || *p > '9')) {
        *values += *p == ',' || *p == '[' || *p == '{'; /* at least as many as there are values */
        p = *p == '"' ? signet_json_string_end(p + 1, end) : p + 1;
    }
    return p;
}

static bool integer_is_exact(struct signet_span lexeme)
{
    uint64_t magnitude = 0;
    size_t sign = lexeme.ptr[0] == '-';
    for (size_t i = sign; i < lexeme.len; i++) {
        if (lexeme.ptr[i] < '0' || lexeme.ptr[i] > '9') {
            return true; /* no integer */
        }
    }
    return signet_num_parse(signet_span_of(lexeme.ptr + sign, lexeme.len - sign), &magnitude) ==
               SIGNET_OK &&
           magnitude < UINT64_C(1) << 53;
}

static int check_numbers(struct signet_span text, struct signet_err *err)
{
    const uint8_t *end = text.ptr + text.len;
    size_t values = 1;
    for (const uint8_t *p = find_number(text.ptr, end, &values); p < end;
         p = find_number(p, end, &values)) {
        struct signet_span lexeme = lexeme_at(p, end);
        uint64_t offset = (uint64_t)(p - text.ptr);
        if (lexeme.len > SIGNET_DOC_NUMBER) {
            return signet_err_at(err, SIGNET_E_MALFORMED, offset,
                                 "expected a number of at most %d characters, found %zu",
                                 SIGNET_DOC_NUMBER, lexeme.len);
        }
        if (!integer_is_exact(lexeme)) {
            return signet_err_at(err, SIGNET_E_MALFORMED, offset,
                                 "expected integers within 2^53 - 1 of 0, found one beyond");
        }
        p += lexeme.len;
    }
    if (values > SIGNET_DOC_VALUES) {
        return signet_err_set(err, SIGNET_E_LIMIT, "expected at most %d values, found up to %zu",
                              SIGNET_DOC_VALUES, values);
    }
    return SIGNET_OK;
}

/* In a checked text a backslash stands in a string and begins an escape. */
static int check_escapes(struct signet_span text, struct signet_err *err)
{
    const uint8_t *end = text.ptr + text.len;
    const uint8_t *p = memchr(text.ptr, '\\', text.len);
    while (p != NULL) {
        if (p[1] == 'u' && memcmp(p + 2, "0000", 4) == 0) {
            return signet_err_at(err, SIGNET_E_MALFORMED, (uint64_t)(p - text.ptr),
                                 "expected no \\u0000 in a string, found one");
        }
        p = memchr(p + 2, '\\', (size_t)(end - p) - 2);
    }
    return SIGNET_OK;
}

/* Gives a number node its lexeme as a string, which cJSON frees with the node. */
static int keep_lexeme(cJSON *number, struct signet_span lexeme, struct signet_err *err)
{
    number->valuestring = cJSON_malloc(lexeme.len + 1);
    if (number->valuestring == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory while reading JSON");
    }
    memcpy(number->valuestring, lexeme.ptr, lexeme.len);
    number->valuestring[lexeme.len] = '\0';
    return SIGNET_OK;
}

/* Tree and text hold the same numbers in the same order. */
static int keep_lexemes(cJSON *top, struct signet_span text, struct signet_err *err)
{
    cJSON *up[SIGNET_DEPTH_ENVELOPE];
    size_t depth = 0;
    size_t values = 0;
    const uint8_t *end = text.ptr + text.len;
    const uint8_t *p = find_number(text.ptr, end, &values);
    cJSON *node = top;
    int rc = SIGNET_OK;
    while (node != NULL && rc == SIGNET_OK) {
        if (cJSON_IsNumber(node)) {
            if (p == end) {
                break;
            }
            struct signet_span lexeme = lexeme_at(p, end);
            rc = keep_lexeme(node, lexeme, err);
            p = find_number(p + lexeme.len, end, &values);
        }
        if (node->child != NULL && depth < SIGNET_COUNT(up)) {
            up[depth++] = node;
            node = node->child;
            continue;
        }
        while (node->next == NULL && depth > 0) {
            node = up[--depth];
        }
        node = node->next;
    }
    if (rc == SIGNET_OK && (node != NULL || p < end)) {
        rc = signet_err_set(err, SIGNET_E_INTERNAL, "two readings of a JSON text disagree");
    }
    return rc;
}

static int build(struct signet_doc *doc, struct signet_span text, struct signet_err *err)
{
    /* What is left to fail on a checked text is memory. */
    doc->top = cJSON_ParseWithLength((const char *)text.ptr, text.len);
    if (doc->top == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory while reading JSON");
    }
    return keep_lexemes(doc->top, text, err);
}

int signet_doc_parse(struct signet_span text,
                     uint64_t max,
                     struct signet_doc **doc,
                     struct signet_err *err)
{
    struct signet_json_value top;
    if (text.len > max) {
        return signet_err_at(err, SIGNET_E_LIMIT, max,
                             "expected at most %llu bytes of JSON, found %zu",
                             (unsigned long long)max, text.len);
    }
    int rc = signet_json_check(text, SIGNET_DEPTH_ENVELOPE, &top, err);
    if (rc == SIGNET_OK) {
        rc = check_escapes(text, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_numbers(text, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_doc *built = calloc(1, sizeof(*built));
    if (built == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory while reading JSON");
    }
    rc = build(built, top.text, err);
    if (rc != SIGNET_OK) {
        signet_doc_free(built);
        return rc;
    }
    *doc = built;
    return SIGNET_OK;
}

void signet_doc_free(struct signet_doc *doc)
{
    if (doc != NULL) {
        cJSON_Delete(doc->top);
        free(doc);
    }
}

const struct signet_doc_value *signet_doc_top(const struct signet_doc *doc)
{
    return value_of(doc->top);
}

bool signet_doc_is_object(const struct signet_doc_value *value)
{
    return cJSON_IsObject(node_of(value));
}

bool signet_doc_is_array(const struct signet_doc_value *value)
{
    return cJSON_IsArray(node_of(value));
}

bool signet_doc_is_null(const struct signet_doc_value *value)
{
    return cJSON_IsNull(node_of(value));
}

const struct signet_doc_value *signet_doc_member(const struct signet_doc_value *object,
                                                 const char *name)
{
    return signet_doc_is_object(object)
               ? value_of(cJSON_GetObjectItemCaseSensitive(node_of(object), name))
               : NULL;
}

const struct signet_doc_value *signet_doc_first(const struct signet_doc_value *container)
{
    return signet_doc_is_object(container) || signet_doc_is_array(container)
               ? value_of(node_of(container)->child)
               : NULL;
}

const struct signet_doc_value *signet_doc_next(const struct signet_doc_value *value)
{
    return value != NULL ? value_of(node_of(value)->next) : NULL;
}

const char *signet_doc_name(const struct signet_doc_value *value)
{
    return value != NULL ? node_of(value)->string : NULL;
}

const struct signet_doc_value *signet_doc_element(const struct signet_doc_value *array, size_t i)
{
    const struct signet_doc_value *element =
        signet_doc_is_array(array) ? signet_doc_first(array) : NULL;
    while (element != NULL && i-- > 0) {
        element = signet_doc_next(element);
    }
    return element;
}

size_t signet_doc_count(const struct signet_doc_value *container)
{
    size_t count = 0;
    for (const struct signet_doc_value *value = signet_doc_first(container); value != NULL;
         value = signet_doc_next(value)) {
        count++;
    }
    return count;
}

const char *signet_doc_string(const struct signet_doc_value *value)
{
    return cJSON_IsString(node_of(value)) ? node_of(value)->valuestring : NULL;
}

bool signet_doc_uint(const struct signet_doc_value *value, uint64_t *number)
{
    if (!cJSON_IsNumber(node_of(value))) {
        return false;
    }
    struct signet_json_value lexeme = {SIGNET_JSON_NUMBER,
                                       signet_span_str(node_of(value)->valuestring)};
    return signet_json_uint(lexeme, number);
}

bool signet_doc_tenths(const struct signet_doc_value *value, uint64_t *tenths)
{
    enum {
        DIGITS = 6
    };
    uint64_t whole = 0;
    if (!cJSON_IsNumber(node_of(value))) {
        return false;
    }
    const char *text = node_of(value)->valuestring;
    size_t digits = strspn(text, "0123456789");
    const char *rest = text + digits;
    bool fraction = rest[0] == '.' && rest[1] >= '0' && rest[1] <= '9' && rest[2] == '\0';
    if (digits > DIGITS || (rest[0] != '\0' && !fraction) ||
        signet_num_parse(signet_span_of(text, digits), &whole) != SIGNET_OK) {
        return false;
    }
    *tenths = whole * 10 + (fraction ? (uint64_t)(rest[1] - '0') : 0);
    return true;
}

bool signet_doc_bool(const struct signet_doc_value *value, bool *truth)
{
    if (!cJSON_IsBool(node_of(value))) {
        return false;
    }
    *truth = cJSON_IsTrue(node_of(value));
    return true;
}

int signet_doc_closed(const struct signet_doc_value *object,
                      const char *const *allowed,
                      const char *where,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (!signet_doc_is_object(object)) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected an object", where);
    }
    for (const struct signet_doc_value *member = signet_doc_first(object); member != NULL;
         member = signet_doc_next(member)) {
        const char *name = signet_doc_name(member);
        const char *const *known = allowed;
        while (*known != NULL && strcmp(*known, name) != 0) {
            known++;
        }
        if (*known == NULL) {
            return signet_err_set(err, SIGNET_E_MALFORMED, "%s: unknown member \"%s\"", where,
                                  signet_utf8_show(signet_span_str(name), shown));
        }
    }
    return SIGNET_OK;
}
