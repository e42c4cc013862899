/* SPDX-License-Identifier: Apache-2.0
 *
 * json/: each allocation fails in turn. The work then ends with NOMEM, leaves no memory behind, and
 * what was asked for is not there. The linker puts the functions below in the place of the C
 * library's (tests/unit/CMakeLists.txt); cJSON takes them as its hooks.
 */
#include "json_vectors.h"

#include <cJSON.h>

#include "json/doc.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

static size_t allocations_left = SIZE_MAX;
static size_t live;

static bool may_allocate(void)
{
    if (allocations_left == 0) {
        return false;
    }
    allocations_left--;
    return true;
}

static void *counted(void *memory)
{
    live += memory != NULL;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return may_allocate() ? counted(__real_malloc(size)) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return may_allocate() ? counted(__real_calloc(count, size)) : NULL;
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (!may_allocate()) {
        return NULL;
    }
    void *moved = __real_realloc(memory, size);
    live += memory == NULL && moved != NULL;
    return moved;
}

void __wrap_free(void *memory)
{
    live -= memory != NULL;
    __real_free(memory);
}

/* Every kind of array grows while this is read and written. */
static void make_text(struct signet_buf *text)
{
    signet_buf_init(text, 1 << 20);
    for (int i = 0; i < 90; i++) {
        signet_buf_puts(text, "{\"b\":[");
    }
    for (int i = 0; i < 200; i++) {
        signet_buf_puts(text, "{\"c\":1,\"b\":2,\"a\":3},");
    }
    signet_buf_puts(text, "0");
    for (int i = 0; i < 90; i++) {
        signet_buf_puts(text, "],\"a\":0}");
    }
    assert_int_equal(text->status, SIGNET_OK);
}

static int count_pieces(void *ctx, struct signet_span piece, struct signet_err *err)
{
    size_t *bytes = ctx;
    (void)err;
    *bytes += piece.len;
    return SIGNET_OK;
}

static void canon_without_memory(void **state)
{
    (void)state;
    struct signet_buf text;
    size_t failures = 0;
    int rc = SIGNET_E_INTERNAL;
    make_text(&text);
    for (; rc != SIGNET_OK; failures++) {
        struct signet_err err;
        size_t bytes = 0;
        size_t before = live;
        struct signet_sink sink = {count_pieces, &bytes};
        signet_err_clear(&err);
        allocations_left = failures;
        rc = signet_json_canon(signet_buf_span(&text), NULL, sink, &err);
        allocations_left = SIZE_MAX;
        assert_int_equal(live, before);
        assert_int_equal(rc, rc == SIGNET_OK ? SIGNET_OK : SIGNET_E_NOMEM);
        assert_int_equal(err.code, rc);
        assert_int_equal(bytes, rc == SIGNET_OK ? text.len : 0);
    }
    assert_in_range(failures, 10, 100);
    signet_buf_free(&text);
}

static void doc_without_memory(void **state)
{
    (void)state;
    cJSON_Hooks hooks = {__wrap_malloc, __wrap_free};
    size_t failures = 0;
    int rc = SIGNET_E_INTERNAL;
    cJSON_InitHooks(&hooks);
    for (; rc != SIGNET_OK; failures++) {
        struct signet_err err;
        struct signet_doc *doc = NULL;
        size_t before = live;
        signet_err_clear(&err);
        allocations_left = failures;
        rc = signet_doc_parse(JSON_TEXT("{\"b\":[1,2.5,{\"x\":\"y\"}],\"a\":3,\"c\":[[],null,-4]}"),
                              100, &doc, &err);
        allocations_left = SIZE_MAX;
        assert_int_equal(rc, rc == SIGNET_OK ? SIGNET_OK : SIGNET_E_NOMEM);
        assert_int_equal(err.code, rc);
        assert_int_equal(doc != NULL, rc == SIGNET_OK);
        signet_doc_free(doc);
        assert_int_equal(live, before);
    }
    assert_in_range(failures, 10, 100);
    cJSON_InitHooks(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canon_without_memory),
        cmocka_unit_test(doc_without_memory),
    };
    return CHECK_RUN(tests);
}
