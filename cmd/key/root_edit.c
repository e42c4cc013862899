/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-key root: the verbs that write a draft. Owns how keys and roles are named on the command
 * line; a draft is replaced in one step, and only by one that is sound.
 */
#include <signet/io.h>
#include <signet/text.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/public_key.h"
#include "key/root.h"

enum {
    NAME_MAX_BYTES = 256 /* of a role or an owner on the command line */
};

#define DEFAULT_LIFETIME "P365D"

/* A key as the command line names it. */
struct named {
    char role[NAME_MAX_BYTES]; /* "": none was given */
    const char *path;          /* NULL: named by its fingerprint */
    struct signet_pubkey key;  /* of path */
    char id[SIGNET_FINGERPRINT_TEXT];
};

static int wrong_key(struct signet_key_root *run, const char *expected, const char *found)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(&run->key.err, SIGNET_E_USAGE, "option --key: expected %s, found \"%s\"",
                          expected, signet_utf8_show(signet_span_str(found), shown));
}

static bool is_fingerprint(const char *text)
{
    return strncmp(text, "SHA256:", strlen("SHA256:")) == 0;
}

static int read_pub(struct signet_key_root *run, struct named *named)
{
    int rc = signet_public_key_read(named->path, &named->key, &run->key.err);
    if (rc == SIGNET_OK) {
        signet_pubkey_fingerprint(&named->key, named->id);
    }
    return rc;
}

/* Reads a fingerprint, or the key whose it is from a file. */
static int read_name(struct signet_key_root *run, const char *name, struct named *named)
{
    if (!is_fingerprint(name)) {
        named->path = name;
        return read_pub(run, named);
    }
    if (strlen(name) >= sizeof(named->id)) {
        return wrong_key(run, "SHA256: and 43 characters", name);
    }
    memcpy(named->id, name, strlen(name) + 1);
    return SIGNET_OK;
}

/* Splits "ROLE:…" off *text, if it has that. */
static int take_role(struct signet_key_root *run, const char **text, char role[NAME_MAX_BYTES])
{
    const char *colon = strchr(*text, ':');
    role[0] = '\0';
    if (colon == NULL || is_fingerprint(*text)) {
        return SIGNET_OK;
    }
    const size_t len = (size_t)(colon - *text);
    if (len == 0 || len >= NAME_MAX_BYTES || colon[1] == '\0') {
        return wrong_key(run, "a role of at most 255 bytes, a colon and something", *text);
    }
    memcpy(role, *text, len);
    role[len] = '\0';
    *text = colon + 1;
    return SIGNET_OK;
}

/* The next --key, in full; false at the end, or after an error: *rc is it. */
static bool next_key(struct signet_key_root *run, size_t *at, struct named *named, int *rc)
{
    const char *text = signet_opts_next(&run->key.tool.opts, SIGNET_ROOT_KEY, at);
    memset(named, 0, sizeof(*named));
    if (text == NULL || *rc != SIGNET_OK) {
        return false;
    }
    *rc = take_role(run, &text, named->role);
    if (*rc == SIGNET_OK) {
        *rc = read_name(run, text, named);
    }
    return *rc == SIGNET_OK;
}

static int require_keys(struct signet_key_root *run, const char *expected)
{
    return signet_opts_has(&run->key.tool.opts, SIGNET_ROOT_KEY)
               ? SIGNET_OK
               : signet_err_set(&run->key.err, SIGNET_E_USAGE, "option --key: expected %s",
                                expected);
}

/* What a key is called unless somebody says: as its file is, without folder and ending. */
static void owner_of(const char *path, char owner[NAME_MAX_BYTES])
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t len = strlen(name);
    len = len > 4 && strcmp(name + len - 4, ".pub") == 0 ? len - 4 : len;
    len = len < NAME_MAX_BYTES ? len : NAME_MAX_BYTES - 1;
    memcpy(owner, name, len);
    owner[len] = '\0';
}

/* Reads what --owner, --uses and the times say of a key that is added. */
static int
read_addition(struct signet_key_root *run, struct signet_root_addition *addition, int64_t times[2])
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_opts *opts = &run->key.tool.opts;
    const char *uses = signet_opts_value(opts, SIGNET_ROOT_USES);
    if (uses != NULL && !signet_root_uses(uses, &addition->uses)) {
        return signet_err_set(&run->key.err, SIGNET_E_USAGE,
                              "option --uses: expected some of bundle,dsse,jsf,jss,minisign,"
                              "signify,sshsig,time, each once, found \"%s\"",
                              signet_utf8_show(signet_span_str(uses), shown));
    }
    int rc = signet_key_root_time(run, SIGNET_ROOT_NOT_BEFORE, &times[0]);
    if (rc == SIGNET_OK) {
        rc = signet_key_root_time(run, SIGNET_ROOT_NOT_AFTER, &times[1]);
    }
    addition->owner = signet_opts_value(opts, SIGNET_ROOT_OWNER);
    addition->not_before = signet_opts_has(opts, SIGNET_ROOT_NOT_BEFORE) ? &times[0] : NULL;
    addition->not_after = signet_opts_has(opts, SIGNET_ROOT_NOT_AFTER) ? &times[1] : NULL;
    return rc;
}

/* One person has a name, and their one key may get several roles at once. */
static int check_owner(struct signet_key_root *run, const struct named *named, const char *before)
{
    const bool named_owner = signet_opts_has(&run->key.tool.opts, SIGNET_ROOT_OWNER);
    return named_owner && before[0] != '\0' && strcmp(before, named->id) != 0
               ? signet_err_set(&run->key.err, SIGNET_E_USAGE,
                                "option --owner is for one key, found two: add them one by one")
               : SIGNET_OK;
}

/* before is the id of the key that was added before it, which was described then. */
static int add_key(struct signet_key_root *run,
                   struct signet_root_draft *draft,
                   const struct named *named,
                   const char *before,
                   struct signet_root_addition addition)
{
    char owner[NAME_MAX_BYTES];
    const bool known = signet_root_draft_has(draft, named->id, NULL);
    if (named->role[0] == '\0' || named->path == NULL) {
        return wrong_key(run, "ROLE:PUB, as root:alice.pub",
                         named->path != NULL ? named->path : named->id);
    }
    owner_of(named->path, owner);
    if (known && strcmp(before, named->id) == 0) {
        memset(&addition, 0, sizeof(addition));
    }
    addition.role = named->role;
    addition.key = &named->key;
    addition.owner = known || addition.owner != NULL ? addition.owner : owner;
    return signet_root_draft_add(draft, &addition, &run->key.err);
}

static int add_keys(struct signet_key_root *run, struct signet_root_draft *draft)
{
    struct signet_root_addition addition = {0};
    struct named named;
    int64_t times[2] = {0, 0};
    char before[sizeof(named.id)] = "";
    size_t at = 0;
    int rc = require_keys(run, "ROLE:PUB, as root:alice.pub");
    if (rc == SIGNET_OK) {
        rc = read_addition(run, &addition, times);
    }
    while (next_key(run, &at, &named, &rc)) {
        rc = check_owner(run, &named, before);
        if (rc == SIGNET_OK) {
            rc = add_key(run, draft, &named, before, addition);
        }
        memcpy(before, named.id, sizeof(before));
    }
    return rc;
}

/* Writes a draft, in the place of the one that was read or anew, and says what it is. */
static int write_draft(struct signet_key_root *run,
                       const struct signet_root_draft *draft,
                       const char *path,
                       bool in_place)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_tool *tool = &run->key.tool;
    struct signet_buf text;
    struct stat st;
    const unsigned mode = in_place && lstat(path, &st) == 0 ? (unsigned)st.st_mode & 0777U : 0644U;
    signet_buf_init(&text, SIZE_MAX);
    int rc = signet_root_draft_write(draft, &text, &run->key.err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(&run->key.err, "what would be written is no root");
    }
    if (rc == SIGNET_OK) {
        rc = signet_io_write(path, signet_buf_span(&text), mode,
                             in_place || signet_opts_has(&tool->opts, SIGNET_ROOT_FORCE),
                             &run->key.err);
    }
    if (rc == SIGNET_OK) {
        signet_jsonout_text(&tool->body, "path", path);
        signet_root_draft_member(draft, &tool->body);
        signet_tool_note(tool, "%s: root %llu, a draft that %zu must sign",
                         signet_utf8_show(signet_span_str(path), shown),
                         (unsigned long long)signet_root_draft_version(draft),
                         signet_root_draft_signers_needed(draft));
    }
    signet_buf_free(&text);
    return rc;
}

/* Changes the draft in its place. */
static int edit(struct signet_key_root *run,
                int (*change)(struct signet_key_root *run, struct signet_root_draft *draft))
{
    struct signet_root_draft *draft = NULL;
    if (strcmp(run->key.path, "-") == 0) {
        return signet_err_set(&run->key.err, SIGNET_E_USAGE,
                              "expected a DRAFT that can be replaced, found \"-\"");
    }
    int rc = signet_key_root_read(run, &draft);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (signet_root_draft_is_signed(draft)) {
        run->key.tool.hint = "make its successor with \"signet-key root next\" and change that";
    }
    rc = change(run, draft);
    if (rc == SIGNET_OK) {
        rc = write_draft(run, draft, run->key.path, true);
    } else {
        signet_key_blame_file(&run->key, rc);
    }
    signet_root_draft_free(draft);
    return rc;
}

/* A new draft at --output, or by its version in the current directory. */
static int write_new(struct signet_key_root *run, const struct signet_root_draft *draft)
{
    char standard[64];
    const char *path = signet_opts_value(&run->key.tool.opts, SIGNET_ROOT_OUTPUT);
    int len = snprintf(standard, sizeof(standard), "%llu.root.json",
                       (unsigned long long)signet_root_draft_version(draft));
    if (len < 0 || len >= (int)sizeof(standard)) {
        return signet_err_set(&run->key.err, SIGNET_E_INTERNAL, "no name for a root");
    }
    return write_draft(run, draft, path != NULL ? path : standard, false);
}

int signet_key_root_init(struct signet_key_root *run)
{
    struct signet_root_draft *draft = NULL;
    int64_t expires = 0;
    if (!signet_root_time(DEFAULT_LIFETIME, run->now, &expires)) {
        return SIGNET_E_INTERNAL;
    }
    int rc = signet_key_root_time(run, SIGNET_ROOT_EXPIRES, &expires);
    if (rc == SIGNET_OK) {
        rc = signet_root_draft_new(run->now, expires, &draft, &run->key.err);
    }
    if (rc == SIGNET_OK) {
        rc = add_keys(run, draft);
    }
    if (rc == SIGNET_OK) {
        rc = write_new(run, draft);
    }
    signet_root_draft_free(draft);
    return rc;
}

int signet_key_root_add(struct signet_key_root *run)
{
    return edit(run, add_keys);
}

static int remove_keys(struct signet_key_root *run, struct signet_root_draft *draft)
{
    struct named named;
    size_t at = 0;
    int rc = require_keys(run, "[ROLE:]ID or [ROLE:]PUB");
    while (next_key(run, &at, &named, &rc)) {
        rc = signet_root_draft_remove(draft, named.id, named.role[0] != '\0' ? named.role : NULL,
                                      &run->key.err);
    }
    return rc;
}

int signet_key_root_remove(struct signet_key_root *run)
{
    return edit(run, remove_keys);
}

/* One "ROLE:N", of which the last colon counts. */
static int
set_threshold(struct signet_key_root *run, struct signet_root_draft *draft, const char *text)
{
    char role[NAME_MAX_BYTES];
    char shown[SIGNET_SHOW_MAX];
    uint64_t threshold = 0;
    const char *colon = strrchr(text, ':');
    const size_t len = colon != NULL ? (size_t)(colon - text) : 0;
    if (len == 0 || len >= sizeof(role) ||
        signet_num_parse(signet_span_str(colon + 1), &threshold) != SIGNET_OK) {
        return signet_err_set(&run->key.err, SIGNET_E_USAGE,
                              "threshold: expected ROLE:N, as root:2, found \"%s\"",
                              signet_utf8_show(signet_span_str(text), shown));
    }
    memcpy(role, text, len);
    role[len] = '\0';
    return signet_root_draft_set_threshold(draft, role, threshold, &run->key.err);
}

static int set_thresholds(struct signet_key_root *run, struct signet_root_draft *draft)
{
    const struct signet_opts *opts = &run->key.tool.opts;
    int rc = SIGNET_OK;
    for (size_t i = 1; rc == SIGNET_OK && i + 1 < opts->operand_count; i++) {
        rc = set_threshold(run, draft, opts->operands[i]);
    }
    return rc;
}

int signet_key_root_threshold(struct signet_key_root *run)
{
    return edit(run, set_thresholds);
}

/* Ends keys, each of which is in all its roles the same. */
static int end_keys(
    struct signet_key_root *run,
    struct signet_root_draft *draft,
    int (*end)(struct signet_root_draft *draft, const char *id, int64_t at, struct signet_err *err))
{
    struct named named;
    int64_t when = run->now;
    size_t at = 0;
    int rc = require_keys(run, "ID or PUB");
    if (rc == SIGNET_OK) {
        rc = signet_key_root_time(run, SIGNET_ROOT_AT, &when);
    }
    while (next_key(run, &at, &named, &rc)) {
        rc = named.role[0] == '\0' ? end(draft, named.id, when, &run->key.err)
                                   : wrong_key(run, "a key without a role", named.role);
    }
    return rc;
}

static int retire_keys(struct signet_key_root *run, struct signet_root_draft *draft)
{
    return end_keys(run, draft, signet_root_draft_retire);
}

static int revoke_keys(struct signet_key_root *run, struct signet_root_draft *draft)
{
    return end_keys(run, draft, signet_root_draft_revoke);
}

int signet_key_root_retire(struct signet_key_root *run)
{
    return edit(run, retire_keys);
}

int signet_key_root_revoke(struct signet_key_root *run)
{
    return edit(run, revoke_keys);
}

/* What others hold already is not to be lost by a slip with --force. */
static int spare_before(struct signet_key_root *run)
{
    char shown[SIGNET_SHOW_MAX];
    const char *path = signet_opts_value(&run->key.tool.opts, SIGNET_ROOT_OUTPUT);
    struct stat before;
    struct stat st;
    bool same = path != NULL && stat(path, &st) == 0 && stat(run->key.path, &before) == 0 &&
                st.st_dev == before.st_dev && st.st_ino == before.st_ino;
    return !same ? SIGNET_OK
                 : signet_err_set(&run->key.err, SIGNET_E_FORBIDDEN,
                                  "%s: is the root that the new one follows",
                                  signet_utf8_show(signet_span_str(path), shown));
}

int signet_key_root_next(struct signet_key_root *run)
{
    struct signet_root_draft *draft = NULL;
    int64_t expires = 0;
    const bool given = signet_opts_has(&run->key.tool.opts, SIGNET_ROOT_EXPIRES);
    int rc = signet_key_root_time(run, SIGNET_ROOT_EXPIRES, &expires);
    if (rc == SIGNET_OK) {
        rc = spare_before(run);
    }
    if (rc == SIGNET_OK) {
        rc = signet_key_root_read(run, &draft);
    }
    if (rc == SIGNET_OK) {
        rc = signet_root_draft_succeed(draft, run->now, given ? &expires : NULL, &run->key.err);
    }
    if (rc == SIGNET_OK) {
        rc = write_new(run, draft);
    }
    signet_root_draft_free(draft);
    return rc;
}
