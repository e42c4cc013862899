/* SPDX-License-Identifier: Apache-2.0
 *
 * json/: texts made to cost time or memory. Each is a pattern whose canonical form is another
 * pattern, written beside it by hand; sizes are such that anything quadratic would not end. Memory
 * is measured twice: what the index holds, and, where no tool stands between program and memory,
 * what a process that does nothing else has resident.
 */
#include "json_vectors.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compiler.h"
#include "json/scan.h"

enum {
    MEGABYTE = 1 << 20,
    TEXT_SIZE = 2 * MEGABYTE,
    TEXT_MAX = 4 * MEGABYTE,
};

/* Fills in with a text of about size bytes and out with its canonical form; out may be NULL. */
typedef void shape(size_t size, struct signet_buf *in, struct signet_buf *out);

static void put(struct signet_buf *out, const char *text)
{
    if (out != NULL) {
        assert_int_equal(signet_buf_puts(out, text), SIGNET_OK);
    }
}

static void put_times(struct signet_buf *out, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(out, text);
    }
}

/* An array of one element again and again. */
static void put_elements(size_t size,
                         struct signet_buf *in,
                         struct signet_buf *out,
                         const char *element,
                         const char *canonical)
{
    size_t count = size / strlen(element);
    put(in, "[");
    put(out, "[");
    put_times(in, element, count);
    put_times(out, canonical, count);
    put(in, "0]");
    put(out, "0]");
}

static void empty_containers(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    put_elements(size, in, out, "{},[],", "{},[],");
}

static void lone_members(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    put_elements(size, in, out, "{\"\":0},", "{\"\":0},");
}

static void pairs_out_of_order(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    put_elements(size, in, out, "{\"b\":0,\"\":0},", "{\"\":0,\"b\":0},");
}

static void escapes_only(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    put_elements(size, in, out, "\"\\u0041\\u00e9\\/\",", "\"A\xc3\xa9/\",");
}

static void growing_numbers(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    put_elements(size, in, out, "1e20,", "100000000000000000000,");
}

/* One object of many members, their names in no order: i * a prime modulo a power of two. */
static void put_wide(size_t size,
                     struct signet_buf *in,
                     struct signet_buf *out,
                     const char *prefix,
                     const char *value)
{
    char name[32];
    size_t count = 1;
    while (count * 2 * (strlen(prefix) + strlen(value) + 10) <= size) {
        count *= 2;
    }
    for (size_t i = 0; i < count; i++) {
        put(in, i == 0 ? "{\"" : ",\"");
        put(out, i == 0 ? "{\"" : ",\"");
        put(in, prefix);
        put(out, prefix);
        assert_true(snprintf(name, sizeof(name), "%06x\":", (unsigned)(i * 7919 % count)) > 0);
        put(in, name);
        assert_true(snprintf(name, sizeof(name), "%06x\":", (unsigned)i) > 0);
        put(out, name);
        put(in, value);
        put(out, strcmp(value, "0") == 0 ? "0" : "{\"\":0,\"b\":0}");
    }
    put(in, "}");
    put(out, "}");
}

static void wide_object(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    put_wide(size, in, out, "", "0");
}

static void wide_object_of_pairs(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    put_wide(size, in, out, "", "{\"b\":0,\"\":0}");
}

static void long_common_prefix(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    char prefix[1000];
    memset(prefix, 'x', sizeof(prefix));
    prefix[sizeof(prefix) - 1] = '\0';
    put_wide(size, in, out, prefix, "0");
}

/* The same, each character of the prefix an escape that stays one. */
static void long_escaped_prefix(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    char prefix[1201] = "";
    for (size_t i = 0; i < 200; i++) {
        memcpy(prefix + 6 * i, "\\u001f", 7);
    }
    put_wide(size, in, out, prefix, "0");
}

/* Chains 999 deep in an array; see put_elements(). */
static void put_chains(size_t size,
                       struct signet_buf *in,
                       struct signet_buf *out,
                       const char *const from[3],
                       const char *const to[3])
{
    size_t chain = 998 * (strlen(from[0]) + strlen(from[2])) + strlen(from[1]) + 1;
    put(in, "[");
    put(out, "[");
    for (size_t i = 0; i < size / chain; i++) {
        put_times(in, from[0], 998);
        put(in, from[1]);
        put_times(in, from[2], 998);
        put(in, ",");
        put_times(out, to[0], 998);
        put(out, to[1]);
        put_times(out, to[2], 998);
        put(out, ",");
    }
    put(in, "0]");
    put(out, "0]");
}

static void deep_arrays(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    static const char *const chain[3] = {"[", "[]", "]"};
    put_chains(size, in, out, chain, chain);
}

static void deep_out_of_order(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    static const char *const from[3] = {"{\"b\":", "0", ",\"\":0}"};
    static const char *const to[3] = {"{\"\":0,\"b\":", "0", "}"};
    put_chains(size, in, out, from, to);
}

/* In order but for the innermost. */
static void deep_in_order(size_t size, struct signet_buf *in, struct signet_buf *out)
{
    static const char *const from[3] = {"{\"\":", "{\"b\":0,\"\":0}", "}"};
    static const char *const to[3] = {"{\"\":", "{\"\":0,\"b\":0}", "}"};
    put_chains(size, in, out, from, to);
}

static shape *const shapes[] = {
    empty_containers,    lone_members, pairs_out_of_order,   escapes_only,
    growing_numbers,     wide_object,  wide_object_of_pairs, long_common_prefix,
    long_escaped_prefix, deep_arrays,  deep_out_of_order,    deep_in_order,
};

static void canonical_forms_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(shapes); i++) {
        struct signet_buf in;
        struct signet_buf out;
        signet_buf_init(&in, TEXT_MAX);
        signet_buf_init(&out, 8 * TEXT_MAX);
        shapes[i](MEGABYTE / 2, &in, &out);
        assert_true(in.len > MEGABYTE / 8);
        json_expect(signet_buf_span(&in), signet_buf_span(&out));
        signet_buf_free(&in);
        signet_buf_free(&out);
    }
}

/* What lives from the first pass to the second: at most twice the text. */
static void index_is_bounded(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(shapes); i++) {
        struct signet_err err;
        struct signet_json_index index = {0};
        struct signet_buf in;
        signet_buf_init(&in, TEXT_MAX);
        shapes[i](MEGABYTE / 2, &in, NULL);
        signet_err_clear(&err);
        CHECK_OK(signet_json_scan(signet_buf_span(&in), 1000, &index, &err), &err);
        size_t bytes = index.len * sizeof(*index.objects) + index.names.len * sizeof(uint32_t);
        assert_in_range(bytes, 0, 2 * in.len);
        signet_json_index_clear(&index);
        signet_buf_free(&in);
    }
}

static int count_bytes(void *ctx, struct signet_span piece, struct signet_err *err)
{
    size_t *bytes = ctx;
    (void)err;
    *bytes += piece.len;
    return SIGNET_OK;
}

static size_t peak_resident(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024 : 0;
}

/* In a process of its own: the growth of the peak over text and program. */
static int grows_within_bound(shape *build)
{
    struct signet_err err;
    struct signet_buf in;
    size_t bytes = 0;
    signet_err_clear(&err);
    signet_buf_init(&in, TEXT_MAX);
    if (signet_buf_reserve(&in, TEXT_MAX) != SIGNET_OK) {
        return 1;
    }
    build(TEXT_SIZE, &in, NULL);
    size_t before = peak_resident();
    struct signet_sink sink = {count_bytes, &bytes};
    int rc = signet_json_canon(signet_buf_span(&in), NULL, sink, &err);
    size_t growth = peak_resident() - before;
    signet_buf_free(&in);
    return rc == SIGNET_OK && bytes > 0 && growth <= 2 * TEXT_SIZE + MEGABYTE / 2 ? 0 : 1;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER
#endif

/* Sanitizers and valgrind need memory of their own for each byte of ours. */
static bool memory_is_ours_alone(void)
{
#ifdef HAS_SANITIZER
    return false;
#else
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded == NULL || strstr(preloaded, "vgpreload") == NULL;
#endif
}

static void resident_memory_is_bounded(void **state)
{
    (void)state;
    if (!memory_is_ours_alone()) {
        print_message("# under a sanitizer or valgrind only the index is measured\n");
        return;
    }
    for (size_t i = 0; i < SIGNET_COUNT(shapes); i++) {
        int status = -1;
        pid_t child = fork();
        if (child == 0) {
            _exit(grows_within_bound(shapes[i]));
        }
        assert_true(child > 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

/* As deep as the limit goes, out of order on every level. */
static void deepest_nesting(void **state)
{
    (void)state;
    enum {
        DEPTH = 100000
    };
    struct signet_err err;
    struct signet_buf in;
    struct signet_buf expected;
    struct signet_buf out;
    struct signet_limits limits = signet_limits_default();
    limits.json_depth = DEPTH;
    signet_buf_init(&in, TEXT_MAX);
    signet_buf_init(&expected, TEXT_MAX);
    put_times(&in, "{\"b\":", DEPTH);
    put(&in, "1");
    put_times(&in, ",\"\":0}", DEPTH);
    put_times(&expected, "{\"\":0,\"b\":", DEPTH);
    put(&expected, "1");
    put_times(&expected, "}", DEPTH);
    CHECK_OK(json_canon_within(signet_buf_span(&in), &limits, &out, &err), &err);
    assert_int_equal(out.len, expected.len);
    CHECK_BYTES(out.data, expected.data, expected.len);
    signet_buf_free(&out);
    limits.json_depth = DEPTH - 1;
    assert_int_equal(json_expect_refusal_within(signet_buf_span(&in), &limits, SIGNET_E_LIMIT),
                     (DEPTH - 1) * strlen("{\"b\":"));
    signet_buf_free(&in);
    signet_buf_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_forms_are_exact),
        cmocka_unit_test(index_is_bounded),
        cmocka_unit_test(resident_memory_is_bounded),
        cmocka_unit_test(deepest_nesting),
    };
    return CHECK_RUN(tests);
}
