/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-key passwd: the same secret key under another passphrase, or under none. The file is
 * replaced in one step, after the new text was opened again.
 */
#include <signet/io.h>
#include <signet/text.h>
#include <sys/stat.h>

#include "key/key.h"

/* The folder entry is replaced, so a link would be cut off from its file, which would keep the old
 * passphrase. */
static int refuse_link(struct signet_key *key)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    if (lstat(key->path, &st) == 0 && S_ISLNK(st.st_mode)) {
        return signet_err_set(&key->err, SIGNET_E_FORBIDDEN,
                              "%s: is a link; name the key file itself",
                              signet_utf8_show(signet_span_str(key->path), shown));
    }
    return SIGNET_OK;
}

/* Opens the key with the passphrase it has now. */
static int open_key(struct signet_key *key,
                    const struct signet_key_text *text,
                    struct signet_passphrases *passphrases,
                    struct signet_seckey **seckey)
{
    struct signet_secret *passphrase = NULL;
    int rc = SIGNET_OK;
    if (text->kind == SIGNET_KEYFILE_ENCRYPTED) {
        rc = signet_passphrases_next(passphrases, key->path, false, &passphrase, &key->err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    rc = signet_seckey_read(signet_secret_span(text->text), passphrase, &key->tool.limits, seckey,
                            &key->err);
    signet_secret_free(passphrase);
    return rc == SIGNET_OK ? rc : signet_key_blame_file(key, rc);
}

static int write_key(struct signet_key *key,
                     const struct signet_seckey *seckey,
                     struct signet_passphrases *passphrases)
{
    struct signet_secret *passphrase = NULL;
    struct signet_secret *text = NULL;
    bool encrypts = !signet_opts_has(&key->tool.opts, SIGNET_KEY_NO_PASSPHRASE);
    int rc = SIGNET_OK;
    if (encrypts) {
        rc = signet_passphrases_next(passphrases, key->path, true, &passphrase, &key->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_passphrases_all_used(passphrases, &key->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_key_make_text(seckey, passphrase, &text, &key->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_io_write(key->path, signet_secret_span(text), 0600, true, &key->err);
    }
    if (rc == SIGNET_OK) {
        signet_jsonout_bool(&key->tool.body, "encrypted", encrypts);
    }
    signet_secret_free(text);
    signet_secret_free(passphrase);
    return rc;
}

static int change(struct signet_key *key, const struct signet_key_text *text)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_passphrases passphrases;
    struct signet_seckey *seckey = NULL;
    if (text->kind == SIGNET_KEYFILE_PUBLIC) {
        signet_err_set(&key->err, SIGNET_E_UNSUPPORTED,
                       "expected a secret key, found a public one");
        return signet_key_blame_file(key, SIGNET_E_UNSUPPORTED);
    }
    int rc = signet_passphrases_open(&passphrases, &key->tool, &key->err);
    if (rc == SIGNET_OK) {
        rc = open_key(key, text, &passphrases, &seckey);
    }
    if (rc == SIGNET_OK) {
        rc = write_key(key, seckey, &passphrases);
    }
    if (rc == SIGNET_OK) {
        signet_key_report(key, signet_seckey_public(seckey));
        signet_tool_note(&key->tool, "%s: %s", signet_utf8_show(signet_span_str(key->path), shown),
                         signet_opts_has(&key->tool.opts, SIGNET_KEY_NO_PASSPHRASE)
                             ? "written without a passphrase; whoever reads it can sign"
                             : "written under the new passphrase");
    }
    signet_seckey_free(seckey);
    signet_passphrases_close(&passphrases);
    return rc;
}

void signet_key_passwd(struct signet_key *key)
{
    struct signet_key_text text = {NULL, SIGNET_KEYFILE_UNKNOWN};
    if (strcmp(key->path, "-") == 0) {
        signet_tool_fail_with(&key->tool, SIGNET_E_USAGE, NULL,
                              "passwd: expected a key FILE that can be replaced, found \"-\"");
        return;
    }
    signet_jsonout_text(&key->tool.body, "path", key->path);
    int rc = refuse_link(key);
    if (rc == SIGNET_OK) {
        rc = signet_key_read_file(key, &text);
    }
    if (rc == SIGNET_OK) {
        rc = change(key, &text);
    }
    if (rc != SIGNET_OK) {
        signet_key_fail(key, rc);
    }
    signet_secret_free(text.text);
}
