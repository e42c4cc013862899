/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature object of JSF 0.82: which signatures it holds and in which form. The bytes they are
 * over are made in envelope/jsf_message.c.
 */
#include "envelope/jsf.h"

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "envelope/jsf_inside.h"
#include "envelope/jwk.h"

enum {
    EXTENSIONS_MAX = 64
};

/* All words of the specification; extensions may have none of these names. */
enum word {
    ALGORITHM,
    VALUE,
    KEY_ID,
    PUBLIC_KEY,
    CERTIFICATE_PATH,
    EXCLUDES,
    EXTENSIONS,
    SIGNERS,
    CHAIN,
    WORDS
};

static const char *const words[] = {"algorithm",       "value",    "keyId",      "publicKey",
                                    "certificatePath", "excludes", "extensions", "signers",
                                    "chain",           NULL};

#define BASE64URL "base64url without padding"
static const struct signet_inside_spelling value_spelling = {"value", signet_jwk_bytes, BASE64URL};
static const struct signet_inside_spelling path_spelling = {"certificatePath", signet_jwk_bytes,
                                                            BASE64URL};

/* A reading of one signature object. */
struct reading {
    struct signet_envelope *env;
    struct signet_inside *inside;
    struct signet_jsf *jsf;
    struct signet_json_value extensions[EXTENSIONS_MAX]; /* names that cores may have besides */
    size_t extension_count;
    struct signet_err *err;
};

static int malformed(struct reading *r, const char *member, const char *expected)
{
    return signet_err_set(r->err, SIGNET_E_MALFORMED, "%s: expected %s", member, expected);
}

static int no_memory(struct reading *r)
{
    return signet_err_set(r->err, SIGNET_E_NOMEM, "out of memory for a signature object");
}

static bool
is_one_of(const struct signet_json_value *names, size_t count, struct signet_json_value name)
{
    for (size_t i = 0; i < count; i++) {
        if (signet_json_same_string(names[i], name)) {
            return true;
        }
    }
    return false;
}

static bool is_word(struct signet_json_value name)
{
    for (size_t i = 0; i < WORDS; i++) {
        if (signet_json_string_is(name, signet_span_str(words[i]))) {
            return true;
        }
    }
    return false;
}

/* Requires a list of different names, at least one and at most max; counts them. */
static int check_names(
    struct reading *r, struct signet_json_value list, const char *member, size_t max, size_t *count)
{
    struct signet_json_walk walk = signet_json_walk(list);
    struct signet_json_walk before;
    struct signet_json_value name;
    struct signet_json_value other;
    *count = 0;
    while (list.kind == SIGNET_JSON_ARRAY && signet_json_next_element(&walk, &name)) {
        if (name.kind != SIGNET_JSON_STRING || ++*count > max) {
            return malformed(r, member, "an array of a few names");
        }
        before = signet_json_walk(list);
        while (signet_json_next_element(&before, &other) && other.text.ptr != name.text.ptr) {
            if (signet_json_same_string(other, name)) {
                return malformed(r, member, "each name once");
            }
        }
    }
    return *count > 0 ? SIGNET_OK : malformed(r, member, "an array of a few names");
}

static int read_extensions(struct reading *r, struct signet_json_value list)
{
    struct signet_json_value name;
    size_t count = 0;
    if (list.kind == 0) {
        return SIGNET_OK;
    }
    int rc = check_names(r, list, "extensions", EXTENSIONS_MAX, &count);
    struct signet_json_walk walk = signet_json_walk(list);
    while (rc == SIGNET_OK && signet_json_next_element(&walk, &name)) {
        rc = is_word(name) ? malformed(r, "extensions", "no word of JSF itself") : (int)SIGNET_OK;
        r->extensions[r->extension_count++] = name;
    }
    return rc;
}

/* What `excludes` names must leave something of the object that is covered. */
static int check_rest(struct reading *r)
{
    const struct signet_inplace *place = &r->inside->place;
    struct signet_json_walk walk = signet_json_walk(place->covered);
    struct signet_json_value name;
    struct signet_json_value value;
    while (signet_json_next_member(&walk, &name, &value)) {
        if (name.text.ptr != place->name.text.ptr &&
            !is_one_of(r->jsf->excludes, r->jsf->exclude_count, name)) {
            return SIGNET_OK;
        }
    }
    return signet_err_set(r->err, SIGNET_E_FORBIDDEN,
                          "excludes: expected a part of the document, found all of it: nothing "
                          "would be signed");
}

static int read_excludes(struct reading *r, struct signet_json_value list)
{
    struct signet_jsf *jsf = r->jsf;
    struct signet_json_value name;
    size_t count = 0;
    if (list.kind == 0) {
        return SIGNET_OK;
    }
    if (r->inside->place.covered.kind != SIGNET_JSON_OBJECT) {
        return malformed(r, "excludes", "a signature in an object, as it names members");
    }
    int rc = check_names(r, list, "excludes", SIGNET_JSF_EXCLUDES_MAX, &count);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_json_value *excludes =
        signet_arena_array(&r->env->storage, count, sizeof(*excludes));
    if (excludes == NULL) {
        return no_memory(r);
    }
    struct signet_json_walk walk = signet_json_walk(list);
    while (signet_json_next_element(&walk, &name)) {
        if (signet_json_same_string(name, r->inside->place.name)) {
            return malformed(r, "excludes", "no signature itself");
        }
        excludes[jsf->exclude_count++] = name;
    }
    jsf->excludes = excludes;
    return check_rest(r);
}

static int
read_key_id(struct reading *r, struct signet_json_value value, struct signet_signature *signature)
{
    struct signet_buf text;
    signature->keyid = "";
    if (value.kind == 0) {
        return SIGNET_OK;
    }
    signet_buf_init(&text, value.text.len);
    int rc = signet_json_string(value, &text);
    if (rc == SIGNET_OK && text.len > 0 && memchr(text.data, 0, text.len) != NULL) {
        rc = SIGNET_E_MALFORMED;
    }
    if (rc == SIGNET_OK) {
        signature->keyid = signet_arena_copy(&r->env->storage, signet_buf_span(&text));
        rc = signature->keyid != NULL ? (int)SIGNET_OK : no_memory(r);
    }
    signet_buf_free(&text);
    return rc == SIGNET_E_MALFORMED ? malformed(r, "keyId", "a string without U+0000") : rc;
}

/* Reads publicKey into *key; if the key of a certificate is there already, it must be the same. */
static int
read_jwk(struct reading *r, struct signet_json_value jwk, bool certified, struct signet_pubkey *key)
{
    const struct signet_pubkey before = *key;
    int rc = signet_jwk_read(jwk, key, r->err);
    return rc != SIGNET_OK || !certified || signet_pubkey_eq(&before, key)
               ? rc
               : signet_err_set(r->err, SIGNET_E_MALFORMED,
                                "publicKey: expected the key of the first certificate in "
                                "certificatePath, found another");
}

/* The key that the object carries: it proves nothing, and says which key was meant. */
static int read_named_key(struct reading *r,
                          const struct signet_json_value *members,
                          struct signet_signature *signature)
{
    struct signet_json_value jwk = members[PUBLIC_KEY];
    struct signet_json_value path = members[CERTIFICATE_PATH];
    if (jwk.kind == 0 && path.kind == 0) {
        return SIGNET_OK;
    }
    struct signet_pubkey *key = signet_arena_alloc(&r->env->storage, sizeof(*key));
    if (key == NULL) {
        return no_memory(r);
    }
    int rc = SIGNET_OK;
    if (path.kind != 0) {
        rc = signet_inside_leaf(path, &path_spelling, key, r->err);
        r->jsf->certificates = true;
    }
    if (rc == SIGNET_OK && jwk.kind != 0) {
        rc = read_jwk(r, jwk, path.kind != 0, key);
    }
    signature->named = key;
    return rc == SIGNET_OK ? signet_inside_fits(signature, key, r->err) : rc;
}

/* Requires every member beside the words to be one of the first extensions. */
static int check_others(struct reading *r, struct signet_json_value core, size_t extension_count)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_json_walk walk = signet_json_walk(core);
    struct signet_json_value name;
    struct signet_json_value value;
    while (signet_json_next_member(&walk, &name, &value)) {
        if (!is_word(name) && !is_one_of(r->extensions, extension_count, name)) {
            return signet_err_set(r->err, SIGNET_E_MALFORMED,
                                  "signature object: member \"%s\" is not known to JSF, nor "
                                  "declared in \"extensions\"",
                                  signet_utf8_show(signet_json_between_quotes(name), shown));
        }
    }
    return SIGNET_OK;
}

static int
read_core(struct reading *r, struct signet_json_value core, const struct signet_json_value *members)
{
    struct signet_signature *signature = &r->env->signatures[r->env->signature_count];
    int rc = check_others(r, core, r->extension_count);
    if (rc == SIGNET_OK) {
        rc = signet_inside_algorithm(members[ALGORITHM], signature, r->err);
    }
    if (rc == SIGNET_OK) {
        rc = read_key_id(r, members[KEY_ID], signature);
    }
    if (rc == SIGNET_OK) {
        rc = read_named_key(r, members, signature);
    }
    if (rc == SIGNET_OK) {
        rc = signet_inside_value(r->env, members[VALUE], &value_spelling, &signature->sig, r->err);
    }
    if (rc == SIGNET_OK) {
        r->inside->cores[r->env->signature_count++] = core;
    }
    return rc;
}

static int make_room(struct reading *r, size_t count, uint64_t max)
{
    if (count == 0) {
        return malformed(r, words[r->jsf->form == SIGNET_JSF_CHAIN ? CHAIN : SIGNERS],
                         "an array of signatures");
    }
    return signet_inside_make_room(r->env, count, max, r->err);
}

/* The members that stand beside a list of signatures or inside one of it: not both. */
static int check_level(struct reading *r, const struct signet_json_value *members, bool core)
{
    for (size_t i = 0; i < WORDS; i++) {
        bool of_core = i < EXCLUDES;
        if (members[i].kind != 0 && of_core != core) {
            return signet_err_set(r->err, SIGNET_E_MALFORMED,
                                  core ? "\"%s\" stands inside one of several signatures, expected "
                                         "it beside their list"
                                       : "\"%s\" stands beside a list of signatures, expected it "
                                         "inside them",
                                  words[i]);
        }
    }
    return SIGNET_OK;
}

static int read_list(struct reading *r, struct signet_json_value list, uint64_t max)
{
    struct signet_json_walk walk = signet_json_walk(list);
    struct signet_json_value core;
    struct signet_json_value members[WORDS];
    size_t count = 0;
    while (!walk.object && signet_json_next_element(&walk, &core)) {
        count++;
    }
    int rc = make_room(r, count, max);
    walk = signet_json_walk(list);
    while (rc == SIGNET_OK && signet_json_next_element(&walk, &core)) {
        SIGNET_IGNORE(signet_json_members(core, words, members)); /* others are looked at later */
        rc = check_level(r, members, true);
        if (rc == SIGNET_OK) {
            rc = read_core(r, core, members);
        }
        if (rc != SIGNET_OK) {
            signet_err_prefix(r->err, "%s %zu of %zu",
                              r->jsf->form == SIGNET_JSF_CHAIN ? "chain link" : "signer",
                              r->env->signature_count + 1, count);
        }
    }
    return rc;
}

static int read_several(struct reading *r, struct signet_json_value *members, uint64_t max)
{
    bool chain = members[CHAIN].kind != 0;
    struct signet_json_value list = members[chain ? CHAIN : SIGNERS];
    if (chain && members[SIGNERS].kind != 0) {
        return signet_err_set(r->err, SIGNET_E_MALFORMED,
                              "expected \"signers\" or \"chain\", found both");
    }
    members[SIGNERS].kind = 0;
    members[CHAIN].kind = 0;
    r->jsf->form = chain ? SIGNET_JSF_CHAIN : SIGNET_JSF_MULTI;
    int rc = check_level(r, members, false);
    /* Beside the list nothing but words: extensions belong to the signatures. */
    rc = rc == SIGNET_OK ? check_others(r, r->inside->place.signature, 0) : rc;
    return rc == SIGNET_OK ? read_list(r, list, max) : rc;
}

static int read_object(struct reading *r, uint64_t max)
{
    struct signet_json_value members[WORDS];
    struct signet_json_value object = r->inside->place.signature;
    if (object.kind != SIGNET_JSON_OBJECT) {
        return malformed(r, "signature", "an object of JSF");
    }
    SIGNET_IGNORE(signet_json_members(object, words, members)); /* others are looked at later */
    int rc = read_extensions(r, members[EXTENSIONS]);
    if (rc == SIGNET_OK) {
        rc = read_excludes(r, members[EXCLUDES]);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (members[SIGNERS].kind != 0 || members[CHAIN].kind != 0) {
        return read_several(r, members, max);
    }
    r->jsf->form = SIGNET_JSF_SINGLE;
    rc = make_room(r, 1, max);
    return rc == SIGNET_OK ? read_core(r, object, members) : rc;
}

int signet_jsf_read(const struct signet_json_text *text,
                    const struct signet_inplace *place,
                    const struct signet_limits *limits,
                    struct signet_envelope *env,
                    struct signet_err *err)
{
    struct reading r = {.env = env, .err = err};
    int rc = signet_inside_begin(env, &signet_envelope_jsf, sizeof(struct signet_jsf_inside), text,
                                 place, limits);
    if (rc != SIGNET_OK) {
        return no_memory(&r);
    }
    struct signet_jsf_inside *inside = env->inside;
    r.inside = &inside->inside;
    r.jsf = &inside->jsf;
    rc = read_object(&r, limits->signatures);
    /* Of the message nothing tells how much was left out of it. */
    env->hashed = r.jsf->exclude_count > 0 ? place->covered.text.len : 0;
    if (rc != SIGNET_OK) {
        signet_envelope_free(env);
    }
    return rc;
}

const struct signet_jsf *signet_jsf_of(const struct signet_envelope *env)
{
    const struct signet_jsf_inside *inside = env->inside;
    return env->format == &signet_envelope_jsf ? &inside->jsf : NULL;
}
