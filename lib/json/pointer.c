/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Pointer: see json/pointer.h. Walking never scans a value twice, so a deep pointer into a
 * large text costs one pass.
 */
#include "json/pointer.h"

#include <signet/text.h>

#include "base/err.h"

static int names_nothing(struct signet_span pointer, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_USAGE, "%s names nothing in this document",
                          signet_utf8_show(pointer, shown));
}

/* RFC 6901 section 3. */
static bool well_formed(struct signet_span pointer)
{
    for (size_t i = 0; i < pointer.len; i++) {
        bool escape = pointer.ptr[i] == '~';
        if (escape &&
            (i + 1 == pointer.len || (pointer.ptr[i + 1] != '0' && pointer.ptr[i + 1] != '1'))) {
            return false;
        }
    }
    return pointer.len == 0 || pointer.ptr[0] == '/';
}

/* Takes "/token" off *pointer and puts the unescaped token into name. */
static int next_token(struct signet_span *pointer, struct signet_buf *name)
{
    size_t at = 1;
    signet_buf_reset(name);
    while (at < pointer->len && pointer->ptr[at] != '/') {
        char byte = (char)pointer->ptr[at++];
        if (byte == '~') {
            byte = pointer->ptr[at++] == '0' ? '~' : '/';
        }
        signet_buf_putc(name, byte);
    }
    *pointer = signet_span_of(pointer->ptr + at, pointer->len - at);
    return name->status;
}

/* Goes to a member of the object that walk stands before; false if there is none. */
static bool to_member(struct signet_json_walk *walk, struct signet_span token)
{
    struct signet_json_value name;
    signet_json_enter(walk);
    while (signet_json_next_name(walk, &name)) {
        if (signet_json_string_is(name, token)) {
            return true;
        }
        signet_json_take(walk);
    }
    return false;
}

/* Goes to an element of the array that walk stands before; false if there is none. */
static bool to_element(struct signet_json_walk *walk, struct signet_span token)
{
    uint64_t index = 0;
    if (signet_num_parse(token, &index) != SIGNET_OK) {
        return false;
    }
    signet_json_enter(walk);
    while (signet_json_next_item(walk)) {
        if (index-- == 0) {
            return true;
        }
        signet_json_take(walk);
    }
    return false;
}

static bool to_token(struct signet_json_walk *walk, struct signet_span token)
{
    enum signet_json_kind kind = signet_json_ahead(walk);
    return (kind == SIGNET_JSON_OBJECT && to_member(walk, token)) ||
           (kind == SIGNET_JSON_ARRAY && to_element(walk, token));
}

int signet_json_pointer_find(struct signet_json_value top,
                             struct signet_span pointer,
                             struct signet_json_value *value,
                             struct signet_err *err)
{
    struct signet_json_walk walk = signet_json_before(top);
    struct signet_span rest = pointer;
    struct signet_buf name;
    char shown[SIGNET_SHOW_MAX];
    int rc = SIGNET_OK;
    if (!well_formed(pointer)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "expected a JSON pointer: nothing, or names that each have a \"/\" "
                              "before them, with ~0 for \"~\" and ~1 for \"/\"; found %s",
                              signet_utf8_show(pointer, shown));
    }
    signet_buf_init(&name, pointer.len);
    while (rc == SIGNET_OK && rest.len > 0) {
        rc = next_token(&rest, &name);
        if (rc != SIGNET_OK) {
            rc = signet_err_set(err, rc, "out of memory for a JSON pointer");
        } else if (!to_token(&walk, signet_buf_span(&name))) {
            rc = names_nothing(pointer, err);
        }
    }
    signet_buf_free(&name);
    if (rc == SIGNET_OK) {
        *value = signet_json_take(&walk);
    }
    return rc;
}

int signet_json_pointer_put(struct signet_buf *pointer, struct signet_span name)
{
    signet_buf_putc(pointer, '/');
    for (size_t i = 0; i < name.len; i++) {
        char byte = (char)name.ptr[i];
        if (byte == '~' || byte == '/') {
            signet_buf_puts(pointer, byte == '~' ? "~0" : "~1");
        } else {
            signet_buf_putc(pointer, byte);
        }
    }
    return pointer->status;
}
