/* SPDX-License-Identifier: Apache-2.0
 *
 * A statement with a predicate, and what is read of it.
 */
#ifndef SIGNET_TESTS_TOLD_H
#define SIGNET_TESTS_TOLD_H

#include "check.h"

#include "envelope/facts.h"

#define DIGEST "fe4fe40ac7250263c5dbe1cf3138912f3f416140aa248637a60d65fe22c47da4"

/* A statement and what was read of it. */
struct told {
    struct signet_buf text;
    struct signet_statement statement;
    struct signet_facts facts;
    struct signet_err err;
    int rc;
};

static inline struct told tell(const char *type, const char *predicate)
{
    struct told told;
    const struct signet_limits limits = signet_limits_default();
    signet_err_clear(&told.err);
    signet_buf_init(&told.text, 1 << 24);
    signet_buf_puts(&told.text, "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{"
                                "\"name\":\"foo.jar\",\"digest\":{\"sha256\":\"" DIGEST "\"}}],"
                                "\"predicateType\":\"");
    signet_buf_puts(&told.text, type);
    signet_buf_puts(&told.text, predicate != NULL ? "\",\"predicate\":" : "\"");
    signet_buf_puts(&told.text, predicate != NULL ? predicate : "");
    signet_buf_puts(&told.text, "}");
    assert_int_equal(told.text.status, SIGNET_OK);
    CHECK_OK(
        signet_statement_parse(signet_buf_span(&told.text), &limits, &told.statement, &told.err),
        &told.err);
    told.rc = signet_facts_read(&told.statement, &told.facts, &told.err);
    return told;
}

static inline struct told tell_good(const char *type, const char *predicate)
{
    struct told told = tell(type, predicate);
    if (told.rc != SIGNET_OK) {
        fail_msg("%s %s: %s", type, predicate, told.err.msg);
    }
    assert_string_equal(told.facts.type, type);
    return told;
}

static inline void forget(struct told *told)
{
    signet_statement_free(&told->statement);
    signet_buf_free(&told->text);
}

/* Nothing is said but the type. */
static inline void expect_nothing(const struct signet_facts *facts)
{
    assert_true(facts->time == SIGNET_TIME_UNKNOWN);
    assert_null(facts->release_name);
    assert_null(facts->release_version);
    assert_int_equal(facts->usage, 0);
    assert_false(facts->has_size);
    assert_null(facts->builder);
    assert_int_equal(facts->sources.count, 0);
    assert_int_equal(facts->parameters.count, 0);
    assert_false(facts->has_severity);
    assert_false(facts->failed);
}

static inline void refuse(const char *type, const char *predicate, int code, const char *words)
{
    struct told told = tell(type, predicate);
    if (told.rc != code || told.err.code != code) {
        fail_msg("%s: expected %s, found %s: %s", predicate, signet_err_name(code),
                 signet_err_name(told.rc), told.err.msg);
    }
    if (strstr(told.err.msg, words) == NULL) {
        fail_msg("%s: expected \"%s\" in: %s", predicate, words, told.err.msg);
    }
    assert_string_equal(told.facts.type, type);
    expect_nothing(&told.facts);
    forget(&told);
}

#endif
