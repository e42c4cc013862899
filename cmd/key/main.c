/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-key: makes key pairs, shows keys, changes passphrases, authors trust roots. Owns its
 * command line; what each verb does is in a file of its own, and root has a command line of its
 * own.
 */
#include "key/key.h"

#include <fcntl.h>
#include <signet/io.h>
#include <signet/text.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    GENERATE = 1,
    SHOW = 2,
    PASSWD = 4,
    KEY_FILE_MAX = 64 << 10
};

static const struct signet_opt_spec options[] = {
    {.id = SIGNET_KEY_OUTPUT,
     .short_name = 'o',
     .verbs = GENERATE,
     .name = "output",
     .arg = "BASE",
     .help = "write BASE.key and BASE.pub [signet]"},
    {.id = SIGNET_KEY_FORCE, .verbs = GENERATE, .name = "force", .help = "replace existing files"},
    {.id = SIGNET_KEY_NO_PASSPHRASE,
     .verbs = GENERATE | PASSWD,
     .name = "no-passphrase",
     .help = "write the secret key unencrypted"},
    {.id = SIGNET_KEY_AS,
     .verbs = SHOW,
     .name = "as",
     .arg = "FORM",
     .help = "fingerprint [default], pem, ssh, jwk or raw"},
    {.id = SIGNET_OPT_PASSPHRASE_FILE,
     .name = "passphrase-file",
     .arg = "FILE",
     .help = "read the passphrase from FILE, one line"},
    {.id = SIGNET_OPT_PASSPHRASE_FD,
     .name = "passphrase-fd",
     .arg = "N",
     .help = "read it from descriptor N"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END,
};

static const char *const usage[] = {
    "generate [-o BASE] [--no-passphrase] [--force] [options]",
    "show [--as FORM] [options] FILE|-",
    "passwd [--no-passphrase] [options] FILE",
    "root VERB ...     trust roots: see signet-key root --help",
    NULL,
};

static const char *const examples[] = {
    "signet-key generate -o release     asks for a passphrase, twice",
    "signet-key show release.pub        its fingerprint",
    "signet-key show --as ssh release.pub",
    NULL,
};

static const struct signet_tool_info info = {
    .help = {.name = "signet-key",
             .summary = "Makes Ed25519 key pairs, shows keys, changes passphrases. For passwd, the "
                        "file\nor descriptor holds two lines: the passphrase now, and the new one.",
             .usage = usage,
             .examples = examples},
    .schema = "signet-key/1",
    .options = options,
};

struct verb {
    const char *name;
    unsigned mask;
    bool takes_file;
    void (*run)(struct signet_key *key);
};

static const struct verb verbs[] = {
    {"generate", GENERATE, false, signet_key_generate},
    {"show", SHOW, true, signet_key_show},
    {"passwd", PASSWD, true, signet_key_passwd},
};

void signet_key_fail(struct signet_key *key, int rc)
{
    signet_err_set(&key->err, rc, "%s", signet_err_meaning(rc));
    signet_tool_fail(&key->tool, &key->err, NULL);
}

static const char *file_name(const struct signet_key *key)
{
    return strcmp(key->path, "-") == 0 ? "standard input" : key->path;
}

int signet_key_blame_file(struct signet_key *key, int rc)
{
    char shown[SIGNET_SHOW_MAX];
    signet_err_prefix(&key->err, "%s", signet_utf8_show(signet_span_str(file_name(key)), shown));
    return rc;
}

/* A secret key that others may read is a secret no more. */
static void warn_if_shared(struct signet_key *key, const struct stat *st, const char *shown)
{
    if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        signet_tool_note(&key->tool,
                         "%s: others than its owner may use this file; chmod 600 ends that", shown);
    }
}

static int read_open_file(struct signet_key *key, int fd, struct signet_key_text *text)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    bool is_stdin = fd == STDIN_FILENO;
    if (fstat(fd, &st) != 0 || (!is_stdin && !S_ISREG(st.st_mode))) {
        return signet_err_set(&key->err, SIGNET_E_FORBIDDEN, "expected a regular file");
    }
    int rc = signet_secret_read(fd, KEY_FILE_MAX, &text->text, &key->err);
    if (rc == SIGNET_OK) {
        text->kind = signet_keyfile_kind(signet_secret_span(text->text));
    }
    if (rc == SIGNET_OK && S_ISREG(st.st_mode) &&
        (text->kind == SIGNET_KEYFILE_PLAIN || text->kind == SIGNET_KEYFILE_ENCRYPTED)) {
        warn_if_shared(key, &st, signet_utf8_show(signet_span_str(file_name(key)), shown));
    }
    return rc;
}

int signet_key_read_file(struct signet_key *key, struct signet_key_text *text)
{
    int fd = STDIN_FILENO;
    text->text = NULL;
    text->kind = SIGNET_KEYFILE_UNKNOWN;
    if (strcmp(key->path, "-") != 0) {
        int rc = signet_io_open(key->path, &fd, &key->err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    int rc = read_open_file(key, fd, text);
    if (fd != STDIN_FILENO) {
        close(fd);
    }
    return rc == SIGNET_OK ? rc : signet_key_blame_file(key, rc);
}

int signet_key_make_text(const struct signet_seckey *seckey,
                         const struct signet_secret *passphrase,
                         struct signet_secret **text,
                         struct signet_err *err)
{
    struct signet_secret *made = NULL;
    struct signet_seckey *again = NULL;
    int rc = signet_seckey_write(seckey, passphrase, &made, err);
    if (rc == SIGNET_OK) {
        rc = signet_seckey_read(signet_secret_span(made), passphrase, NULL, &again, err);
    }
    if (rc == SIGNET_OK &&
        !signet_pubkey_eq(signet_seckey_public(seckey), signet_seckey_public(again))) {
        rc = signet_err_set(err, SIGNET_E_INTERNAL, "the key file made holds another key");
    }
    signet_seckey_free(again);
    if (rc != SIGNET_OK) {
        signet_secret_free(made);
        return rc;
    }
    *text = made;
    return SIGNET_OK;
}

void signet_key_report(struct signet_key *key, const struct signet_pubkey *pubkey)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    struct signet_jsonout *body = &key->tool.body;
    signet_jsonout_text(body, "algorithm", signet_key_alg_name(pubkey->alg));
    signet_jsonout_text(body, "fingerprint", signet_pubkey_fingerprint(pubkey, fingerprint));
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

static void usage_error(struct signet_key *key, const char *expected, const char *found)
{
    char shown[SIGNET_SHOW_MAX];
    if (found == NULL) {
        signet_tool_fail_with(&key->tool, SIGNET_E_USAGE, NULL, "expected %s, found nothing",
                              expected);
        return;
    }
    signet_tool_fail_with(&key->tool, SIGNET_E_USAGE, NULL, "expected %s, found \"%s\"", expected,
                          signet_utf8_show(signet_span_str(found), shown));
}

/* Checks the operands against the verb, which is the first of them. */
static const struct verb *take_verb(struct signet_key *key)
{
    static const char words[] = "generate, show, passwd or, before all options, root";
    const struct signet_opts *opts = &key->tool.opts;
    const struct verb *verb = opts->operand_count > 0 ? find_verb(opts->operands[0]) : NULL;
    size_t wanted = verb != NULL && verb->takes_file ? 2 : 1;
    if (opts->operand_count == 0) {
        usage_error(key, words, NULL);
    } else if (verb == NULL) {
        usage_error(key, words, opts->operands[0]);
    } else if (opts->operand_count < wanted) {
        usage_error(key, "a key FILE", NULL);
    } else if (opts->operand_count > wanted) {
        usage_error(key, "no more operands", opts->operands[wanted]);
    } else if (signet_opts_check_verb(opts, verb->mask, verb->name, &key->err) != SIGNET_OK) {
        signet_tool_fail(&key->tool, &key->err, NULL);
    } else {
        key->path = verb->takes_file ? opts->operands[1] : NULL;
        return verb;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct signet_key key;
    memset(&key, 0, sizeof(key));
    signet_err_clear(&key.err);
    signet_passphrase_no_core();
    if (argc > 1 && strcmp(argv[1], "root") == 0) {
        return signet_key_root_main(argc - 1, argv + 1, (int64_t)time(NULL));
    }
    if (signet_tool_start(&key.tool, &info, argc, argv)) {
        const struct verb *verb = take_verb(&key);
        if (verb != NULL) {
            verb->run(&key);
        }
    }
    return signet_tool_finish(&key.tool);
}
