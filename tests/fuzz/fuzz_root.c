/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/root. A root that is read agrees with itself, whatever the schema did to get there; it is
 * strict JSON; and written it is canonical and is read as the same root.
 */
#include "fuzz.h"

#include <signet/limits.h>

#include "trust/root_write.h"

static void check_key(const struct signet_root_key *key)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    const unsigned embedded = SIGNET_USE_JSF | SIGNET_USE_JSS;
    const unsigned raw = SIGNET_USE_MINISIGN | SIGNET_USE_SIGNIFY;
    FUZZ_CHECK(strcmp(key->id, signet_pubkey_fingerprint(&key->key, fingerprint)) == 0);
    FUZZ_CHECK(key->owner[0] != '\0' && key->not_before < key->not_after && key->uses != 0);
    FUZZ_CHECK((key->uses & embedded) == 0 || (key->uses & raw) == 0);
    FUZZ_CHECK((key->uses & SIGNET_USE_TIME) == 0 || key->uses == SIGNET_USE_TIME);
    FUZZ_CHECK((key->status == SIGNET_ROOT_RETIRED) == (key->retired_at != INT64_MAX));
    FUZZ_CHECK((key->status == SIGNET_ROOT_REVOKED) == (key->revoked_at != INT64_MAX));
}

static void check_role(const struct signet_root *root, const struct signet_root_role *role)
{
    FUZZ_CHECK(role->threshold >= 1 && role->threshold <= role->key_count);
    for (size_t i = 0; i < role->key_count; i++) {
        FUZZ_CHECK(role->keys[i] < root->key_count);
        for (size_t j = 0; j < i; j++) {
            FUZZ_CHECK(
                !signet_pubkey_eq(&root->keys[role->keys[i]].key, &root->keys[role->keys[j]].key));
        }
    }
}

static void check_strict_role(const struct signet_root *root, const char *name)
{
    const struct signet_root_role *role = signet_root_role(root, name);
    FUZZ_CHECK(role != NULL);
    for (size_t i = 0; role != NULL && i < role->key_count; i++) {
        FUZZ_CHECK(root->keys[role->keys[i]].key.alg == SIGNET_KEY_ED25519);
    }
}

static void check_root(const struct signet_root *root)
{
    FUZZ_CHECK(root->version >= 1 && root->issued < root->expires);
    for (size_t i = 0; i < root->key_count; i++) {
        check_key(&root->keys[i]);
    }
    for (size_t i = 0; i < root->role_count; i++) {
        check_role(root, &root->roles[i]);
    }
    check_strict_role(root, SIGNET_ROLE_ROOT);
    check_strict_role(root, SIGNET_ROLE_POLICY);
}

/* Writes root; out is then its canonical form. */
static void write_root(const struct signet_root *root, struct signet_buf *out)
{
    struct signet_buf canonical;
    signet_buf_init(out, 4 * SIGNET_TRUST_PAYLOAD);
    signet_buf_init(&canonical, 4 * SIGNET_TRUST_PAYLOAD);
    FUZZ_CHECK(signet_root_write(root, signet_sink_to_buf(out), NULL) == SIGNET_OK);
    FUZZ_CHECK(signet_json_canon(signet_buf_span(out), NULL, signet_sink_to_buf(&canonical),
                                 NULL) == SIGNET_OK);
    FUZZ_CHECK(signet_span_eq(signet_buf_span(out), signet_buf_span(&canonical)));
    signet_buf_free(&canonical);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_span text = signet_span_of(data, size);
    struct signet_root root;
    struct signet_root again;
    struct signet_buf first;
    struct signet_buf second;
    if (size > 1 << 16) {
        return 0;
    }
    if (signet_root_parse(text, &root, NULL) != SIGNET_OK) {
        FUZZ_CHECK(root.version == 0 && root.keys == NULL && root.roles == NULL);
        return 0;
    }
    check_root(&root);
    write_root(&root, &first);
    FUZZ_CHECK(signet_root_parse(signet_buf_span(&first), &again, NULL) == SIGNET_OK);
    write_root(&again, &second);
    FUZZ_CHECK(signet_span_eq(signet_buf_span(&first), signet_buf_span(&second)));
    FUZZ_CHECK(root.version == again.version && root.key_count == again.key_count);
    signet_buf_free(&first);
    signet_buf_free(&second);
    signet_root_free(&root);
    signet_root_free(&again);
    return 0;
}
