/* SPDX-License-Identifier: Apache-2.0
 *
 * A statement of somebody else: see sign/joining.h.
 */
#include "sign/joining.h"

#include "base/err.h"
#include "base/utf8.h"
#include "envelope/dsse.h"
#include "envelope/facts.h"
#include "envelope/oms.h"
#include "envelope/release.h"
#include "envelope/statement.h"

/* The paths that a list of files leaves out, which then are known to who signs it again. */
static int read_list(const struct signet_statement *statement,
                     const struct signet_limits *limits,
                     struct signet_arena *storage,
                     struct signet_joining *joining,
                     struct signet_err *err)
{
    struct signet_oms oms;
    size_t count = 0;
    int rc = signet_oms_parse(statement, limits, &oms, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    while (oms.ignore_paths[count] != NULL) {
        count++;
    }
    joining->lists_files = true;
    joining->ignore = signet_arena_array(storage, count + 1, sizeof(*joining->ignore));
    bool done = joining->ignore != NULL;
    for (size_t i = 0; done && i < count; i++) {
        joining->ignore[i] = signet_arena_copy(storage, signet_span_str(oms.ignore_paths[i]));
        done = joining->ignore[i] != NULL;
    }
    signet_oms_free(&oms);
    return done ? SIGNET_OK : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

/* Whether they are those of the release that is called NAME@VERSION. */
static bool is_release(const struct signet_facts *facts, const char *expected)
{
    struct signet_span name;
    struct signet_span version;
    return expected != NULL && signet_release_split(signet_span_str(expected), &name, &version) &&
           signet_span_is(name, facts->release_name) &&
           signet_span_is(version, facts->release_version);
}

static int
check_release(struct signet_statement *statement, const char *expected, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char version[SIGNET_SHOW_MAX];
    struct signet_facts facts;
    int rc = signet_facts_read(statement, &facts, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (facts.release_name == NULL ? expected == NULL : is_release(&facts, expected)) {
        return SIGNET_OK;
    }
    return facts.release_name == NULL
               ? signet_err_set(err, SIGNET_E_FORBIDDEN, "it is the release of nothing")
               : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                "it is the release %s@%s: if that is what you sign, say so with "
                                "--release",
                                signet_utf8_show(signet_span_str(facts.release_name), shown),
                                signet_utf8_show(signet_span_str(facts.release_version), version));
}

/* Whoever signs it vouches for all that it says, so it may say no more than is looked at. */
static int check_extent(struct signet_statement *statement,
                        const struct signet_joining *joining,
                        struct signet_err *err)
{
    return statement->subject_count == 1
               ? check_release(statement, joining->release, err)
               : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                "expected a statement about PATH alone, found one about %zu things",
                                statement->subject_count);
}

static int read_statement(struct signet_span payload,
                          const struct signet_limits *limits,
                          struct signet_arena *storage,
                          struct signet_joining *joining,
                          struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_statement statement;
    int rc = signet_statement_parse(payload, limits, &statement, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const char *type = statement.predicate_type;
    rc = check_extent(&statement, joining, err);
    if (rc == SIGNET_OK && strcmp(type, SIGNET_PREDICATE_OMS) == 0) {
        rc = read_list(&statement, limits, storage, joining, err);
    } else if (rc == SIGNET_OK && strcmp(type, SIGNET_PREDICATE_SIGNED) != 0 &&
               strcmp(type, SIGNET_PREDICATE_RELEASE) != 0) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED,
                            "expected a statement that something is signed, found %s",
                            signet_utf8_show(signet_span_str(type), shown));
    }
    signet_statement_free(&statement);
    return rc;
}

int signet_joining_read(struct signet_span text,
                        const struct signet_limits *limits,
                        struct signet_arena *storage,
                        struct signet_buf *statement,
                        struct signet_joining *joining,
                        struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_envelope env = {0};
    struct signet_buf copy;
    signet_buf_init(&copy, text.len);
    int rc = signet_buf_put(&copy, text);
    if (rc != SIGNET_OK) {
        signet_buf_free(&copy);
        return signet_err_set(err, rc, "out of memory for a signature file");
    }
    rc = signet_envelope_parse(&copy, signet_limits_signature_file(limits), limits, &env, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (strcmp(env.payload_type, SIGNET_PAYLOAD_TYPE_INTOTO) != 0) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED,
                            "payload type: expected " SIGNET_PAYLOAD_TYPE_INTOTO ", found %s",
                            signet_utf8_show(signet_span_str(env.payload_type), shown));
    }
    if (rc == SIGNET_OK) {
        rc = read_statement(env.payload, limits, storage, joining, err);
    }
    if (rc == SIGNET_OK && signet_buf_put(statement, env.payload) != SIGNET_OK) {
        rc = signet_err_set(err, statement->status, "cannot take the statement over");
    }
    signet_envelope_free(&env);
    return rc;
}
