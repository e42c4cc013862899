/* SPDX-License-Identifier: Apache-2.0
 *
 * Editing trust roots: see <signet/root.h>. Owns what a step may change; a step that fails changes
 * nothing. Whether what comes of it is a root is asked when it is written.
 */
#include "trust/draft.h"

#include "base/err.h"
#include "base/utf8.h"

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a trust root");
}

/* The key of that id in a root that may be edited. */
static int
take_key(const struct signet_root_draft *draft, const char *id, size_t *key, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = signet_root_draft_check_open(draft, err);
    *key = signet_root_draft_find(&draft->root, id);
    return rc != SIGNET_OK || *key < draft->root.key_count
               ? rc
               : signet_err_set(err, SIGNET_E_USAGE, "root %llu has no key %s",
                                (unsigned long long)draft->root.version,
                                signet_utf8_show(signet_span_str(id), shown));
}

static int take_role(const struct signet_root_draft *draft,
                     const char *name,
                     struct signet_root_role **role,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_root *root = &draft->root;
    size_t i = 0;
    while (i < root->role_count && strcmp(root->roles[i].name, name) != 0) {
        i++;
    }
    if (i == root->role_count) {
        return signet_err_set(err, SIGNET_E_USAGE, "root %llu has no role %s",
                              (unsigned long long)root->version,
                              signet_utf8_show(signet_span_str(name), shown));
    }
    *role = &root->roles[i];
    return SIGNET_OK;
}

/* Fills in a key behind the last one, where it does not count yet. */
static int
put_key(struct signet_root *root, const struct signet_root_addition *a, struct signet_err *err)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    const bool for_time = strcmp(a->role, SIGNET_ROLE_TIME) == 0;
    if (root->key_count == SIGNET_ROOT_KEYS) {
        return signet_err_set(err, SIGNET_E_LIMIT, "expected at most %d keys", SIGNET_ROOT_KEYS);
    }
    signet_pubkey_fingerprint(a->key, fingerprint);
    struct signet_root_key *key = &root->keys[root->key_count];
    *key = (struct signet_root_key){
        .id = signet_arena_copy(&root->storage, signet_span_str(fingerprint)),
        .owner = signet_arena_copy(&root->storage, signet_span_str(a->owner)),
        .key = *a->key,
        .status = SIGNET_ROOT_ACTIVE,
        .not_before = a->not_before != NULL ? *a->not_before : INT64_MIN,
        .not_after = a->not_after != NULL ? *a->not_after : INT64_MAX,
        .retired_at = INT64_MAX,
        .revoked_at = INT64_MAX,
        .uses = a->uses != 0 ? a->uses
                : for_time   ? SIGNET_USE_TIME
                             : SIGNET_USE_BUNDLE | SIGNET_USE_DSSE,
    };
    return key->id != NULL && key->owner != NULL ? SIGNET_OK : no_memory(err);
}

/* A copy of a role, which has no name if there is none, with room for one key more. */
static int copy_role(struct signet_root *root,
                     const char *name,
                     struct signet_root_role *copy,
                     struct signet_err *err)
{
    const struct signet_root_role *old = signet_root_role(root, name);
    *copy = old != NULL ? *old : (struct signet_root_role){.threshold = 1};
    copy->keys = signet_arena_array(&root->storage, copy->key_count + 1, sizeof(*copy->keys));
    if (copy->keys == NULL) {
        return no_memory(err);
    }
    if (copy->key_count > 0) {
        memcpy(copy->keys, old->keys, copy->key_count * sizeof(*copy->keys));
    }
    return SIGNET_OK;
}

/* Puts a role in the place of the one of its name, or behind the others. */
static int put_role(struct signet_root *root,
                    const char *name,
                    struct signet_root_role *role,
                    struct signet_err *err)
{
    if (role->name != NULL) {
        size_t i = 0;
        while (strcmp(root->roles[i].name, name) != 0) {
            i++;
        }
        root->roles[i] = *role;
        return SIGNET_OK;
    }
    struct signet_root_role *roles =
        signet_arena_array(&root->storage, root->role_count + 1, sizeof(*roles));
    role->name = signet_arena_copy(&root->storage, signet_span_str(name));
    if (roles == NULL || role->name == NULL) {
        return no_memory(err);
    }
    if (root->role_count > 0) {
        memcpy(roles, root->roles, root->role_count * sizeof(*roles));
    }
    roles[root->role_count++] = *role;
    root->roles = roles;
    return SIGNET_OK;
}

/* What may be said of a key that is there already: nothing, as it was said. */
static int check_known(const struct signet_root_draft *draft,
                       const struct signet_root_addition *a,
                       const char *id,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (signet_root_draft_has(draft, id, a->role)) {
        return signet_err_set(err, SIGNET_E_USAGE, "key %s is in the role %s already", id,
                              signet_utf8_show(signet_span_str(a->role), shown));
    }
    return a->owner == NULL && a->not_before == NULL && a->not_after == NULL && a->uses == 0
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "key %s is in the root already, with its owner, times and uses: "
                                "remove it first to change them",
                                id);
}

int signet_root_draft_add(struct signet_root_draft *draft,
                          const struct signet_root_addition *addition,
                          struct signet_err *err)
{
    char id[SIGNET_FINGERPRINT_TEXT];
    struct signet_root_role role;
    struct signet_root *root = &draft->root;
    const size_t key = signet_root_draft_find(root, signet_pubkey_fingerprint(addition->key, id));
    const bool known = key < root->key_count;
    int rc = signet_root_draft_check_open(draft, err);
    if (rc == SIGNET_OK) {
        rc = known ? check_known(draft, addition, id, err) : put_key(root, addition, err);
    }
    if (rc == SIGNET_OK) {
        rc = copy_role(root, addition->role, &role, err);
    }
    if (rc == SIGNET_OK) {
        role.keys[role.key_count++] = key;
        rc = put_role(root, addition->role, &role, err);
    }
    root->key_count += rc == SIGNET_OK && !known ? 1 : 0;
    return rc;
}

/* Takes a key out of a role; true if that has no other. */
static bool leave_role(struct signet_root_role *role, size_t key)
{
    size_t at = signet_root_role_find(role, key);
    if (at < role->key_count) {
        role->key_count--;
        memmove(role->keys + at, role->keys + at + 1, (role->key_count - at) * sizeof(*role->keys));
    }
    return role->key_count == 0;
}

/* Takes a key out of the role of that name, or out of all. */
static void leave_roles(struct signet_root *root, size_t key, const char *role)
{
    size_t kept = 0;
    for (size_t i = 0; i < root->role_count; i++) {
        bool empty = (role == NULL || strcmp(root->roles[i].name, role) == 0) &&
                     leave_role(&root->roles[i], key);
        if (!empty) {
            root->roles[kept++] = root->roles[i];
        }
    }
    root->role_count = kept;
}

/* Takes away a key that is in no role. */
static void drop_key(struct signet_root *root, size_t key)
{
    root->key_count--;
    memmove(root->keys + key, root->keys + key + 1, (root->key_count - key) * sizeof(*root->keys));
    for (size_t i = 0; i < root->role_count; i++) {
        for (size_t k = 0; k < root->roles[i].key_count; k++) {
            root->roles[i].keys[k] -= root->roles[i].keys[k] > key ? 1 : 0;
        }
    }
}

/* Whether a role could still be met without one of its keys, or goes with its last. */
static int check_leaving(const struct signet_root_role *role, size_t key, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    bool stays = !signet_root_role_has(role, key) || role->key_count == 1 ||
                 role->threshold < role->key_count;
    return stays ? SIGNET_OK
                 : signet_err_set(err, SIGNET_E_USAGE,
                                  "role %s: too few keys would be left for its threshold of %zu; "
                                  "set a lower one first",
                                  signet_utf8_show(signet_span_str(role->name), shown),
                                  role->threshold);
}

static int check_leaving_all(const struct signet_root *root,
                             size_t key,
                             const char *role,
                             struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < root->role_count; i++) {
        if (role == NULL || strcmp(root->roles[i].name, role) == 0) {
            rc = check_leaving(&root->roles[i], key, err);
        }
    }
    return rc;
}

int signet_root_draft_remove(struct signet_root_draft *draft,
                             const char *id,
                             const char *role,
                             struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    size_t key = 0;
    int rc = take_key(draft, id, &key, err);
    if (rc == SIGNET_OK && role != NULL && !signet_root_draft_has(draft, id, role)) {
        rc = signet_err_set(err, SIGNET_E_USAGE, "key %s is not in a role %s", id,
                            signet_utf8_show(signet_span_str(role), shown));
    }
    if (rc == SIGNET_OK) {
        rc = check_leaving_all(&draft->root, key, role, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    leave_roles(&draft->root, key, role);
    if (role == NULL) {
        drop_key(&draft->root, key);
    }
    return SIGNET_OK;
}

int signet_root_draft_set_threshold(struct signet_root_draft *draft,
                                    const char *role,
                                    uint64_t threshold,
                                    struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_root_role *found = NULL;
    int rc = signet_root_draft_check_open(draft, err);
    if (rc == SIGNET_OK) {
        rc = take_role(draft, role, &found, err);
    }
    if (rc == SIGNET_OK && (threshold < 1 || threshold > found->key_count)) {
        rc = signet_err_set(err, SIGNET_E_USAGE,
                            "role %s: expected a threshold from 1 to %zu, the number of its keys",
                            signet_utf8_show(signet_span_str(role), shown), found->key_count);
    }
    if (rc == SIGNET_OK) {
        found->threshold = (size_t)threshold;
    }
    return rc;
}

/* A key that was given up stays so: what it may not sign today it could tomorrow. */
static int check_status(const struct signet_root_key *key,
                        enum signet_root_status highest,
                        struct signet_err *err)
{
    return key->status <= highest
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE, "key %s is %s already", key->id,
                                key->status == SIGNET_ROOT_RETIRED ? "retired" : "revoked");
}

/* What is revoked after it was retired ended when it was retired: a signature that did not count
 * then must not count again. */
static int end_key(struct signet_root_draft *draft,
                   const char *id,
                   enum signet_root_status status,
                   int64_t at,
                   struct signet_err *err)
{
    const bool revoked = status == SIGNET_ROOT_REVOKED;
    size_t index = 0;
    int rc = take_key(draft, id, &index, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_root_key *key = &draft->root.keys[index];
    rc = check_status(key, revoked ? SIGNET_ROOT_RETIRED : SIGNET_ROOT_ACTIVE, err);
    if (rc == SIGNET_OK) {
        const int64_t ended = at < key->retired_at ? at : key->retired_at;
        key->status = status;
        key->retired_at = revoked ? INT64_MAX : ended;
        key->revoked_at = revoked ? ended : INT64_MAX;
    }
    return rc;
}

int signet_root_draft_retire(struct signet_root_draft *draft,
                             const char *id,
                             int64_t at,
                             struct signet_err *err)
{
    return end_key(draft, id, SIGNET_ROOT_RETIRED, at, err);
}

int signet_root_draft_revoke(struct signet_root_draft *draft,
                             const char *id,
                             int64_t at,
                             struct signet_err *err)
{
    return end_key(draft, id, SIGNET_ROOT_REVOKED, at, err);
}

int signet_root_draft_succeed(struct signet_root_draft *draft,
                              int64_t issued,
                              const int64_t *expires,
                              struct signet_err *err)
{
    struct signet_root *root = &draft->root;
    int64_t lasts = root->expires - root->issued;
    if (root->version >= SIGNET_ROOT_VERSION_MAX) {
        return signet_err_set(err, SIGNET_E_LIMIT, "no version is higher than %llu",
                              (unsigned long long)root->version);
    }
    signet_root_draft_unsign(draft);
    root->version++;
    root->issued = issued;
    root->expires = expires != NULL ? *expires : issued + lasts;
    return SIGNET_OK;
}
