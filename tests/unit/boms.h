/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of bills of materials share: a document in memory of exactly its size.
 */
#ifndef SIGNET_TESTS_BOMS_H
#define SIGNET_TESTS_BOMS_H

#include "files.h"

#include "artifact/bom.h"
#include "base/compiler.h"

struct held_bom {
    uint8_t *bytes;
    struct signet_json_value top;
    struct signet_bom bom;
};

static inline struct held_bom hold_text(struct signet_span text)
{
    struct held_bom held = {malloc(text.len), {SIGNET_JSON_NULL, {NULL, 0}}, {0}};
    struct signet_err err;
    assert_non_null(held.bytes);
    memcpy(held.bytes, text.ptr, text.len);
    signet_err_clear(&err);
    CHECK_OK(signet_json_check(signet_span_of(held.bytes, text.len), 2000, &held.top, &err), &err);
    return held;
}

static inline struct held_bom hold_bom(struct signet_span text)
{
    struct held_bom held = hold_text(text);
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_bom_recognize(held.top, &held.bom, &err), &err);
    return held;
}

static inline struct held_bom hold_bom_file(const char *folder, const char *name)
{
    struct signet_buf text = check_read_file(folder, name);
    struct held_bom held = hold_bom(signet_buf_span(&text));
    signet_buf_free(&text);
    return held;
}

#endif
