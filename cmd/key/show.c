/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-key show: the public half of a key file, in the form asked for. Prints nothing secret.
 */
#include <signet/io.h>
#include <signet/text.h>
#include <unistd.h>

#include "key/key.h"

enum {
    FORM_MAX = 4096, /* of RSA with 8192 bits */
    FORM_FINGERPRINT = -1
};

static const struct {
    const char *name;
    int form; /* enum signet_key_form, or FORM_FINGERPRINT */
} forms[] = {
    {"fingerprint", FORM_FINGERPRINT}, {"pem", SIGNET_KEY_FORM_PEM}, {"ssh", SIGNET_KEY_FORM_SSH},
    {"jwk", SIGNET_KEY_FORM_JWK},      {"raw", SIGNET_KEY_FORM_RAW},
};

/* Index of the form asked for, or SIZE_MAX after an error was reported. */
static size_t take_form(struct signet_key *key)
{
    char shown[SIGNET_SHOW_MAX];
    const char *name = signet_opts_value(&key->tool.opts, SIGNET_KEY_AS);
    if (name == NULL) {
        return 0;
    }
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (strcmp(forms[i].name, name) == 0) {
            return i;
        }
    }
    signet_tool_fail_with(&key->tool, SIGNET_E_USAGE, NULL,
                          "option --as: expected fingerprint, pem, ssh, jwk or raw, found \"%s\"",
                          signet_utf8_show(signet_span_str(name), shown));
    return SIZE_MAX;
}

static int open_secret(struct signet_key *key,
                       const struct signet_key_text *text,
                       struct signet_pubkey *pubkey)
{
    struct signet_secret *passphrase = NULL;
    struct signet_seckey *seckey = NULL;
    int rc = SIGNET_OK;
    if (text->kind == SIGNET_KEYFILE_ENCRYPTED) {
        rc = signet_passphrase_get(&key->tool, key->path, false, &passphrase, &key->err);
        if (rc != SIGNET_OK) {
            signet_key_fail(key, rc);
            return rc;
        }
    }
    rc = signet_seckey_read(signet_secret_span(text->text), passphrase, &key->tool.limits, &seckey,
                            &key->err);
    signet_secret_free(passphrase);
    if (rc != SIGNET_OK) {
        signet_key_fail(key, signet_key_blame_file(key, rc));
        return rc;
    }
    *pubkey = *signet_seckey_public(seckey);
    signet_seckey_free(seckey);
    return SIGNET_OK;
}

static int read_pubkey(struct signet_key *key,
                       const struct signet_key_text *text,
                       struct signet_pubkey *pubkey)
{
    if (text->kind == SIGNET_KEYFILE_PLAIN || text->kind == SIGNET_KEYFILE_ENCRYPTED) {
        return open_secret(key, text, pubkey);
    }
    int rc = signet_pubkey_read(signet_secret_span(text->text), pubkey, &key->err);
    if (rc != SIGNET_OK) {
        signet_key_fail(key, signet_key_blame_file(key, rc));
    }
    return rc;
}

static int put_form(struct signet_buf *out, int form, const struct signet_pubkey *pubkey)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    if (form != FORM_FINGERPRINT) {
        return signet_pubkey_write(pubkey, (enum signet_key_form)form, out);
    }
    signet_buf_puts(out, signet_pubkey_fingerprint(pubkey, fingerprint));
    return signet_buf_putc(out, '\n');
}

static void report_form(struct signet_key *key, size_t form, const struct signet_buf *text)
{
    struct signet_jsonout *body = &key->tool.body;
    char hex[2 * SIGNET_PUBKEY_MAX + 1] = "";
    struct signet_span value = signet_buf_span(text);
    if (forms[form].form == SIGNET_KEY_FORM_RAW) {
        static const char digits[] = "0123456789abcdef";
        for (size_t i = 0; i < value.len && i < SIGNET_PUBKEY_MAX; i++) {
            hex[2 * i] = digits[value.ptr[i] >> 4];
            hex[2 * i + 1] = digits[value.ptr[i] & 15];
        }
        value = signet_span_str(hex);
    }
    signet_jsonout_text(body, "form", forms[form].name);
    signet_jsonout_bytes(body, "value", value);
}

static void print_form(struct signet_key *key, size_t form, const struct signet_pubkey *pubkey)
{
    struct signet_buf text;
    signet_buf_init(&text, FORM_MAX);
    int rc = put_form(&text, forms[form].form, pubkey);
    if (rc == SIGNET_OK) {
        report_form(key, form, &text);
    }
    if (rc == SIGNET_OK && !key->tool.json) {
        rc = signet_io_write("-", signet_buf_span(&text), 0, false, &key->err);
    }
    if (rc != SIGNET_OK) {
        signet_key_fail(key, rc);
    }
    signet_buf_free(&text);
}

void signet_key_show(struct signet_key *key)
{
    struct signet_key_text text;
    struct signet_pubkey pubkey;
    struct signet_jsonout *body = &key->tool.body;
    size_t form = take_form(key);
    if (form == SIZE_MAX) {
        return;
    }
    if (forms[form].form == SIGNET_KEY_FORM_RAW && !key->tool.json && isatty(STDOUT_FILENO) == 1) {
        signet_tool_fail_with(&key->tool, SIGNET_E_USAGE, "redirect it to a file or a program",
                              "option --as=raw: bytes that a terminal cannot show");
        return;
    }
    signet_jsonout_text(body, "path", key->path);
    int rc = signet_key_read_file(key, &text);
    if (rc != SIGNET_OK) {
        signet_key_fail(key, rc);
        return;
    }
    if (read_pubkey(key, &text, &pubkey) == SIGNET_OK) {
        bool encrypted = text.kind == SIGNET_KEYFILE_ENCRYPTED;
        bool secret = encrypted || text.kind == SIGNET_KEYFILE_PLAIN;
        signet_jsonout_text(body, "kind", secret ? "secret" : "public");
        signet_jsonout_bool(body, "encrypted", encrypted);
        signet_key_report(key, &pubkey);
        print_form(key, form, &pubkey);
    }
    signet_secret_free(text.text);
}
