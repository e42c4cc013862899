/* SPDX-License-Identifier: Apache-2.0
 *
 * What a signed statement says: see facts.h. in-toto attestation spec/predicates (release v0.1,
 * vulns v0.1 and v0.2, test-result v0.1), SLSA provenance v1 and verification summary v1,
 * CycloneDX, SPDX 2 and SPDX 3.
 */
#include "envelope/facts.h"

#include "base/compiler.h"
#include "base/err.h"
#include "base/instant.h"
#include "envelope/predicate.h"

enum {
    PARAMETERS_MAX = 1024,
    SOURCES_MAX = 3 /* members below, one source each */
};

/* One reading. */
struct reading {
    struct signet_json_value predicate;
    struct signet_arena *storage;
    struct signet_facts *facts;
    struct signet_err *err;
};

static bool is_text(struct signet_json_value value, const char *text)
{
    return signet_json_string_is(value, signet_span_str(text));
}

static int64_t time_of(struct signet_json_value value)
{
    struct signet_span text;
    int64_t seconds = 0;
    return signet_json_plain_string(value, &text) && signet_instant_parse_any(text, &seconds)
               ? seconds
               : SIGNET_TIME_UNKNOWN;
}

static int64_t time_at(struct signet_json_value predicate, const char *place)
{
    struct signet_json_value value = {0};
    return signet_json_find(predicate, place, &value) ? time_of(value) : SIGNET_TIME_UNKNOWN;
}

static int read_release(struct reading *r)
{
    struct signet_release release;
    int rc = signet_release_read(r->predicate, r->storage, &release, r->err);
    if (rc == SIGNET_OK) {
        r->facts->time = release.signed_at;
        r->facts->release_name = release.name;
        r->facts->release_version = release.version;
        r->facts->usage = release.usage;
        r->facts->has_size = release.has_size;
        r->facts->size = release.size;
    }
    return rc;
}

/* ---- SLSA provenance ---- */

/* The repository that a parameter names, by itself or as an object with a uri. */
static bool find_repository(struct signet_json_value value, struct signet_json_value *repository)
{
    *repository = value;
    if (value.kind == SIGNET_JSON_OBJECT && !signet_json_member(value, "uri", repository)) {
        return false;
    }
    return repository->kind == SIGNET_JSON_STRING;
}

/* Copies a STRING behind those that are there; list has room for it. */
static int add_text(struct reading *r,
                    struct signet_json_value value,
                    const char *what,
                    const char **list,
                    struct signet_texts *texts)
{
    int rc = signet_statement_text(r->storage, value, what, &list[texts->count], r->err);
    if (rc == SIGNET_OK && list[texts->count][0] == '\0') {
        rc = signet_err_set(r->err, SIGNET_E_MALFORMED, "%s is empty", what);
    }
    texts->list = list;
    texts->count += rc == SIGNET_OK ? 1 : 0;
    return rc;
}

/* One external parameter. What says where the source is, is a source; any other is none. */
static int read_parameter(struct reading *r,
                          struct signet_json_value name,
                          struct signet_json_value value,
                          const char **sources,
                          const char **parameters)
{
    struct signet_json_value repository;
    struct signet_facts *facts = r->facts;
    int rc = SIGNET_OK;
    if ((is_text(name, "source") || is_text(name, "repository")) &&
        find_repository(value, &repository)) {
        return add_text(r, repository, "a source", sources, &facts->sources);
    }
    if (is_text(name, "workflow") && signet_json_find(value, "repository", &repository) &&
        find_repository(repository, &repository)) {
        rc = add_text(r, repository, "a source", sources, &facts->sources);
    }
    return rc == SIGNET_OK
               ? add_text(r, name, "an external parameter", parameters, &facts->parameters)
               : rc;
}

static int read_parameters(struct reading *r, struct signet_json_value all)
{
    struct signet_json_walk walk = signet_json_walk(all);
    struct signet_json_value name;
    struct signet_json_value value;
    size_t count = 0;
    while (signet_json_next_member(&walk, &name, &value)) {
        if (++count > PARAMETERS_MAX) {
            return signet_err_set(r->err, SIGNET_E_LIMIT, "more than %d external parameters",
                                  (int)PARAMETERS_MAX);
        }
    }
    const char **sources = signet_arena_array(r->storage, SOURCES_MAX, sizeof(*sources));
    const char **parameters = signet_arena_array(r->storage, count + 1, sizeof(*parameters));
    if (sources == NULL || parameters == NULL) {
        return signet_err_set(r->err, SIGNET_E_NOMEM, "out of memory for external parameters");
    }
    int rc = SIGNET_OK;
    walk = signet_json_walk(all);
    while (rc == SIGNET_OK && signet_json_next_member(&walk, &name, &value)) {
        rc = read_parameter(r, name, value, sources, parameters);
    }
    return rc;
}

static int read_provenance(struct reading *r)
{
    struct signet_json_value value = {0};
    bool there = signet_json_find(r->predicate, "runDetails.builder.id", &value);
    int rc =
        there ? signet_statement_text(r->storage, value, "builder.id", &r->facts->builder, r->err)
              : SIGNET_OK;
    r->facts->time = time_at(r->predicate, "runDetails.metadata.finishedOn");
    return rc == SIGNET_OK &&
                   signet_json_find(r->predicate, "buildDefinition.externalParameters", &value)
               ? read_parameters(r, value)
               : rc;
}

/* ---- vulnerability scans ---- */

static bool take_any_of(struct signet_span *text, const char *bytes)
{
    bool takes = text->len > 0 && text->ptr[0] != '\0' && strchr(bytes, text->ptr[0]) != NULL;
    if (takes) {
        *text = signet_span_of(text->ptr + 1, text->len - 1);
    }
    return takes;
}

static void skip_all_of(struct signet_span *text, const char *bytes)
{
    while (take_any_of(text, bytes)) {
    }
}

/* What a score is by. */
enum method {
    OTHER_METHOD = 0,
    LIKE_CVSS, /* in a spelling that is not known, so that the version is not either */
    CVSS,      /* in version 3 or 4 */
};

static bool take_cvss(struct signet_span *text)
{
    return take_any_of(text, "cC") && take_any_of(text, "vV") && take_any_of(text, "sS") &&
           take_any_of(text, "sS");
}

static bool mentions_cvss(struct signet_span method)
{
    bool found = false;
    for (size_t i = 0; !found && i < method.len; i++) {
        struct signet_span rest = signet_span_of(method.ptr + i, method.len - i);
        found = take_cvss(&rest);
    }
    return found;
}

/* As scanners spell it: CVSSv3.1, CVSS_V3, cvss-3.0, CVSSv31, cvssV3_1, CVSS 4.0. */
static enum method method_of(struct signet_span text)
{
    struct signet_span rest = text;
    if (!take_cvss(&rest)) {
        return mentions_cvss(text) ? LIKE_CVSS : OTHER_METHOD;
    }
    skip_all_of(&rest, "_- :");
    take_any_of(&rest, "vV");
    skip_all_of(&rest, "_- ");
    bool known = take_any_of(&rest, "34");
    bool old = !known && take_any_of(&rest, "12");
    bool minor = take_any_of(&rest, "._-");
    bool digit = take_any_of(&rest, "0123456789");
    bool spelled = (known || old) && rest.len == 0 && (digit || !minor);
    return !spelled ? LIKE_CVSS : known ? CVSS : OTHER_METHOD;
}

/* A decimal from 0 to 10 in tenths, rounded up. */
static bool read_score(struct signet_span text, uint64_t *tenths)
{
    struct signet_span rest = text;
    uint64_t read = 0;
    if (!take_any_of(&rest, "0123456789")) {
        return false;
    }
    read = (uint64_t)(text.ptr[0] - '0') * 10;
    if (read == 10 && take_any_of(&rest, "0")) {
        read = SIGNET_SEVERITY_MAX;
    }
    if (take_any_of(&rest, ".")) {
        const uint8_t *tenth = rest.ptr;
        if (!take_any_of(&rest, "0123456789")) {
            return false;
        }
        read += (uint64_t)(*tenth - '0');
        skip_all_of(&rest, "0");
        read += rest.len > 0 ? 1 : 0;
        skip_all_of(&rest, "0123456789");
    }
    *tenths = read;
    return rest.len == 0 && read <= SIGNET_SEVERITY_MAX;
}

/* What one method says of a finding, if it counts. A name that is escaped could be one that does,
 * and a score that cannot be read could be any: both are the highest there is. */
static enum method
read_rating(struct signet_json_value method, struct signet_json_value score, uint64_t *tenths)
{
    struct signet_span name;
    struct signet_span text = score.text;
    *tenths = SIGNET_SEVERITY_MAX;
    if (!signet_json_plain_string(method, &name)) {
        return method.kind == SIGNET_JSON_STRING ? CVSS : OTHER_METHOD;
    }
    bool plain = score.kind == SIGNET_JSON_NUMBER || signet_json_plain_string(score, &text);
    if (!plain || !read_score(text, tenths)) {
        *tenths = SIGNET_SEVERITY_MAX;
    }
    return method_of(name);
}

/* The highest score of a finding; of one without any, the highest there is. What is only like CVSS
 * can make it higher, and is none. */
static uint64_t severity_of(struct signet_json_value finding)
{
    static const char *const names[] = {"method", "score", NULL};
    struct signet_json_value list = {0};
    struct signet_json_value element;
    struct signet_json_value values[2];
    size_t others = 0;
    bool scored = false;
    uint64_t highest = 0;
    SIGNET_IGNORE(signet_json_member(finding, "severity", &list)); /* or kind 0: nothing to walk */
    struct signet_json_walk walk = signet_json_walk(list);
    while (signet_json_next_object(&walk, names, &element, values, &others)) {
        uint64_t tenths = 0;
        enum method method = read_rating(values[0], values[1], &tenths);
        scored = scored || method == CVSS;
        highest = method != OTHER_METHOD && tenths > highest ? tenths : highest;
    }
    return scored ? highest : SIGNET_SEVERITY_MAX;
}

static int read_vulns(struct reading *r)
{
    struct signet_json_value findings = {0};
    struct signet_json_value finding;
    SIGNET_IGNORE(signet_json_find(r->predicate, "scanner.result", &findings)); /* was checked */
    struct signet_json_walk walk = signet_json_walk(findings);
    r->facts->has_severity = true;
    r->facts->time = time_at(r->predicate, "metadata.scanFinishedOn");
    while (signet_json_next_element(&walk, &finding)) {
        uint64_t severity = severity_of(finding);
        r->facts->severity = severity > r->facts->severity ? severity : r->facts->severity;
    }
    return SIGNET_OK;
}

/* ---- documents and verdicts ---- */

/* The time of all elements of type CreationInfo, if it is one and the same. */
static int64_t time_of_graph(struct signet_json_value graph)
{
    static const char *const names[] = {"type", "@type", "created", NULL};
    struct signet_json_walk walk = signet_json_walk(graph);
    struct signet_json_value element;
    struct signet_json_value values[3];
    size_t others = 0;
    size_t count = 0;
    int64_t time = SIGNET_TIME_UNKNOWN;
    while (signet_json_next_object(&walk, names, &element, values, &others)) {
        if (!is_text(values[0], "CreationInfo") && !is_text(values[1], "CreationInfo")) {
            continue;
        }
        int64_t created = time_of(values[2]);
        if (count++ > 0 && created != time) {
            return SIGNET_TIME_UNKNOWN;
        }
        time = created;
    }
    return time;
}

static int read_spdx(struct reading *r)
{
    struct signet_json_value graph;
    r->facts->time = signet_json_member(r->predicate, "@graph", &graph)
                         ? time_of_graph(graph)
                         : time_at(r->predicate, "creationInfo.created");
    return SIGNET_OK;
}

static int read_cyclonedx(struct reading *r)
{
    r->facts->time = time_at(r->predicate, "metadata.timestamp");
    return SIGNET_OK;
}

static bool has_passed(const struct reading *r, const char *member)
{
    struct signet_json_value result = {0};
    return signet_json_member(r->predicate, member, &result) && is_text(result, "PASSED");
}

static int read_test_result(struct reading *r)
{
    r->facts->failed = !has_passed(r, "result");
    return SIGNET_OK;
}

static int read_vsa(struct reading *r)
{
    r->facts->failed = !has_passed(r, "verificationResult");
    r->facts->time = time_at(r->predicate, "timeVerified");
    return SIGNET_OK;
}

static int read_known(struct reading *r, const struct signet_predicate_known *known)
{
    static const struct {
        const char *word;
        int (*read)(struct reading *r);
    } readers[] = {
        {"bom", read_cyclonedx}, {"spdx", read_spdx},   {"provenance", read_provenance},
        {"vsa", read_vsa},       {"vulns", read_vulns}, {"test-result", read_test_result},
    };
    int rc = signet_predicate_check(r->facts->type, r->predicate, r->err);
    for (size_t i = 0; rc == SIGNET_OK && i < SIGNET_COUNT(readers); i++) {
        if (strcmp(readers[i].word, known->word) == 0) {
            rc = readers[i].read(r);
        }
    }
    return rc;
}

void signet_facts_init(struct signet_facts *facts, const char *type)
{
    memset(facts, 0, sizeof(*facts));
    facts->type = type;
    facts->time = SIGNET_TIME_UNKNOWN;
}

int signet_facts_read(struct signet_statement *statement,
                      struct signet_facts *facts,
                      struct signet_err *err)
{
    struct reading reading = {statement->predicate, &statement->storage, facts, err};
    const struct signet_predicate_known *known = signet_predicate_find(statement->predicate_type);
    int rc = SIGNET_OK;
    signet_facts_init(facts, statement->predicate_type);
    if (strcmp(facts->type, SIGNET_PREDICATE_RELEASE) == 0) {
        rc = read_release(&reading);
    } else if (known != NULL) {
        rc = read_known(&reading, known);
    }
    if (rc != SIGNET_OK) {
        signet_facts_init(facts, statement->predicate_type);
        signet_err_prefix(err, "predicate");
    }
    return rc;
}

bool signet_facts_release(const struct signet_facts *facts, const char *name, const char *version)
{
    return facts->release_name != NULL &&
           (name == NULL || strcmp(facts->release_name, name) == 0) &&
           (version == NULL || strcmp(facts->release_version, version) == 0);
}

bool signet_facts_are(const char *type, const char *demanded)
{
    const struct signet_predicate_known *known = signet_predicate_find(type);
    return strcmp(type, demanded) == 0 || (known != NULL && strcmp(known->uri, demanded) == 0);
}
