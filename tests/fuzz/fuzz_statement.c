/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/statement.h and envelope/oms.h. A statement that is accepted keeps the limits, with
 * every string whole and every strong digest counted; the resources of an OMS predicate have names
 * by the rules, each once, or are shards that make up whole files, under the root that the subject
 * names, and written as a statement again they are read again, from text in canonical form.
 */
#include "fuzz.h"

#include <signet/json.h>

#include "artifact/manifest.h"
#include "base/codec.h"
#include "envelope/facts.h"
#include "envelope/oms.h"

enum {
    OUTPUT_MAX = 64 * 1024 * 1024,
    SUBJECTS_MAX = 16,
    ENTRIES_MAX = 64
};

static struct signet_limits fuzz_limits(void)
{
    struct signet_limits limits = signet_limits_default();
    limits.subjects = SUBJECTS_MAX;
    limits.entries = ENTRIES_MAX;
    return limits;
}

static void check_refusal(int rc, const struct signet_err *err)
{
    FUZZ_CHECK(rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED || rc == SIGNET_E_LIMIT ||
               rc == SIGNET_E_FORBIDDEN || rc == SIGNET_E_MISMATCH);
    FUZZ_CHECK(err->code == rc);
}

/* What was copied is the whole string of the text: one that ended early would be another one. */
static void check_copy(struct signet_json_value object, const char *name, const char *copy)
{
    struct signet_json_value value;
    FUZZ_CHECK(copy != NULL);
    if (signet_json_member(object, name, &value)) {
        FUZZ_CHECK(signet_json_string_is(value, signet_span_str(copy)));
    } else {
        FUZZ_CHECK(copy[0] == '\0');
    }
}

/* A digest counts as strong whatever the spelling of its name. */
static void check_digests(struct signet_json_value subject, const struct signet_digest_set *set)
{
    static const char *const strong[] = {"sha256", "sha384", "sha512", "blake2b"};
    struct signet_json_value digests;
    struct signet_json_value value;
    size_t count = 0;
    FUZZ_CHECK(signet_json_member(subject, "digest", &digests));
    for (size_t i = 0; i < sizeof(strong) / sizeof(strong[0]); i++) {
        count += signet_json_member(digests, strong[i], &value) ? 1U : 0U;
    }
    FUZZ_CHECK(set->strong_count == count && count <= SIGNET_DIGEST_SET_MAX);
    bool bundle = signet_json_member(digests, "signetBundle", &value);
    FUZZ_CHECK(set->bundle.len == (bundle ? 32U : 0U) && (!bundle || count == 0));
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(set->strong[i].len == signet_digest_size(set->strong[i].alg));
        FUZZ_CHECK(set->strong[i].len >= 32);
    }
}

/* A subject is of the one form that is known if it says so, and of the bytes if it says nothing. */
static void check_form(struct signet_json_value object, const struct signet_subject *subject)
{
    struct signet_json_value annotations;
    struct signet_json_value form;
    bool said = signet_json_member(object, "annotations", &annotations) &&
                signet_json_member(annotations, "signetForm", &form);
    FUZZ_CHECK(subject->canonical == said);
    FUZZ_CHECK(!said || (signet_json_string_is(form, signet_span_str("rfc8785")) &&
                         subject->digests.strong_count == 1 &&
                         subject->digests.strong[0].alg == SIGNET_DIGEST_SHA256));
}

static void check_statement(struct signet_span text, const struct signet_statement *statement)
{
    struct signet_json_value top;
    struct signet_json_value subjects;
    struct signet_json_value subject;
    FUZZ_CHECK(signet_json_check(text, SIGNET_DEPTH_ENVELOPE, &top, NULL) == SIGNET_OK);
    FUZZ_CHECK(signet_json_member(top, "subject", &subjects));
    check_copy(top, "predicateType", statement->predicate_type);
    struct signet_json_walk walk = signet_json_walk(subjects);
    FUZZ_CHECK(statement->subject_count >= 1 && statement->subject_count <= SUBJECTS_MAX);
    for (size_t i = 0; i < statement->subject_count; i++) {
        FUZZ_CHECK(signet_json_next_element(&walk, &subject));
        check_copy(subject, "name", statement->subjects[i].name);
        check_digests(subject, &statement->subjects[i].digests);
        check_form(subject, &statement->subjects[i]);
    }
    FUZZ_CHECK(!signet_json_next_element(&walk, &subject));
}

static const struct signet_oms_resource *find(const struct signet_oms *oms, struct signet_span name)
{
    size_t i = 0;
    while (i < oms->count && !signet_span_eq(signet_oms_name(&oms->resources[i]), name)) {
        i++;
    }
    FUZZ_CHECK(i < oms->count);
    return &oms->resources[i];
}

static void add_digest(struct signet_hash *hash,
                       const struct signet_oms *oms,
                       const struct signet_oms_resource *resource)
{
    struct signet_digest digest;
    signet_oms_digest(oms, resource, &digest);
    FUZZ_CHECK(digest.alg == oms->alg && digest.len == signet_digest_size(oms->alg));
    FUZZ_CHECK(signet_hash_update(hash, signet_span_of(digest.bytes, digest.len)) == SIGNET_OK);
}

static struct signet_digest finish(struct signet_hash *hash)
{
    struct signet_digest root;
    FUZZ_CHECK(signet_hash_final(hash, &root) == SIGNET_OK);
    signet_hash_free(hash);
    return root;
}

/* The digest over the digests of the resources, in the order of the text. */
static struct signet_digest root_of_text(const struct signet_oms *oms,
                                         struct signet_json_value resources)
{
    struct signet_hash *hash = NULL;
    struct signet_json_value element;
    struct signet_json_value name;
    struct signet_json_walk walk = signet_json_walk(resources);
    size_t count = 0;
    FUZZ_CHECK(signet_hash_new(SIGNET_DIGEST_SHA256, &hash, NULL) == SIGNET_OK);
    for (; signet_json_next_element(&walk, &element); count++) {
        struct signet_buf text;
        signet_buf_init(&text, OUTPUT_MAX);
        FUZZ_CHECK(signet_json_member(element, "name", &name));
        FUZZ_CHECK(signet_json_string(name, &text) == SIGNET_OK);
        add_digest(hash, oms, find(oms, signet_buf_span(&text)));
        signet_buf_free(&text);
    }
    FUZZ_CHECK(count == oms->count);
    return finish(hash);
}

/* The same in the order of the names, in which we write: n times the next one. */
static struct signet_digest root_of_names(const struct signet_oms *oms)
{
    struct signet_hash *hash = NULL;
    const struct signet_oms_resource *last = NULL;
    FUZZ_CHECK(signet_hash_new(SIGNET_DIGEST_SHA256, &hash, NULL) == SIGNET_OK);
    for (size_t done = 0; done < oms->count; done++) {
        const struct signet_oms_resource *next = NULL;
        for (size_t i = 0; i < oms->count; i++) {
            struct signet_span name = signet_oms_name(&oms->resources[i]);
            if ((last == NULL || signet_span_order(name, signet_oms_name(last)) > 0) &&
                (next == NULL || signet_span_order(name, signet_oms_name(next)) < 0)) {
                next = &oms->resources[i];
            }
        }
        FUZZ_CHECK(next != NULL);
        add_digest(hash, oms, next);
        last = next;
    }
    return finish(hash);
}

/* What the name of a shard says, by the means of C. */
struct shard {
    struct signet_span path;
    unsigned long long start;
    unsigned long long end;
};

static struct shard read_shard(const struct signet_oms_resource *resource)
{
    struct signet_span name = signet_oms_name(resource);
    struct shard shard = {name, 0, 0};
    char *text = calloc(name.len + 1, 1);
    FUZZ_CHECK(text != NULL);
    memcpy(text, name.ptr, name.len);
    char *second = strrchr(text, ':');
    FUZZ_CHECK(second != NULL);
    shard.end = strtoull(second + 1, NULL, 10);
    *second = '\0';
    const char *first = strrchr(text, ':');
    FUZZ_CHECK(first != NULL);
    shard.start = strtoull(first + 1, NULL, 10);
    shard.path.len = (size_t)(first - text);
    int len = snprintf(text + shard.path.len, name.len + 1 - shard.path.len, ":%llu:%llu",
                       shard.start, shard.end);
    FUZZ_CHECK(len > 0 && (size_t)len == name.len - shard.path.len);
    FUZZ_CHECK(memcmp(text, name.ptr, name.len) == 0); /* the only way to write these numbers */
    free(text);
    return shard;
}

static bool same_file(const struct signet_oms *oms, size_t a, size_t b)
{
    return signet_span_eq(read_shard(&oms->resources[a]).path, read_shard(&oms->resources[b]).path);
}

/* A relative path that cannot leave its folder, in one line. */
static void check_name(struct signet_span name)
{
    size_t start = 0;
    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.ptr[i] != '/') {
            FUZZ_CHECK(name.ptr[i] >= ' ' && name.ptr[i] != '\\');
            continue;
        }
        struct signet_span part = signet_span_of(name.ptr + start, i - start);
        FUZZ_CHECK(part.len > 0 && !signet_span_is(part, ".") && !signet_span_is(part, ".."));
        start = i + 1;
    }
}

/* Sorted, and by the rules: a single file may be called ".". */
static void check_files(const struct signet_oms *oms)
{
    for (size_t i = 0; i < oms->count; i++) {
        struct signet_span name = signet_oms_name(&oms->resources[i]);
        FUZZ_CHECK(i == 0 || signet_span_order(signet_oms_name(&oms->resources[i - 1]), name) < 0);
        if (oms->count > 1 || !signet_span_is(name, ".")) {
            check_name(name);
            FUZZ_CHECK(name.len <= fuzz_limits().path);
        }
    }
}

/* Every byte of every file once: shard k of a file is its k-th shard_size bytes, and only the last
 * of a file has fewer. */
static void check_shards(const struct signet_oms *oms)
{
    unsigned long long number = 0;
    for (size_t i = 0; i < oms->count; i++) {
        struct shard shard = read_shard(&oms->resources[i]);
        number = i > 0 && same_file(oms, i - 1, i) ? number + 1 : 0;
        FUZZ_CHECK(shard.start == number * oms->shard_size && shard.end > shard.start);
        FUZZ_CHECK(shard.end - shard.start <= oms->shard_size && shard.end <= INT64_MAX);
        FUZZ_CHECK(i + 1 == oms->count || !same_file(oms, i, i + 1) ||
                   shard.end - shard.start == oms->shard_size);
        FUZZ_CHECK(number > 0 || i == 0 ||
                   signet_span_order(read_shard(&oms->resources[i - 1]).path, shard.path) < 0);
        check_name(shard.path);
        FUZZ_CHECK(shard.path.len <= fuzz_limits().path);
    }
}

static void check_oms(const struct signet_statement *statement, const struct signet_oms *oms)
{
    struct signet_json_value resources;
    FUZZ_CHECK(oms->count >= 1 && oms->count <= ENTRIES_MAX);
    if (oms->shard_size > 0) {
        check_shards(oms);
    } else {
        check_files(oms);
    }
    for (size_t i = 0; oms->ignore_paths[i] != NULL; i++) {
        check_name(signet_span_str(oms->ignore_paths[i]));
    }
    FUZZ_CHECK(statement->subject_count == 1);
    FUZZ_CHECK(signet_json_member(statement->predicate, "resources", &resources));
    struct signet_digest root = root_of_text(oms, resources);
    FUZZ_CHECK(signet_digest_eq(&root, &statement->subjects[0].digests.strong[0]));
}

static void check_same(const struct signet_oms *a, const struct signet_oms *b)
{
    size_t i = 0;
    FUZZ_CHECK(a->alg == b->alg && a->count == b->count && a->shard_size == b->shard_size);
    for (i = 0; i < a->count; i++) {
        struct signet_digest first;
        struct signet_digest second;
        signet_oms_digest(a, &a->resources[i], &first);
        signet_oms_digest(b, &b->resources[i], &second);
        FUZZ_CHECK(signet_digest_eq(&first, &second));
        FUZZ_CHECK(
            signet_span_eq(signet_oms_name(&a->resources[i]), signet_oms_name(&b->resources[i])));
    }
    for (i = 0; a->ignore_paths[i] != NULL; i++) {
        FUZZ_CHECK(b->ignore_paths[i] != NULL);
        FUZZ_CHECK(strcmp(a->ignore_paths[i], b->ignore_paths[i]) == 0);
    }
    FUZZ_CHECK(b->ignore_paths[i] == NULL);
}

static void check_read_again(struct signet_span text, const struct signet_oms *oms)
{
    const struct signet_limits limits = fuzz_limits();
    struct signet_buf form;
    struct signet_statement statement;
    struct signet_oms again;
    signet_buf_init(&form, OUTPUT_MAX);
    FUZZ_CHECK(signet_json_canon(text, NULL, signet_sink_to_buf(&form), NULL) == SIGNET_OK);
    FUZZ_CHECK(signet_span_eq(signet_buf_span(&form), text));
    FUZZ_CHECK(signet_statement_parse(text, &limits, &statement, NULL) == SIGNET_OK);
    FUZZ_CHECK(strcmp(statement.subjects[0].name, "model") == 0);
    FUZZ_CHECK(signet_oms_parse(&statement, &limits, &again, NULL) == SIGNET_OK);
    check_same(oms, &again);
    signet_oms_free(&again);
    signet_statement_free(&statement);
    signet_buf_free(&form);
}

/* The files of the resources, each with its size: the end of its last shard. */
static void add_files(const struct signet_oms *oms, struct signet_manifest *manifest)
{
    FUZZ_CHECK(signet_manifest_begin(manifest, SIGNET_ARTIFACT_BUNDLE, oms->alg, NULL) ==
               SIGNET_OK);
    manifest->shard_size = oms->shard_size;
    for (size_t i = 0; i < oms->count; i++) {
        struct shard shard = {signet_oms_name(&oms->resources[i]), 0, 0};
        if (oms->shard_size > 0) {
            shard = read_shard(&oms->resources[i]);
        }
        if (oms->shard_size == 0 || shard.start == 0) {
            FUZZ_CHECK(signet_manifest_add_file(manifest, shard.path, 0, oms->count, NULL) ==
                       SIGNET_OK);
        }
        manifest->entries[manifest->count - 1].size = shard.end;
    }
    FUZZ_CHECK(signet_manifest_make_room(manifest, oms->count, NULL) == SIGNET_OK);
}

static void check_written(const struct signet_oms *oms)
{
    struct signet_buf text;
    struct signet_manifest manifest;
    size_t entry = SIZE_MAX;
    add_files(oms, &manifest);
    for (size_t i = 0; i < oms->count; i++) {
        struct signet_digest digest;
        uint64_t start = oms->shard_size > 0 ? read_shard(&oms->resources[i]).start : 0;
        uint64_t number = oms->shard_size > 0 ? start / oms->shard_size : 0;
        entry += number == 0 ? 1 : 0;
        signet_oms_digest(oms, &oms->resources[i], &digest);
        memcpy(signet_manifest_slot(&manifest, &manifest.entries[entry], number), digest.bytes,
               digest.len);
    }
    manifest.root = root_of_names(oms);
    signet_buf_init(&text, OUTPUT_MAX);
    FUZZ_CHECK(signet_oms_write(&manifest, "model", oms->ignore_paths, &text, NULL) == SIGNET_OK);
    check_read_again(signet_buf_span(&text), oms);
    signet_buf_free(&text);
    signet_manifest_free(&manifest);
}

/* The root is told by the refusal; put into the subject it lets the list pass, so that changed
 * lists are looked into. */
static int parse_oms(struct signet_statement *statement,
                     const struct signet_limits *limits,
                     struct signet_oms *oms,
                     struct signet_err *err)
{
    int rc = signet_oms_parse(statement, limits, oms, err);
    struct signet_digest_set *set = &statement->subjects[0].digests;
    if (rc == SIGNET_E_MISMATCH && set->strong_count == 1) {
        size_t len = strlen(err->msg);
        FUZZ_CHECK(len > 64);
        set->strong[0].alg = SIGNET_DIGEST_SHA256;
        set->strong[0].len = 32;
        FUZZ_CHECK(signet_hex_decode(signet_span_of(err->msg + len - 64, 64), set->strong[0].bytes,
                                     32) == SIGNET_OK);
        signet_err_clear(err);
        rc = signet_oms_parse(statement, limits, oms, err);
        FUZZ_CHECK(rc != SIGNET_E_MISMATCH);
    }
    return rc;
}

static void check_texts(const struct signet_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        FUZZ_CHECK(texts->list[i][0] != '\0');
    }
}

/* Whatever a predicate says, what is read of it keeps its bounds, and a refusal says nothing. */
static void check_facts(struct signet_statement *statement)
{
    struct signet_facts facts;
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_facts_read(statement, &facts, &err);
    FUZZ_CHECK(rc == err.code && facts.type == statement->predicate_type);
    FUZZ_CHECK(facts.severity <= SIGNET_SEVERITY_MAX && facts.sources.count <= 3);
    FUZZ_CHECK((facts.release_name == NULL) == (facts.release_version == NULL));
    FUZZ_CHECK(rc == SIGNET_OK || (facts.time == SIGNET_TIME_UNKNOWN && facts.builder == NULL &&
                                   facts.release_name == NULL && !facts.has_severity));
    check_texts(&facts.sources);
    check_texts(&facts.parameters);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct signet_limits limits = fuzz_limits();
    struct signet_statement statement;
    struct signet_oms oms;
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_statement_parse(signet_span_of(data, size), &limits, &statement, &err);
    if (rc != SIGNET_OK) {
        check_refusal(rc, &err);
        return 0;
    }
    check_statement(signet_span_of(data, size), &statement);
    check_facts(&statement);
    rc = parse_oms(&statement, &limits, &oms, &err);
    if (rc == SIGNET_OK) {
        check_oms(&statement, &oms);
        check_written(&oms);
        signet_oms_free(&oms);
    } else {
        check_refusal(rc, &err);
    }
    signet_statement_free(&statement);
    return 0;
}
