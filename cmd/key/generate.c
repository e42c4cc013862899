/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-key generate: a new key pair in two files, both or none. Owns their names and modes.
 */
#include <signet/io.h>
#include <signet/text.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key/key.h"

enum {
    PUBLIC_TEXT_MAX = 1024
};

/* A pair being made. */
struct pair {
    char *secret_path;
    char *public_path;
    bool replace;
    struct signet_seckey *seckey;
    struct signet_secret *text; /* of the secret file */
};

static char *join(const char *base, const char *ending)
{
    struct signet_buf path;
    signet_buf_init(&path, strlen(base) + strlen(ending) + 1);
    signet_buf_puts(&path, base);
    signet_buf_puts(&path, ending);
    signet_buf_putc(&path, '\0');
    if (path.status != SIGNET_OK) {
        signet_buf_free(&path);
        return NULL;
    }
    return (char *)path.data;
}

static int wrong_base(struct signet_key *key, const char *expected)
{
    signet_err_set(&key->err, SIGNET_E_USAGE, "option --output: expected BASE%s", expected);
    return SIGNET_E_USAGE;
}

static int take_base(struct signet_key *key, struct pair *pair)
{
    const char *base = signet_opts_value(&key->tool.opts, SIGNET_KEY_OUTPUT);
    base = base != NULL ? base : "signet";
    if (strcmp(base, "-") == 0 || signet_span_ends(signet_span_str(base), "/")) {
        return wrong_base(key, ", to write BASE.key and BASE.pub");
    }
    if (signet_span_ends(signet_span_str(base), ".key") ||
        signet_span_ends(signet_span_str(base), ".pub")) {
        return wrong_base(key, " without .key or .pub, which are added");
    }
    pair->secret_path = join(base, ".key");
    pair->public_path = join(base, ".pub");
    if (pair->secret_path == NULL || pair->public_path == NULL) {
        signet_err_set(&key->err, SIGNET_E_NOMEM, "out of memory");
        return SIGNET_E_NOMEM;
    }
    return SIGNET_OK;
}

/* Nobody types a passphrase twice to be told then that the file exists. */
static int require_absent(struct signet_key *key, const char *path)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    if (lstat(path, &st) == 0) {
        key->tool.hint = "--force replaces both files; a key that is replaced is gone";
        return signet_err_set(&key->err, SIGNET_E_EXISTS, "%s: exists",
                              signet_utf8_show(signet_span_str(path), shown));
    }
    return SIGNET_OK;
}

static int take_options(struct signet_key *key, struct pair *pair)
{
    static const int ways[] = {SIGNET_OPT_PASSPHRASE_FILE, SIGNET_OPT_PASSPHRASE_FD,
                               SIGNET_KEY_NO_PASSPHRASE, 0};
    int rc = signet_opts_at_most_one(&key->tool.opts, ways, &key->err);
    if (rc == SIGNET_OK) {
        rc = take_base(key, pair);
    }
    pair->replace = signet_opts_has(&key->tool.opts, SIGNET_KEY_FORCE);
    if (rc == SIGNET_OK && !pair->replace) {
        rc = require_absent(key, pair->secret_path);
    }
    if (rc == SIGNET_OK && !pair->replace) {
        rc = require_absent(key, pair->public_path);
    }
    return rc;
}

static int make_pair(struct signet_key *key, struct pair *pair, bool encrypts)
{
    struct signet_secret *passphrase = NULL;
    int rc = SIGNET_OK;
    if (encrypts) {
        rc = signet_passphrase_get(&key->tool, pair->secret_path, true, &passphrase, &key->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_seckey_generate(&pair->seckey, &key->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_key_make_text(pair->seckey, passphrase, &pair->text, &key->err);
    }
    signet_secret_free(passphrase);
    return rc;
}

static int start_file(struct signet_output **out,
                      const char *path,
                      unsigned mode,
                      bool replace,
                      struct signet_span bytes,
                      struct signet_err *err)
{
    int rc = signet_output_open(path, mode, replace, out, err);
    if (rc == SIGNET_OK) {
        rc = signet_output_write(*out, bytes, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_sync(*out, err);
    }
    return rc;
}

/* Both files are on the disk, without their names, before the first gets its name. */
static int write_pair(struct signet_key *key, const struct pair *pair, struct signet_span public)
{
    struct signet_output *secret_out = NULL;
    struct signet_output *public_out = NULL;
    struct signet_err *err = &key->err;
    int rc = start_file(&secret_out, pair->secret_path, 0600, pair->replace,
                        signet_secret_span(pair->text), err);
    if (rc == SIGNET_OK) {
        rc = start_file(&public_out, pair->public_path, 0644, pair->replace, public, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(secret_out, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(public_out, err);
        if (rc != SIGNET_OK && !pair->replace && unlink(pair->secret_path) != 0) {
            signet_err_prefix(err, "the secret key alone was written");
        }
    }
    signet_output_free(public_out);
    signet_output_free(secret_out);
    return rc;
}

static int print_fingerprint(struct signet_key *key, const struct signet_pubkey *pubkey)
{
    char line[SIGNET_FINGERPRINT_TEXT + 1];
    signet_pubkey_fingerprint(pubkey, line);
    size_t len = strlen(line);
    line[len] = '\n';
    return key->tool.json
               ? SIGNET_OK
               : signet_io_write("-", signet_span_of(line, len + 1), 0, false, &key->err);
}

static void tell(struct signet_key *key, const struct pair *pair, bool encrypts)
{
    char secret[SIGNET_SHOW_MAX];
    char public[SIGNET_SHOW_MAX];
    signet_utf8_show(signet_span_str(pair->secret_path), secret);
    signet_utf8_show(signet_span_str(pair->public_path), public);
    signet_tool_note(&key->tool, "wrote %s, to be kept secret, and %s, to be given away", secret,
                     public);
    if (!encrypts) {
        signet_tool_note(&key->tool, "%s has no passphrase; whoever reads it can sign", secret);
    }
}

static int generate(struct signet_key *key, struct pair *pair, bool encrypts)
{
    struct signet_jsonout *body = &key->tool.body;
    struct signet_buf public;
    int rc = make_pair(key, pair, encrypts);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const struct signet_pubkey *pubkey = signet_seckey_public(pair->seckey);
    signet_buf_init(&public, PUBLIC_TEXT_MAX);
    rc = signet_pubkey_write(pubkey, SIGNET_KEY_FORM_PEM, &public);
    if (rc == SIGNET_OK) {
        rc = write_pair(key, pair, signet_buf_span(&public));
    }
    signet_buf_free(&public);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_jsonout_text(body, "secret", pair->secret_path);
    signet_jsonout_text(body, "public", pair->public_path);
    signet_jsonout_bool(body, "encrypted", encrypts);
    signet_key_report(key, pubkey);
    tell(key, pair, encrypts);
    return print_fingerprint(key, pubkey);
}

void signet_key_generate(struct signet_key *key)
{
    struct pair pair;
    memset(&pair, 0, sizeof(pair));
    bool encrypts = !signet_opts_has(&key->tool.opts, SIGNET_KEY_NO_PASSPHRASE);
    int rc = take_options(key, &pair);
    if (rc == SIGNET_OK) {
        rc = generate(key, &pair, encrypts);
    }
    if (rc != SIGNET_OK) {
        signet_key_fail(key, rc);
    }
    signet_seckey_free(pair.seckey);
    signet_secret_free(pair.text);
    free(pair.secret_path);
    free(pair.public_path);
}
