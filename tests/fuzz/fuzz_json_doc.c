/* SPDX-License-Identifier: Apache-2.0
 *
 * json/doc.h and json/read.h: two ways to read one text, the one through cJSON. What doc accepts
 * the scanner accepts too, and both see the same values; no string holds a NUL; what is refused
 * leaves nothing.
 */
#include "fuzz.h"

#include <signet/limits.h>

#include "json/doc.h"
#include "json/read.h"

enum {
    OUTPUT_MAX = 64 * 1024 * 1024
};

static void check_same_string(const char *in_doc, struct signet_json_value in_text)
{
    struct signet_buf text;
    signet_buf_init(&text, OUTPUT_MAX);
    FUZZ_CHECK(in_doc != NULL);
    FUZZ_CHECK(signet_json_string(in_text, &text) == SIGNET_OK);
    FUZZ_CHECK(signet_span_eq(signet_span_str(in_doc), signet_buf_span(&text)));
    signet_buf_free(&text);
}

static void check_same_scalar(const struct signet_doc_value *in_doc,
                              struct signet_json_value in_text)
{
    uint64_t number = 0;
    uint64_t same_number = 0;
    bool truth = false;
    FUZZ_CHECK((signet_doc_string(in_doc) != NULL) == (in_text.kind == SIGNET_JSON_STRING));
    FUZZ_CHECK(signet_doc_is_null(in_doc) == (in_text.kind == SIGNET_JSON_NULL));
    FUZZ_CHECK(signet_doc_bool(in_doc, &truth) == (in_text.kind == SIGNET_JSON_BOOL));
    FUZZ_CHECK(signet_doc_uint(in_doc, &number) == signet_json_uint(in_text, &same_number));
    FUZZ_CHECK(number == same_number);
    if (in_text.kind == SIGNET_JSON_STRING) {
        check_same_string(signet_doc_string(in_doc), in_text);
    } else if (in_text.kind == SIGNET_JSON_BOOL) {
        FUZZ_CHECK(signet_span_is(in_text.text, truth ? "true" : "false"));
    }
}

static void check_same(const struct signet_doc_value *in_doc, struct signet_json_value in_text)
{
    struct signet_json_value name;
    struct signet_json_value value;
    struct signet_json_walk walk = signet_json_walk(in_text);
    const struct signet_doc_value *child = signet_doc_first(in_doc);
    size_t count = 0;
    FUZZ_CHECK(signet_doc_is_object(in_doc) == (in_text.kind == SIGNET_JSON_OBJECT));
    FUZZ_CHECK(signet_doc_is_array(in_doc) == (in_text.kind == SIGNET_JSON_ARRAY));
    check_same_scalar(in_doc, in_text);
    for (; child != NULL; child = signet_doc_next(child)) {
        if (signet_json_next_member(&walk, &name, &value)) {
            check_same_string(signet_doc_name(child), name);
            FUZZ_CHECK(signet_doc_member(in_doc, signet_doc_name(child)) == child);
        } else {
            FUZZ_CHECK(signet_json_next_element(&walk, &value));
            FUZZ_CHECK(signet_doc_element(in_doc, count) == child);
        }
        check_same(child, value);
        count++;
    }
    FUZZ_CHECK(!signet_json_next_member(&walk, &name, &value));
    FUZZ_CHECK(!signet_json_next_element(&walk, &value));
    FUZZ_CHECK(signet_doc_count(in_doc) == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_doc *doc = NULL;
    struct signet_json_value top;
    struct signet_err err;
    struct signet_span text = signet_span_of(data, size);
    signet_err_clear(&err);
    int checked = signet_json_check(text, SIGNET_DEPTH_ENVELOPE, &top, NULL);
    int rc = signet_doc_parse(text, OUTPUT_MAX, &doc, &err);
    FUZZ_CHECK(rc == SIGNET_OK || rc == SIGNET_E_MALFORMED || rc == SIGNET_E_LIMIT);
    FUZZ_CHECK(err.code == rc);
    if (rc == SIGNET_OK) {
        FUZZ_CHECK(checked == SIGNET_OK);
        check_same(signet_doc_top(doc), top);
        signet_doc_free(doc);
    } else {
        FUZZ_CHECK(doc == NULL && (checked == SIGNET_OK || checked == rc));
    }
    return 0;
}
