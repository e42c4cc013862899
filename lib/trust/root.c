/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema signet-root/1: see trust/root.h. Owns what a root must be to agree with itself; knows
 * no signature and no clock.
 */
#include "trust/root.h"

#include <signet/limits.h>
#include <signet/text.h>

#include "base/compiler.h"
#include "base/err.h"
#include "trust/root_key.h"

enum {
    MEMORY_MAX = 8 << 20 /* of which keys and the texts of a payload take the most */
};

/* A root being read. */
struct reading {
    struct signet_root *root;
    struct signet_err *err;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a trust root");
}

static int read_keys(const struct reading *reading, const struct signet_field *top)
{
    struct signet_root *root = reading->root;
    struct signet_field keys;
    struct signet_field key;
    size_t count = 0;
    int rc = signet_field_get(top, "keys", &keys, reading->err);
    if (rc == SIGNET_OK) {
        rc = signet_field_map(&keys, &count, reading->err);
    }
    if (rc == SIGNET_OK && count > SIGNET_ROOT_KEYS) {
        rc = signet_err_set(reading->err, SIGNET_E_LIMIT, "/keys: expected at most %d, found %zu",
                            SIGNET_ROOT_KEYS, count);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    root->keys = signet_arena_array(&root->storage, count, sizeof(*root->keys));
    if (root->keys == NULL) {
        return no_memory(reading->err);
    }
    for (bool more = signet_field_first(&keys, &key); rc == SIGNET_OK && more;
         more = signet_field_next(&key)) {
        rc = signet_root_key_read(&key, &root->storage, &root->keys[root->key_count], reading->err);
        root->key_count++;
    }
    return rc;
}

static bool find_key(const struct signet_root *root, const char *id, size_t *index)
{
    *index = 0;
    while (*index < root->key_count && strcmp(root->keys[*index].id, id) != 0) {
        ++*index;
    }
    return *index < root->key_count;
}

/* What a key must be for the roles on which all else rests. */
static int check_fit(const struct reading *reading,
                     const struct signet_field *field,
                     const char *role,
                     const struct signet_root_key *key)
{
    if (strcmp(role, SIGNET_ROLE_TIME) == 0) {
        return key->uses == SIGNET_USE_TIME
                   ? SIGNET_OK
                   : signet_field_wrong(field, "a key with the use time", reading->err);
    }
    if (strcmp(role, SIGNET_ROLE_ROOT) != 0 && strcmp(role, SIGNET_ROLE_POLICY) != 0) {
        return SIGNET_OK;
    }
    if (key->key.alg != SIGNET_KEY_ED25519) {
        return signet_field_wrong(field, "an Ed25519 key in this role", reading->err);
    }
    return (key->uses & SIGNET_USE_DSSE) != 0
               ? SIGNET_OK
               : signet_field_wrong(field, "a key with the use dsse", reading->err);
}

static int add_key(const struct reading *reading,
                   const struct signet_field *field,
                   struct signet_root_role *role)
{
    const struct signet_root *root = reading->root;
    const char *id = signet_doc_string(field->value);
    size_t index = 0;
    if (id == NULL || !find_key(root, id, &index)) {
        return signet_field_wrong(field, "the id of a key in /keys", reading->err);
    }
    if (signet_root_role_has(role, index)) {
        return signet_field_wrong(field, "each key once", reading->err);
    }
    role->keys[role->key_count++] = index;
    return check_fit(reading, field, role->name, &root->keys[index]);
}

static int read_role_keys(const struct reading *reading,
                          const struct signet_field *object,
                          struct signet_root_role *role)
{
    struct signet_field keys;
    struct signet_field key;
    size_t count = 0;
    int rc = signet_field_get(object, "keys", &keys, reading->err);
    if (rc == SIGNET_OK) {
        rc = signet_field_list(&keys, &count, reading->err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    role->keys = signet_arena_array(&reading->root->storage, count, sizeof(*role->keys));
    if (role->keys == NULL) {
        return no_memory(reading->err);
    }
    for (bool more = signet_field_first(&keys, &key); rc == SIGNET_OK && more;
         more = signet_field_next(&key)) {
        rc = add_key(reading, &key, role);
    }
    return rc;
}

/* Names are shown and compared with those in policies. */
static int check_name(const struct reading *reading, const struct signet_field *object)
{
    return signet_field_plain(object->name)
               ? SIGNET_OK
               : signet_field_wrong(object, "a name that is not empty, without control characters",
                                    reading->err);
}

static int read_role(const struct reading *reading,
                     const struct signet_field *object,
                     struct signet_root_role *role)
{
    static const char *const members[] = {"keys", "threshold", NULL};
    struct signet_field field;
    uint64_t threshold = 0;
    int rc = check_name(reading, object);
    if (rc == SIGNET_OK) {
        role->name = signet_arena_copy(&reading->root->storage, signet_span_str(object->name));
        rc = role->name != NULL ? SIGNET_OK : no_memory(reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_closed(object, members, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = read_role_keys(reading, object, role);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_get(object, "threshold", &field, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_uint(&field, 1, role->key_count, &threshold, reading->err);
    }
    role->threshold = (size_t)threshold;
    return rc;
}

static int read_roles(const struct reading *reading, const struct signet_field *top)
{
    struct signet_root *root = reading->root;
    struct signet_field roles;
    struct signet_field role;
    size_t count = 0;
    int rc = signet_field_get(top, "roles", &roles, reading->err);
    if (rc == SIGNET_OK) {
        rc = signet_field_map(&roles, &count, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_get(&roles, SIGNET_ROLE_ROOT, &role, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_get(&roles, SIGNET_ROLE_POLICY, &role, reading->err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    root->roles = signet_arena_array(&root->storage, count, sizeof(*root->roles));
    if (root->roles == NULL) {
        return no_memory(reading->err);
    }
    for (bool more = signet_field_first(&roles, &role); rc == SIGNET_OK && more;
         more = signet_field_next(&role)) {
        rc = read_role(reading, &role, &root->roles[root->role_count]);
        root->role_count++;
    }
    return rc;
}

static int read_head(const struct reading *reading, const struct signet_field *top)
{
    static const char *const members[] = {"schema", "version", "issued", "expires",
                                          "keys",   "roles",   NULL};
    struct signet_root *root = reading->root;
    struct signet_field field;
    /* Another schema has other members: it is named before they are found wrong. */
    int rc = signet_doc_is_object(top->value) ? SIGNET_OK
                                              : signet_field_wrong(top, "an object", reading->err);
    if (rc == SIGNET_OK) {
        rc = signet_field_get(top, "schema", &field, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_is(&field, SIGNET_ROOT_SCHEMA, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_closed(top, members, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_get(top, "version", &field, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_uint(&field, 1, SIGNET_ROOT_VERSION_MAX, &root->version, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_get(top, "issued", &field, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_instant(&field, &root->issued, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_get(top, "expires", &field, reading->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_field_instant(&field, &root->expires, reading->err);
    }
    return rc != SIGNET_OK || root->issued < root->expires
               ? rc
               : signet_field_wrong(&field, "an instant later than /issued", reading->err);
}

int signet_root_parse(struct signet_span payload, struct signet_root *root, struct signet_err *err)
{
    struct signet_doc *doc = NULL;
    const struct reading reading = {root, err};
    memset(root, 0, sizeof(*root));
    int rc = signet_doc_parse(payload, SIGNET_TRUST_PAYLOAD, &doc, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const struct signet_field top = signet_field_top(doc);
    signet_arena_init(&root->storage, MEMORY_MAX);
    rc = read_head(&reading, &top);
    if (rc == SIGNET_OK) {
        rc = read_keys(&reading, &top);
    }
    if (rc == SIGNET_OK) {
        rc = read_roles(&reading, &top);
    }
    signet_doc_free(doc);
    if (rc != SIGNET_OK) {
        signet_root_free(root);
    }
    return rc;
}

void signet_root_free(struct signet_root *root)
{
    if (root != NULL) {
        signet_arena_free(&root->storage);
        memset(root, 0, sizeof(*root));
    }
}

size_t signet_root_role_find(const struct signet_root_role *role, size_t key)
{
    size_t i = 0;
    while (i < role->key_count && role->keys[i] != key) {
        i++;
    }
    return i;
}

bool signet_root_role_has(const struct signet_root_role *role, size_t key)
{
    return signet_root_role_find(role, key) < role->key_count;
}

bool signet_role_speaks(const char *name)
{
    static const char *const others[] = {SIGNET_ROLE_ROOT, SIGNET_ROLE_POLICY, SIGNET_ROLE_TIME};
    for (size_t i = 0; i < SIGNET_COUNT(others); i++) {
        if (strcmp(name, others[i]) == 0) {
            return false;
        }
    }
    return true;
}

const struct signet_root_role *signet_root_role(const struct signet_root *root, const char *name)
{
    for (size_t i = 0; i < root->role_count; i++) {
        if (strcmp(root->roles[i].name, name) == 0) {
            return &root->roles[i];
        }
    }
    return NULL;
}
