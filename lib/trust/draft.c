/* SPDX-License-Identifier: Apache-2.0
 *
 * Drafts of trust roots: see <signet/root.h>. Owns how they are read and written; what is a root is
 * for signet_root_parse() alone.
 */
#include "trust/draft.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/utf8.h"
#include "trust/chain.h"
#include "trust/root_key.h"
#include "trust/root_write.h"

enum {
    MEMORY_MAX = 32 << 20 /* of which the keys of one root and of its edits take the most */
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a trust root");
}

/* Makes room for more keys than the root was read with. */
static int make_room(struct signet_root *root, struct signet_err *err)
{
    root->storage.max = MEMORY_MAX;
    struct signet_root_key *keys =
        signet_arena_array(&root->storage, SIGNET_ROOT_KEYS, sizeof(*keys));
    if (keys == NULL) {
        return no_memory(err);
    }
    if (root->key_count > 0) {
        memcpy(keys, root->keys, root->key_count * sizeof(*keys));
    }
    root->keys = keys;
    return SIGNET_OK;
}

static struct signet_root_draft *new_draft(void)
{
    return calloc(1, sizeof(struct signet_root_draft));
}

int signet_root_draft_new(int64_t issued,
                          int64_t expires,
                          struct signet_root_draft **draft,
                          struct signet_err *err)
{
    struct signet_root_draft *fresh = new_draft();
    if (fresh == NULL) {
        return no_memory(err);
    }
    fresh->root.version = 1;
    fresh->root.issued = issued;
    fresh->root.expires = expires;
    int rc = make_room(&fresh->root, err);
    if (rc != SIGNET_OK) {
        signet_root_draft_free(fresh);
        return rc;
    }
    *draft = fresh;
    return SIGNET_OK;
}

/* Who of those that may sign did. */
static int find_signers(struct signet_root_draft *draft, struct signet_err *err)
{
    const struct signet_root *root = &draft->root;
    draft->keys = calloc(root->key_count, sizeof(*draft->keys));
    if (draft->keys == NULL) {
        return no_memory(err);
    }
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_ROOT,
        .keys = draft->keys,
        .key_count = signet_chain_signers(root, &root->issued, draft->keys),
    };
    return request.key_count > 0
               ? signet_signers_check(&draft->envelope, &request, &draft->signers, err)
               : SIGNET_OK;
}

static int read_signed(struct signet_root_draft *draft,
                       struct signet_buf *text,
                       const struct signet_limits *limits,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = signet_envelope_parse(text, limits->envelope, limits, &draft->envelope, err);
    if (rc == SIGNET_OK) {
        rc = signet_trust_check_envelope(&draft->envelope, err);
    }
    if (rc == SIGNET_OK && strcmp(draft->envelope.payload_type, SIGNET_PAYLOAD_TYPE_ROOT) != 0) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED,
                            "payload type: expected \"%s\", found \"%s\"", SIGNET_PAYLOAD_TYPE_ROOT,
                            signet_utf8_show(signet_span_str(draft->envelope.payload_type), shown));
    }
    if (rc == SIGNET_OK) {
        rc = signet_root_parse(draft->envelope.payload, &draft->root, err);
    }
    draft->is_signed = rc == SIGNET_OK;
    return rc == SIGNET_OK ? find_signers(draft, err) : rc;
}

/* Whether a text is meant as a DSSE file: one that is no JSON is neither, and the error is of who
 * reads it. */
static bool is_envelope(struct signet_span text, const struct signet_limits *limits)
{
    struct signet_doc *doc = NULL;
    bool is = signet_doc_parse(text, limits->envelope, &doc, NULL) == SIGNET_OK &&
              signet_doc_member(signet_doc_top(doc), "schema") == NULL;
    signet_doc_free(doc);
    return is;
}

int signet_root_draft_read(struct signet_buf *text,
                           const struct signet_limits *limits,
                           struct signet_root_draft **draft,
                           struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *bounds = limits != NULL ? limits : &standard;
    struct signet_root_draft *fresh = new_draft();
    int rc = fresh == NULL ? no_memory(err)
             : is_envelope(signet_buf_span(text), bounds)
                 ? read_signed(fresh, text, bounds, err)
                 : signet_root_parse(signet_buf_span(text), &fresh->root, err);
    if (rc == SIGNET_OK) {
        rc = make_room(&fresh->root, err);
    }
    signet_buf_free(text);
    if (rc != SIGNET_OK) {
        signet_root_draft_free(fresh);
        return rc;
    }
    *draft = fresh;
    return SIGNET_OK;
}

void signet_root_draft_unsign(struct signet_root_draft *draft)
{
    signet_signers_free(&draft->signers);
    signet_envelope_free(&draft->envelope);
    free(draft->keys);
    draft->keys = NULL;
    draft->is_signed = false;
}

void signet_root_draft_free(struct signet_root_draft *draft)
{
    if (draft != NULL) {
        signet_root_draft_unsign(draft);
        signet_root_free(&draft->root);
        free(draft);
    }
}

/* Asking. */

uint64_t signet_root_draft_version(const struct signet_root_draft *draft)
{
    return draft->root.version;
}

bool signet_root_draft_is_signed(const struct signet_root_draft *draft)
{
    return draft->is_signed;
}

size_t signet_root_draft_signers(const struct signet_root_draft *draft)
{
    return draft->signers.distinct;
}

size_t signet_root_draft_signers_needed(const struct signet_root_draft *draft)
{
    const struct signet_root_role *role = signet_root_role(&draft->root, SIGNET_ROLE_ROOT);
    return role != NULL ? role->threshold : 0;
}

size_t signet_root_draft_find(const struct signet_root *root, const char *id)
{
    size_t i = 0;
    while (i < root->key_count && strcmp(root->keys[i].id, id) != 0) {
        i++;
    }
    return i;
}

bool signet_root_draft_has(const struct signet_root_draft *draft, const char *id, const char *role)
{
    size_t key = signet_root_draft_find(&draft->root, id);
    const struct signet_root_role *found =
        role != NULL ? signet_root_role(&draft->root, role) : NULL;
    return key < draft->root.key_count &&
           (role == NULL || (found != NULL && signet_root_role_has(found, key)));
}

int signet_root_draft_check_open(const struct signet_root_draft *draft, struct signet_err *err)
{
    return !draft->is_signed ? SIGNET_OK
                             : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                              "root %llu is signed, and a change would void its "
                                              "signatures",
                                              (unsigned long long)draft->root.version);
}

/* Reads what was written as anyone would, and requires the same bytes to come of it. */
static int check_written(struct signet_span text, struct signet_err *err)
{
    struct signet_root again;
    struct signet_buf twice;
    int rc = signet_root_parse(text, &again, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_buf_init(&twice, text.len);
    rc = signet_root_write(&again, signet_sink_to_buf(&twice), err);
    if (rc == SIGNET_OK && !signet_span_eq(text, signet_buf_span(&twice))) {
        rc = signet_err_set(err, SIGNET_E_INTERNAL, "a root that reads as another");
    }
    signet_buf_free(&twice);
    signet_root_free(&again);
    return rc;
}

int signet_root_draft_write(const struct signet_root_draft *draft,
                            struct signet_buf *out,
                            struct signet_err *err)
{
    struct signet_buf text;
    int rc = signet_root_draft_check_open(draft, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_buf_init(&text, SIGNET_TRUST_PAYLOAD);
    rc = signet_root_write(&draft->root, signet_sink_to_buf(&text), err);
    if (rc == SIGNET_OK) {
        rc = check_written(signet_buf_span(&text), err);
    }
    if (rc == SIGNET_OK && signet_buf_put(out, signet_buf_span(&text)) != SIGNET_OK) {
        rc = signet_err_set(err, out->status, "no room for a trust root");
    }
    signet_buf_free(&text);
    return rc;
}

/* Texts of a command line. */

bool signet_root_time(const char *text, int64_t from, int64_t *seconds)
{
    int64_t length = 0;
    if (!signet_duration_parse(signet_span_str(text), &length)) {
        return signet_instant_parse(signet_span_str(text), seconds);
    }
    *seconds = from + length;
    return true;
}

/* The bit of a use, or 0. */
static unsigned use_of(struct signet_span name)
{
#define IF_USE(word, bit)                                                                          \
    if (signet_span_is(name, word)) {                                                              \
        return bit;                                                                                \
    }
    SIGNET_ROOT_USES(IF_USE)
#undef IF_USE
    return 0;
}

bool signet_root_uses(const char *text, unsigned *uses)
{
    unsigned found = 0;
    for (const char *at = text; at != NULL;) {
        size_t len = strcspn(at, ",");
        unsigned bit = use_of(signet_span_of(at, len));
        if (bit == 0 || (found & bit) != 0) {
            return false;
        }
        found |= bit;
        at = at[len] == ',' ? at + len + 1 : NULL;
    }
    *uses = found;
    return true;
}
