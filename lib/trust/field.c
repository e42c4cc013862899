/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading documents of a closed schema: see trust/field.h.
 */
#include "trust/field.h"

#include <signet/limits.h>
#include <signet/text.h>

#include "base/err.h"
#include "base/instant.h"
#include "base/num.h"

struct signet_field signet_field_top(const struct signet_doc *doc)
{
    return (struct signet_field){.value = signet_doc_top(doc)};
}

static void put_step(const struct signet_field *field, struct signet_buf *out)
{
    char number[SIGNET_NUM_TEXT];
    signet_buf_putc(out, '/');
    if (field->name == NULL) {
        signet_num_format(field->index, number);
        signet_buf_puts(out, number);
        return;
    }
    for (const char *c = field->name; *c != '\0'; c++) {
        if (*c == '~' || *c == '/') {
            signet_buf_puts(out, *c == '~' ? "~0" : "~1");
        } else {
            signet_buf_putc(out, *c);
        }
    }
}

static void put_pointer(const struct signet_field *field, struct signet_buf *out)
{
    const struct signet_field *path[SIGNET_DEPTH_ENVELOPE];
    size_t depth = 0;
    for (; field->in != NULL && depth < SIGNET_DEPTH_ENVELOPE; field = field->in) {
        path[depth++] = field;
    }
    while (depth > 0) {
        put_step(path[--depth], out);
    }
}

const char *signet_field_pointer(const struct signet_field *field, char out[SIGNET_FIELD_POINTER])
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_buf text;
    signet_buf_init(&text, SIZE_MAX);
    put_pointer(field, &text);
    signet_utf8_show(signet_buf_span(&text), shown);
    size_t len = strlen(shown);
    len = len < SIGNET_FIELD_POINTER ? len : SIGNET_FIELD_POINTER - 1;
    memcpy(out, shown, len);
    out[len] = '\0';
    signet_buf_free(&text);
    return out;
}

int signet_field_wrong(const struct signet_field *field,
                       const char *expected,
                       struct signet_err *err)
{
    char pointer[SIGNET_FIELD_POINTER];
    signet_field_pointer(field, pointer);
    return signet_err_set(err, SIGNET_E_MALFORMED, "%s%sexpected %s", pointer,
                          pointer[0] != '\0' ? ": " : "", expected);
}

int signet_field_closed(const struct signet_field *object,
                        const char *const *allowed,
                        struct signet_err *err)
{
    struct signet_field member;
    if (!signet_doc_is_object(object->value)) {
        return signet_field_wrong(object, "an object", err);
    }
    for (bool more = signet_field_first(object, &member); more; more = signet_field_next(&member)) {
        size_t i = 0;
        while (allowed[i] != NULL && strcmp(allowed[i], member.name) != 0) {
            i++;
        }
        if (allowed[i] == NULL) {
            return signet_field_wrong(&member, "no member of this name", err);
        }
    }
    return SIGNET_OK;
}

bool signet_field_find(const struct signet_field *object,
                       const char *name,
                       struct signet_field *member)
{
    const struct signet_doc_value *value = signet_doc_member(object->value, name);
    if (value != NULL) {
        *member = (struct signet_field){.value = value, .in = object, .name = name};
    }
    return value != NULL;
}

int signet_field_get(const struct signet_field *object,
                     const char *name,
                     struct signet_field *member,
                     struct signet_err *err)
{
    if (signet_field_find(object, name, member)) {
        return SIGNET_OK;
    }
    const struct signet_field absent = {.in = object, .name = name};
    return signet_field_wrong(&absent, "this member, found none", err);
}

static int check_filled(const struct signet_field *container,
                        bool fits,
                        const char *expected,
                        size_t *count,
                        struct signet_err *err)
{
    *count = fits ? signet_doc_count(container->value) : 0;
    return *count > 0 ? SIGNET_OK : signet_field_wrong(container, expected, err);
}

int signet_field_list(const struct signet_field *array, size_t *count, struct signet_err *err)
{
    return check_filled(array, signet_doc_is_array(array->value),
                        "an array of at least one element", count, err);
}

int signet_field_map(const struct signet_field *object, size_t *count, struct signet_err *err)
{
    return check_filled(object, signet_doc_is_object(object->value),
                        "an object of at least one member", count, err);
}

bool signet_field_first(const struct signet_field *container, struct signet_field *item)
{
    const struct signet_doc_value *value = signet_doc_first(container->value);
    *item = (struct signet_field){.value = value, .in = container};
    item->name = value != NULL ? signet_doc_name(value) : NULL;
    return value != NULL;
}

bool signet_field_next(struct signet_field *item)
{
    item->value = signet_doc_next(item->value);
    item->index++;
    item->name = item->value != NULL ? signet_doc_name(item->value) : NULL;
    return item->value != NULL;
}

bool signet_field_plain(const char *text)
{
    struct signet_span rest = signet_span_str(text);
    bool plain = rest.len > 0;
    uint32_t code_point = 0;
    while (plain && rest.len > 0) {
        plain = signet_utf8_next(&rest, &code_point) == SIGNET_UTF8_PLAIN;
    }
    return plain;
}

int signet_field_text(const struct signet_field *field, const char **text, struct signet_err *err)
{
    const char *found = signet_doc_string(field->value);
    if (found == NULL || !signet_field_plain(found)) {
        return signet_field_wrong(field, "a text that is not empty, without control characters",
                                  err);
    }
    *text = found;
    return SIGNET_OK;
}

int signet_field_is(const struct signet_field *field, const char *text, struct signet_err *err)
{
    char expected[SIGNET_SHOW_MAX];
    const char *found = signet_doc_string(field->value);
    if (found != NULL && strcmp(found, text) == 0) {
        return SIGNET_OK;
    }
    return signet_field_wrong(field, signet_utf8_show(signet_span_str(text), expected), err);
}

int signet_field_word(const struct signet_field *field,
                      const char *const *words,
                      size_t *index,
                      struct signet_err *err)
{
    const char *found = signet_doc_string(field->value);
    struct signet_buf expected;
    for (size_t i = 0; found != NULL && words[i] != NULL; i++) {
        if (strcmp(found, words[i]) == 0) {
            *index = i;
            return SIGNET_OK;
        }
    }
    signet_buf_init(&expected, SIGNET_SHOW_MAX);
    for (size_t i = 0; words[i] != NULL; i++) {
        signet_buf_puts(&expected, i > 0 ? ", " : "one of ");
        signet_buf_puts(&expected, words[i]);
    }
    signet_buf_putc(&expected, '\0');
    int rc = signet_field_wrong(
        field, expected.status == SIGNET_OK ? (const char *)expected.data : "another word", err);
    signet_buf_free(&expected);
    return rc;
}

int signet_field_uint(const struct signet_field *field,
                      uint64_t least,
                      uint64_t most,
                      uint64_t *number,
                      struct signet_err *err)
{
    char pointer[SIGNET_FIELD_POINTER];
    uint64_t found = 0;
    if (signet_doc_uint(field->value, &found) && found >= least && found <= most) {
        *number = found;
        return SIGNET_OK;
    }
    return signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected an integer from %llu to %llu",
                          signet_field_pointer(field, pointer), (unsigned long long)least,
                          (unsigned long long)most);
}

int signet_field_tenths(const struct signet_field *field,
                        uint64_t most,
                        uint64_t *tenths,
                        struct signet_err *err)
{
    char pointer[SIGNET_FIELD_POINTER];
    uint64_t found = 0;
    if (signet_doc_tenths(field->value, &found) && found <= most) {
        *tenths = found;
        return SIGNET_OK;
    }
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "%s: expected a number from 0 to %llu.%llu, such as 6.9",
                          signet_field_pointer(field, pointer), (unsigned long long)(most / 10),
                          (unsigned long long)(most % 10));
}

int signet_field_bool(const struct signet_field *field, bool *truth, struct signet_err *err)
{
    return signet_doc_bool(field->value, truth) ? SIGNET_OK
                                                : signet_field_wrong(field, "true or false", err);
}

int signet_field_instant(const struct signet_field *field, int64_t *seconds, struct signet_err *err)
{
    const char *text = signet_doc_string(field->value);
    return text != NULL && signet_instant_parse(signet_span_str(text), seconds)
               ? SIGNET_OK
               : signet_field_wrong(field, "an instant such as 2026-11-01T00:00:00Z", err);
}

int signet_field_duration(const struct signet_field *field,
                          int64_t *seconds,
                          struct signet_err *err)
{
    const char *text = signet_doc_string(field->value);
    return text != NULL && signet_duration_parse(signet_span_str(text), seconds)
               ? SIGNET_OK
               : signet_field_wrong(field, "a duration such as P30D or PT12H", err);
}
