/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema signet-root/1, written: see trust/root_write.h.
 */
#include "trust/root_write.h"

#include <signet/jsonout.h>
#include <signet/limits.h>

#include "base/clock.h"
#include "base/codec.h"
#include "crypto/pubkey.h"
#include "trust/root_key.h"

static void put_instant(struct signet_jsonout *json, const char *name, int64_t seconds)
{
    char text[SIGNET_CLOCK_TEXT];
    signet_jsonout_text(json, name, signet_clock_format(seconds, text));
}

static void put_public(struct signet_jsonout *json, const struct signet_pubkey *key)
{
    uint8_t der[SIGNET_SPKI_DER_MAX];
    struct signet_buf text;
    signet_buf_init(&text, 2 * sizeof(der));
    signet_b64_encode(&text, signet_pubkey_spki_der(key, der), SIGNET_B64_STANDARD);
    if (text.status != SIGNET_OK) {
        json->out->status = text.status;
    }
    signet_jsonout_bytes(json, "public", signet_buf_span(&text));
    signet_buf_free(&text);
}

static void put_uses(struct signet_jsonout *json, unsigned uses)
{
    if (uses == (SIGNET_USE_BUNDLE | SIGNET_USE_DSSE)) {
        return;
    }
    signet_jsonout_open_array(json, "uses");
#define PUT_USE(name, bit)                                                                         \
    if ((uses & (bit)) != 0) {                                                                     \
        signet_jsonout_text(json, NULL, name);                                                     \
    }
    SIGNET_ROOT_USES(PUT_USE)
#undef PUT_USE
    signet_jsonout_close_array(json);
}

static void put_key(struct signet_jsonout *json, const struct signet_root_key *key)
{
    static const char *const statuses[] = {
        [SIGNET_ROOT_ACTIVE] = "active",
        [SIGNET_ROOT_RETIRED] = "retired",
        [SIGNET_ROOT_REVOKED] = "revoked",
    };
    signet_jsonout_open_object(json, key->id);
    signet_jsonout_text(json, "algorithm", signet_key_alg_name(key->key.alg));
    put_public(json, &key->key);
    signet_jsonout_text(json, "owner", key->owner);
    signet_jsonout_text(json, "status", statuses[key->status]);
    if (key->not_before != INT64_MIN) {
        put_instant(json, "not_before", key->not_before);
    }
    if (key->not_after != INT64_MAX) {
        put_instant(json, "not_after", key->not_after);
    }
    if (key->status == SIGNET_ROOT_RETIRED) {
        put_instant(json, "retired_at", key->retired_at);
    }
    if (key->status == SIGNET_ROOT_REVOKED) {
        put_instant(json, "revoked_at", key->revoked_at);
    }
    put_uses(json, key->uses);
    signet_jsonout_close_object(json);
}

static void put_role(struct signet_jsonout *json,
                     const struct signet_root *root,
                     const struct signet_root_role *role)
{
    signet_jsonout_open_object(json, role->name);
    signet_jsonout_open_array(json, "keys");
    for (size_t i = 0; i < role->key_count; i++) {
        signet_jsonout_text(json, NULL, root->keys[role->keys[i]].id);
    }
    signet_jsonout_close_array(json);
    signet_jsonout_number(json, "threshold", role->threshold);
    signet_jsonout_close_object(json);
}

static void put_root(struct signet_jsonout *json, const struct signet_root *root)
{
    signet_jsonout_open_object(json, NULL);
    signet_jsonout_text(json, "schema", SIGNET_ROOT_SCHEMA);
    signet_jsonout_number(json, "version", root->version);
    put_instant(json, "issued", root->issued);
    put_instant(json, "expires", root->expires);
    signet_jsonout_open_object(json, "keys");
    for (size_t i = 0; i < root->key_count; i++) {
        put_key(json, &root->keys[i]);
    }
    signet_jsonout_close_object(json);
    signet_jsonout_open_object(json, "roles");
    for (size_t i = 0; i < root->role_count; i++) {
        put_role(json, root, &root->roles[i]);
    }
    signet_jsonout_close_object(json);
    signet_jsonout_close_object(json);
}

int signet_root_write(const struct signet_root *root,
                      struct signet_sink sink,
                      struct signet_err *err)
{
    struct signet_buf text;
    signet_buf_init(&text, SIGNET_TRUST_PAYLOAD);
    struct signet_jsonout json = {.out = &text};
    put_root(&json, root);
    int rc = text.status == SIGNET_OK
                 ? signet_json_canon(signet_buf_span(&text), NULL, sink, err)
                 : signet_err_set(err, text.status, "a trust root that is too long to write");
    signet_buf_free(&text);
    return rc;
}
