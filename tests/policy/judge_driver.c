/* SPDX-License-Identifier: Apache-2.0
 *
 * Lets the library answer questions of tests/policy/questions.py: one JSON object a line on
 * standard input, {"root": text, "policy": text, "question": {…}}, and one on standard output with
 * the name of what signet_judge() returned. Decides nothing of its own: a digest on the deny list
 * is a refusal, as it is for those who ask.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "trust/judge.h"
#include "json/doc.h"

#define LINE_MAX_BYTES ((size_t)1 << 24)

/* What one line takes. */
struct asked {
    struct signet_doc *doc;
    struct signet_root root;
    struct signet_policy policy;
    struct signet_question question;
    struct signet_arena storage;
};

/* A line that cannot be understood is a fault of the test: nothing that follows would mean much. */
static _Noreturn void give_up(const char *what, const struct signet_err *err)
{
    (void)fprintf(stderr, "judge_driver: %s: %s\n", what, err != NULL ? err->msg : "");
    exit(EXIT_FAILURE);
}

static void *room(struct asked *asked, size_t count, size_t size)
{
    void *found = signet_arena_array(&asked->storage, count + 1, size);
    if (found == NULL) {
        give_up("memory", NULL);
    }
    return found;
}

/* Which of words (NULL-terminated) a member is; -1 if it is none. */
static int word(const struct signet_doc_value *value, const char *const *words)
{
    const char *text = signet_doc_string(value);
    for (int i = 0; text != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

static bool truth(const struct signet_doc_value *object, const char *name)
{
    bool found = false;
    if (!signet_doc_bool(signet_doc_member(object, name), &found)) {
        give_up(name, NULL);
    }
    return found;
}

static const char *text(const struct signet_doc_value *object, const char *name)
{
    return signet_doc_string(signet_doc_member(object, name));
}

/* An instant, or null. */
static int64_t instant(const struct signet_doc_value *object, const char *name)
{
    uint64_t seconds = 0;
    return signet_doc_uint(signet_doc_member(object, name), &seconds) ? (int64_t)seconds
                                                                      : SIGNET_TIME_UNKNOWN;
}

static struct signet_texts
texts(struct asked *asked, const struct signet_doc_value *object, const char *name)
{
    const struct signet_doc_value *array = signet_doc_member(object, name);
    size_t count = signet_doc_count(array);
    const char **list = room(asked, count, sizeof(*list));
    const struct signet_doc_value *item = signet_doc_first(array);
    for (size_t i = 0; i < count; i++, item = signet_doc_next(item)) {
        list[i] = signet_doc_string(item);
    }
    return (struct signet_texts){list, count};
}

static const struct signet_facts *facts(struct asked *asked, const struct signet_doc_value *object)
{
    static const char *const usages[] = {"program", "interp", "lib", "script",
                                         "model",   "data",   NULL}; /* by SIGNET_USAGE_* */
    struct signet_facts *read = room(asked, 1, sizeof(*read));
    int usage = word(signet_doc_member(object, "usage"), usages);
    read->type = text(object, "type");
    read->time = instant(object, "time");
    read->release_name = text(object, "release_name");
    read->release_version = text(object, "release_version");
    read->usage = usage < 0 ? (enum signet_usage)0 : (enum signet_usage)(1U << (unsigned)usage);
    read->builder = text(object, "builder");
    read->sources = texts(asked, object, "sources");
    read->parameters = texts(asked, object, "parameters");
    read->has_severity = signet_doc_uint(signet_doc_member(object, "severity"), &read->severity);
    read->failed = truth(object, "failed");
    return read;
}

static struct signet_payload_key signature(const struct asked *asked,
                                           const struct signet_doc_value *object)
{
    static const char *const uses[] = {"bundle",  "dsse",   "jsf",  "jss", "minisign",
                                       "signify", "sshsig", "time", NULL};
    static const unsigned bits[] = {SIGNET_USE_BUNDLE, SIGNET_USE_DSSE,     SIGNET_USE_JSF,
                                    SIGNET_USE_JSS,    SIGNET_USE_MINISIGN, SIGNET_USE_SIGNIFY,
                                    SIGNET_USE_SSHSIG, SIGNET_USE_TIME};
    const char *id = text(object, "key");
    int use = word(signet_doc_member(object, "use"), uses);
    size_t key = 0;
    while (id != NULL && key < asked->root.key_count && strcmp(asked->root.keys[key].id, id) != 0) {
        key++;
    }
    if (use < 0 || key == asked->root.key_count) {
        give_up("signature", NULL);
    }
    return (struct signet_payload_key){key, bits[use], instant(object, "signed_at")};
}

static const struct signet_signed_payload *payloads(struct asked *asked,
                                                    const struct signet_doc_value *array)
{
    struct signet_signed_payload *read = room(asked, signet_doc_count(array), sizeof(*read));
    size_t at = 0;
    for (const struct signet_doc_value *item = signet_doc_first(array); item != NULL;
         item = signet_doc_next(item)) {
        const struct signet_doc_value *list = signet_doc_member(item, "keys");
        struct signet_payload_key *keys = room(asked, signet_doc_count(list), sizeof(*keys));
        read[at].facts = facts(asked, signet_doc_member(item, "facts"));
        read[at].keys = keys;
        for (const struct signet_doc_value *key = signet_doc_first(list); key != NULL;
             key = signet_doc_next(key)) {
            keys[read[at].key_count++] = signature(asked, key);
        }
        at++;
    }
    return read;
}

/* Null: nobody could tell. */
static struct signet_models models(const struct signet_doc_value *object)
{
    static const char *const formats[] = {"safetensors", "gguf", "onnx", NULL}; /* SIGNET_MODEL_* */
    struct signet_models read = {0};
    if (!signet_doc_is_object(object)) {
        return read;
    }
    read = (struct signet_models){true, truth(object, "ambiguous"), truth(object, "others"), 0};
    for (const struct signet_doc_value *item =
             signet_doc_first(signet_doc_member(object, "formats"));
         item != NULL; item = signet_doc_next(item)) {
        read.formats |= 1U << (unsigned)word(item, formats);
    }
    return read;
}

static void read_question(struct asked *asked, const struct signet_doc_value *object)
{
    static const char *const actions[] = {"verify", "execute", "load", "open", NULL};
    const struct signet_doc_value *expect = signet_doc_member(object, "expect");
    int action = word(signet_doc_member(object, "action"), actions);
    if (action < 0) {
        give_up("action", NULL);
    }
    asked->question = (struct signet_question){
        .action = (enum signet_action)(1U << (unsigned)action),
        .path = text(object, "path"),
        .path_is_safe = truth(object, "path_is_safe"),
        .kind =
            strcmp(text(object, "kind"), "file") == 0 ? SIGNET_POLICY_FILE : SIGNET_POLICY_BUNDLE,
        .partial = truth(object, "partial"),
        .models = models(signet_doc_member(object, "models")),
        .left_out = texts(asked, object, "left_out"),
        .expected_name = text(expect, "name"),
        .expected_version = text(expect, "version"),
        .now = instant(object, "now"),
        .payloads = payloads(asked, signet_doc_member(object, "payloads")),
        .payload_count = signet_doc_count(signet_doc_member(object, "payloads")),
        .attestations = payloads(asked, signet_doc_member(object, "attestations")),
        .attestation_count = signet_doc_count(signet_doc_member(object, "attestations")),
    };
}

static bool is_denied(const struct signet_policy *policy, const struct signet_doc_value *digests)
{
    bool denied = false;
    for (const struct signet_doc_value *item = signet_doc_first(digests); item != NULL;
         item = signet_doc_next(item)) {
        struct signet_digest digest = {.alg = SIGNET_DIGEST_SHA256, .len = 32};
        enum signet_policy_kind kind =
            strcmp(text(item, "kind"), "file") == 0 ? SIGNET_POLICY_FILE : SIGNET_POLICY_BUNDLE;
        if (signet_hex_decode(signet_span_str(text(item, "sha256")), digest.bytes, digest.len) !=
            SIGNET_OK) {
            give_up("digest", NULL);
        }
        denied = denied || signet_policy_find_revoked(policy, kind, &digest) != NULL;
    }
    return denied;
}

static void answer(struct asked *asked, const struct signet_doc_value *digests)
{
    struct signet_answer found = {0};
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_judge(&asked->policy, &asked->root, &asked->question, &found, &err);
    bool denied = is_denied(&asked->policy, digests);
    const struct signet_facts *release = rc == SIGNET_OK ? found.release : NULL;
    const char *rule = found.rule != NULL ? found.rule->id : "";
    (void)printf("{\"code\":\"%s\",\"exit\":%d,\"rule\":\"%s\",\"denied\":%s,\"name\":\"%s\","
                 "\"version\":\"%s\"}\n",
                 rc == SIGNET_OK ? "OK" : signet_err_name(rc),
                 rc == SIGNET_OK ? 0 : signet_err_exit(rc), rule, denied ? "true" : "false",
                 release != NULL ? release->release_name : "",
                 release != NULL ? release->release_version : "");
}

static void one_line(struct signet_span line)
{
    struct asked asked = {0};
    struct signet_err err;
    signet_err_clear(&err);
    signet_arena_init(&asked.storage, LINE_MAX_BYTES);
    if (signet_doc_parse(line, LINE_MAX_BYTES, &asked.doc, &err) != SIGNET_OK) {
        give_up("line", &err);
    }
    const struct signet_doc_value *top = signet_doc_top(asked.doc);
    if (signet_root_parse(signet_span_str(text(top, "root")), &asked.root, &err) != SIGNET_OK) {
        give_up("root", &err);
    }
    if (signet_policy_parse(signet_span_str(text(top, "policy")), &asked.policy, &err) !=
        SIGNET_OK) {
        give_up("policy", &err);
    }
    const struct signet_doc_value *question = signet_doc_member(top, "question");
    read_question(&asked, question);
    answer(&asked, signet_doc_member(question, "digests"));
    signet_policy_free(&asked.policy);
    signet_root_free(&asked.root);
    signet_arena_free(&asked.storage);
    signet_doc_free(asked.doc);
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len = 0;
    while ((len = getline(&line, &size, stdin)) > 0) {
        one_line(signet_span_of(line, (size_t)len));
    }
    free(line);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
