/* SPDX-License-Identifier: Apache-2.0
 *
 * json/canon.h: canonical forms of values inside a text, and of objects without some members.
 */
#include "json/canon.h"

#include "json_vectors.h"

static void scan(struct signet_json_text *text, struct signet_span bytes)
{
    const struct signet_limits limits = signet_limits_default();
    struct signet_err err;
    signet_err_clear(&err);
    *text = (struct signet_json_text){.bytes = bytes};
    CHECK_OK(signet_json_text_scan(text, &limits, &err), &err);
}

/* One member taken out or left open, and what is expected by RFC 8785 section 3.2.3. */
static void check_recast(const char *json, const char *gap, const char *left_out, const char *want)
{
    struct signet_err err;
    struct signet_json_text text;
    struct signet_buf out;
    size_t place = 0;
    char quoted[64];
    signet_err_clear(&err);
    assert_in_range(snprintf(quoted, sizeof(quoted), "\"%s\"", left_out), 2, 63);
    const struct signet_json_value without = {SIGNET_JSON_STRING, signet_span_str(quoted)};
    struct signet_json_recast recast = {.left_out = &without, .left_out_count = 1};
    scan(&text, signet_span_str(json));
    struct signet_json_value top = signet_json_top(text.bytes);
    struct signet_json_walk walk = signet_json_walk(top);
    struct signet_json_value name;
    struct signet_json_value value;
    while (gap != NULL && signet_json_next_member(&walk, &name, &value)) {
        if (signet_json_string_is(name, signet_span_str(gap))) {
            recast.gap = name;
        }
    }
    assert_int_equal(recast.gap.kind != 0, gap != NULL);
    signet_buf_init(&out, 4096);
    CHECK_OK(signet_json_canon_recast(&text, top, &recast, signet_sink_to_buf(&out), &place, &err),
             &err);
    if (gap != NULL) { /* the open place is shown as @ */
        char with[4096];
        assert_in_range(place, 1, out.len);
        assert_in_range(snprintf(with, sizeof(with), "%.*s@%.*s", (int)place,
                                 (const char *)out.data, (int)(out.len - place),
                                 (const char *)out.data + place),
                        1, 4095);
        assert_string_equal(with, want);
    } else {
        CHECK_SPAN(signet_buf_span(&out), want);
    }
    signet_buf_free(&out);
    signet_json_text_clear(&text);
}

static void members_left_out_or_open(void **state)
{
    (void)state;
    /* out of order, so from the index */
    check_recast("{\"b\":1,\"s\":{\"y\":1,\"x\":2},\"a\":[3]}", NULL, "none",
                 "{\"a\":[3],\"b\":1,\"s\":{\"x\":2,\"y\":1}}");
    check_recast("{\"b\":1,\"s\":{\"y\":1,\"x\":2},\"a\":[3]}", "s", "none",
                 "{\"a\":[3],\"b\":1,\"s\":@}");
    check_recast("{\"b\":1,\"s\":{\"y\":1,\"x\":2},\"a\":[3]}", "s", "b", "{\"a\":[3],\"s\":@}");
    check_recast("{\"b\":1,\"s\":{\"y\":1,\"x\":2},\"a\":{\"d\":1,\"c\":2}}", "b", "s",
                 "{\"a\":{\"c\":2,\"d\":1},\"b\":@}");
    /* in order, so from the text */
    check_recast("{ \"a\" : {\"d\":1,\"c\":2}, \"b\" : 1, \"c\": 0.10 }", "a", "none",
                 "{\"a\":@,\"b\":1,\"c\":0.1}");
    check_recast("{ \"a\" : {\"d\":1,\"c\":2}, \"b\" : 1, \"c\": 0.10 }", "b", "none",
                 "{\"a\":{\"c\":2,\"d\":1},\"b\":@,\"c\":0.1}");
    check_recast("{ \"a\" : {\"d\":1,\"c\":2}, \"b\" : 1, \"c\": 0.10 }", "c", "a",
                 "{\"b\":1,\"c\":@}");
    /* names as they are meant, not as they are spelled */
    check_recast("{\"\\u0062\":1,\"a\":2}", NULL, "b", "{\"a\":2}");
    check_recast("{\"b\":1,\"a\":2}", NULL, "\\u0062", "{\"a\":2}");
    check_recast("{\"B\":1,\"b\":3,\"a\":2}", NULL, "b", "{\"B\":1,\"a\":2}");
    /* only at the top, and nothing left */
    check_recast("{\"b\":{\"b\":1,\"a\":2}}", NULL, "a", "{\"b\":{\"a\":2,\"b\":1}}");
    check_recast("{\"b\":1}", NULL, "b", "{}");
    check_recast("{}", NULL, "b", "{}");
}

/* Every value inside a document has the form that it has alone. */
static void
check_parts(const struct signet_json_text *text, struct signet_json_value value, size_t *count)
{
    const struct signet_json_recast unchanged = {0};
    struct signet_err err;
    struct signet_buf alone;
    struct signet_buf part;
    size_t gap = 0;
    signet_err_clear(&err);
    signet_buf_init(&alone, SIZE_MAX);
    signet_buf_init(&part, SIZE_MAX);
    CHECK_OK(signet_json_canon(value.text, NULL, signet_sink_to_buf(&alone), &err), &err);
    CHECK_OK(signet_json_canon_part(text, value.text, signet_sink_to_buf(&part), &err), &err);
    assert_int_equal(part.len, alone.len);
    CHECK_BYTES(part.data, alone.data, alone.len);
    if (value.kind == SIGNET_JSON_OBJECT) {
        signet_buf_reset(&part);
        CHECK_OK(signet_json_canon_recast(text, value, &unchanged, signet_sink_to_buf(&part), &gap,
                                          &err),
                 &err);
        assert_int_equal(part.len, alone.len);
        CHECK_BYTES(part.data, alone.data, alone.len);
    }
    signet_buf_free(&alone);
    signet_buf_free(&part);
    *count += 1;
}

static void check_tree(const struct signet_json_text *text,
                       struct signet_json_value value,
                       unsigned depth,
                       size_t *count)
{
    struct signet_json_walk walk = signet_json_walk(value);
    struct signet_json_value name;
    struct signet_json_value inner;
    check_parts(text, value, count);
    while (depth > 0 && (signet_json_next_member(&walk, &name, &inner) ||
                         signet_json_next_element(&walk, &inner))) {
        check_tree(text, inner, depth - 1, count);
    }
}

static void parts_of_a_document(void **state)
{
    static const char json[] =
        " {\"z\":[{\"b\":1,\"a\":{\"d\":[],\"c\":{}}},[{\"y\":0,\"x\":{\"n\":1,\"m\":1}}],5],\n"
        "\"o\":{\"a\":{\"k\":1,\"j\":2},\"b\":\"\\u0041\"},\"e\":{},\"a\":{\"q\":{\"w\":1,\"v\":2}}"
        "} ";
    struct signet_json_text text;
    size_t count = 0;
    (void)state;
    scan(&text, signet_span_str(json));
    check_tree(&text, signet_json_top(text.bytes), 10, &count);
    assert_int_equal(count, 24);
    signet_json_text_clear(&text);
}

static void parts_of_real_documents(void **state)
{
    static const char *const names[] = {"cdx-1.6-cbom-protocol.json",
                                        "cdx-1.6-aibom-hunyuanworld.json",
                                        "spdx-3.0-ai-sentiment-example02.json"};
    char dir[1024];
    size_t count = 0;
    (void)state;
    if (!json_has_testdata()) {
        skip();
    }
    assert_in_range(snprintf(dir, sizeof(dir), "%s/sbom", json_testdata()), 1, sizeof(dir) - 1);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct signet_json_text text;
        struct signet_buf in;
        json_read(dir, names[i], &in);
        scan(&text, signet_buf_span(&in));
        check_tree(&text, signet_json_top(text.bytes), 20, &count);
        signet_json_text_clear(&text);
        signet_buf_free(&in);
    }
    assert_in_range(count, 500, 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_left_out_or_open),
        cmocka_unit_test(parts_of_a_document),
        cmocka_unit_test(parts_of_real_documents),
    };
    return CHECK_RUN(tests);
}
