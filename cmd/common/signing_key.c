/* SPDX-License-Identifier: Apache-2.0
 *
 * From the name of a signing key to the key. Owns the kinds of names; the text of a key stays in
 * guarded memory.
 */
#include "common/signing_key.h"

#include <errno.h>
#include <fcntl.h>
#include <signet/text.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/passphrase.h"

enum {
    KEY_FILE_MAX = 1 << 16,
    DESCRIPTOR_MAX = 1 << 20
};

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A key pasted where its name belongs: no message may repeat it. */
static bool looks_like_key(const char *spec)
{
    static const char der_in_base64[] = "MC4CAQAw"
                                        "BQYDK2Vw"; /* PKCS#8 v1 of an Ed25519 key */
    return strchr(spec, '\n') != NULL || strstr(spec, "-----") != NULL ||
           strstr(spec, der_in_base64) != NULL;
}

/* Takes the variable away, so that neither a core file nor a program started later has it. */
static int read_variable(const char *name, struct signet_secret **text, struct signet_err *err)
{
    char *value = getenv(name);
    if (value == NULL || value[0] == '\0') {
        return signet_err_set(err, SIGNET_E_IO, "the variable is not set");
    }
    int rc = signet_secret_new(KEY_FILE_MAX, text, err);
    if (rc == SIGNET_OK) {
        rc = signet_secret_append(*text, signet_span_str(value));
        if (rc != SIGNET_OK) {
            signet_secret_free(*text);
            *text = NULL;
            signet_err_set(err, rc, "too long for a key");
        }
    }
    memset(value, 0, strlen(value));
    return rc;
}

static int read_descriptor(const char *number, struct signet_secret **text, struct signet_err *err)
{
    uint64_t fd = 0;
    if (signet_num_parse(signet_span_str(number), &fd) != SIGNET_OK || fd > DESCRIPTOR_MAX) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected fd:N, the number of a descriptor");
    }
    return signet_secret_read((int)fd, KEY_FILE_MAX, text, err);
}

static int read_file(const char *path, struct signet_secret **text, struct signet_err *err)
{
    /* Unlike inputs to be signed, this may be a FIFO: <(pass show …) is one. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot open");
    }
    int rc = signet_secret_read(fd, KEY_FILE_MAX, text, err);
    close(fd);
    return rc;
}

static int read_text(const char *spec, struct signet_secret **text, struct signet_err *err)
{
    if (begins_with(spec, "ssh-agent:") || begins_with(spec, "pkcs11:")) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "keys of agents and tokens are not supported yet; use a key file");
    }
    if (begins_with(spec, "env:")) {
        return read_variable(spec + strlen("env:"), text, err);
    }
    if (begins_with(spec, "fd:")) {
        return read_descriptor(spec + strlen("fd:"), text, err);
    }
    return read_file(spec, text, err);
}

static int name_key(const char *spec, int rc, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "key %s", signet_utf8_show(signet_span_str(spec), shown));
    }
    return rc;
}

static int start_opening(struct signet_tool *tool,
                         struct signet_sign_key *key,
                         const struct signet_secret *text,
                         struct signet_err *err)
{
    struct signet_secret *passphrase = NULL;
    int rc = SIGNET_OK;
    if (signet_keyfile_kind(signet_secret_span(text)) == SIGNET_KEYFILE_ENCRYPTED) {
        rc = signet_passphrase_get(tool, key->spec, false, &passphrase, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_seckey_opening_start(signet_secret_span(text), passphrase, &tool->limits,
                                         &key->opening, err);
        rc = name_key(key->spec, rc, err);
    }
    return rc;
}

int signet_sign_key_open(struct signet_tool *tool,
                         const char *spec,
                         struct signet_sign_key *key,
                         struct signet_err *err)
{
    struct signet_secret *text = NULL;
    key->spec = spec != NULL ? spec : signet_tool_env(tool, "SIGNET_KEY");
    if (key->spec == NULL) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "no key to sign with: pass one with -k KEY or set SIGNET_KEY; "
                              "\"signet-key generate\" makes one");
    }
    if (looks_like_key(key->spec)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "expected the name of a key, found what looks like a key itself; put "
                              "it into a variable and pass -k env:NAME");
    }
    int rc = name_key(key->spec, read_text(key->spec, &text, err), err);
    if (rc == SIGNET_OK) {
        rc = start_opening(tool, key, text, err);
    }
    signet_secret_free(text);
    return rc;
}

bool signet_sign_key_failed(void *ctx)
{
    const struct signet_sign_key *key = ctx;
    return key->opening != NULL && signet_seckey_opening_failed(key->opening);
}

int signet_sign_key_settle(struct signet_sign_key *key, struct signet_err *err)
{
    if (key->seckey != NULL) {
        return SIGNET_OK;
    }
    if (key->opening == NULL) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "the key could not be opened before");
    }
    int rc = signet_seckey_opening_finish(key->opening, &key->seckey, err);
    key->opening = NULL;
    return name_key(key->spec, rc, err);
}

void signet_sign_key_close(struct signet_sign_key *key)
{
    signet_seckey_opening_free(key->opening);
    signet_seckey_free(key->seckey);
    memset(key, 0, sizeof(*key));
}
