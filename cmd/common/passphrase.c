/* SPDX-License-Identifier: Apache-2.0
 *
 * The sources of passphrases, common/passphrase.h. Owns their order and the splitting into lines;
 * the terminal is terminal.c's.
 */
#include "common/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/say.h"
#include "common/terminal.h"

enum {
    TEXT_MAX = 4096, /* two passphrases and their line ends */
    PROMPT_MAX = 256,
    TRIES = 3
};

static const char variable[] = "SIGNET_PASSPHRASE";

void signet_passphrase_no_core(void)
{
    static const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) {
        return; /* lowering cannot be refused; a sandbox may still kill the call */
    }
}

/* A passphrase that others may read protects nothing from them. */
static void warn_if_shared(struct signet_tool *tool, int fd, const char *shown)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        signet_tool_note(tool, "%s: others than its owner may use this file; chmod 600 ends that",
                         shown);
    }
}

static int read_text(struct signet_passphrases *passphrases, int fd, struct signet_err *err)
{
    int rc = signet_secret_read(fd, TEXT_MAX, &passphrases->text, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", passphrases->origin);
        return rc;
    }
    signet_secret_chomp(passphrases->text);
    return SIGNET_OK;
}

/* Unlike inputs to be signed, this may be a FIFO: <(pass show …) is one. */
static int
read_file(struct signet_passphrases *passphrases, const char *path, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    signet_utf8_show(signet_span_str(path), shown);
    passphrases->origin = "option --passphrase-file";
    if (strcmp(path, "-") == 0) {
        return read_text(passphrases, STDIN_FILENO, err);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot open", shown);
    }
    warn_if_shared(passphrases->tool, fd, shown);
    int rc = read_text(passphrases, fd, err);
    close(fd);
    return rc;
}

static int
read_descriptor(struct signet_passphrases *passphrases, const char *text, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    uint64_t number = 0;
    passphrases->origin = "option --passphrase-fd";
    if (signet_num_parse(signet_span_str(text), &number) != SIGNET_OK || number > INT_MAX) {
        return signet_err_set(err, SIGNET_E_USAGE, "%s: expected a number, found \"%s\"",
                              passphrases->origin, signet_utf8_show(signet_span_str(text), shown));
    }
    if (fcntl((int)number, F_GETFD) < 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "%s: descriptor %d is not open",
                              passphrases->origin, (int)number);
    }
    return read_text(passphrases, (int)number, err);
}

/* Takes the variable away, so that neither a core file nor a program started later has it. */
static int read_variable(struct signet_passphrases *passphrases, struct signet_err *err)
{
    char *value = getenv(variable);
    size_t len = value != NULL ? strlen(value) : 0;
    int rc = SIGNET_OK;
    if (signet_tool_env(passphrases->tool, variable) != NULL) {
        passphrases->origin = variable;
        passphrases->one_line = true;
        rc = signet_secret_new(len, &passphrases->text, err);
    }
    if (rc == SIGNET_OK && passphrases->text != NULL) {
        rc = signet_secret_append(passphrases->text, signet_span_of(value, len));
    }
    return rc;
}

static void forget_variable(void)
{
    char *value = getenv(variable);
    if (value != NULL) {
        memset(value, 0, strlen(value));
        if (unsetenv(variable) != 0) {
            return; /* the name is valid, so it cannot fail; the value is gone anyway */
        }
    }
}

int signet_passphrases_open(struct signet_passphrases *passphrases,
                            struct signet_tool *tool,
                            struct signet_err *err)
{
    static const int sources[] = {SIGNET_OPT_PASSPHRASE_FILE, SIGNET_OPT_PASSPHRASE_FD, 0};
    const char *file = signet_opts_value(&tool->opts, SIGNET_OPT_PASSPHRASE_FILE);
    const char *fd = signet_opts_value(&tool->opts, SIGNET_OPT_PASSPHRASE_FD);
    memset(passphrases, 0, sizeof(*passphrases));
    passphrases->tool = tool;

    int rc = signet_opts_at_most_one(&tool->opts, sources, err);
    if (rc == SIGNET_OK && file != NULL) {
        rc = read_file(passphrases, file, err);
    } else if (rc == SIGNET_OK && fd != NULL) {
        rc = read_descriptor(passphrases, fd, err);
    } else if (rc == SIGNET_OK) {
        rc = read_variable(passphrases, err);
    }
    forget_variable();
    if (rc != SIGNET_OK) {
        signet_passphrases_close(passphrases);
    }
    return rc;
}

/* Takes the next line; what ends it is not part of it. */
static struct signet_span next_line(struct signet_passphrases *passphrases)
{
    struct signet_span text = signet_secret_span(passphrases->text);
    struct signet_span line =
        signet_span_of(text.ptr + passphrases->at, text.len - passphrases->at);
    const uint8_t *end = passphrases->one_line ? NULL : memchr(line.ptr, '\n', line.len);
    if (end == NULL) {
        passphrases->at = text.len + 1;
        return line;
    }
    passphrases->at = (size_t)(end - text.ptr) + 1;
    line.len = (size_t)(end - line.ptr);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

static bool has_line(const struct signet_passphrases *passphrases)
{
    return passphrases->text != NULL &&
           passphrases->at <= signet_secret_span(passphrases->text).len;
}

static int take_line(struct signet_passphrases *passphrases,
                     struct signet_secret **secret,
                     struct signet_err *err)
{
    struct signet_span line = next_line(passphrases);
    struct signet_secret *taken = NULL;
    if (line.len == 0) {
        return signet_err_set(err, SIGNET_E_PASSPHRASE, "%s: the passphrase is empty",
                              passphrases->origin);
    }
    if (line.len > SIGNET_PASSPHRASE_MAX) {
        return signet_err_set(err, SIGNET_E_LIMIT, "%s: a passphrase of more than %d bytes",
                              passphrases->origin, SIGNET_PASSPHRASE_MAX);
    }
    int rc = signet_secret_new(line.len, &taken, err);
    if (rc == SIGNET_OK) {
        rc = signet_secret_append(taken, line);
    }
    if (rc != SIGNET_OK) {
        signet_secret_free(taken);
        return rc;
    }
    *secret = taken;
    return SIGNET_OK;
}

/* Looks at every byte, however early they differ. */
static bool same(const struct signet_secret *a, const struct signet_secret *b)
{
    struct signet_span left = signet_secret_span(a);
    struct signet_span right = signet_secret_span(b);
    volatile unsigned difference = left.len == right.len ? 0 : 1;
    for (size_t i = 0; i < left.len && i < right.len; i++) {
        difference |= (unsigned)(left.ptr[i] ^ right.ptr[i]);
    }
    return difference == 0;
}

static int ask(int tty,
               const char *kind,
               const char *what,
               struct signet_secret **secret,
               struct signet_err *err)
{
    char prompt[PROMPT_MAX];
    char shown[SIGNET_SHOW_MAX];
    signet_utf8_show(signet_span_str(what), shown);
    if (snprintf(prompt, sizeof(prompt), "%s for %s: ", kind, shown) < 0) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "terminal: no prompt");
    }
    return signet_terminal_ask(tty, prompt, SIGNET_PASSPHRASE_MAX, secret, err);
}

static int
ask_twice(int tty, const char *what, struct signet_secret **secret, struct signet_err *err)
{
    for (int tries = 0; tries < TRIES; tries++) {
        struct signet_secret *first = NULL;
        struct signet_secret *second = NULL;
        int rc = ask(tty, "New passphrase", what, &first, err);
        if (rc == SIGNET_OK && signet_secret_span(first).len == 0) {
            rc = signet_err_set(err, SIGNET_E_PASSPHRASE, "terminal: the passphrase is empty");
        }
        if (rc == SIGNET_OK) {
            rc = ask(tty, "The same again", what, &second, err);
        }
        bool agree = rc == SIGNET_OK && same(first, second);
        signet_secret_free(second);
        if (agree) {
            *secret = first;
            return SIGNET_OK;
        }
        signet_secret_free(first);
        if (rc != SIGNET_OK) {
            return rc;
        }
        static const char differ[] = "They differ. Once more.\n";
        signet_say(tty, signet_span_str(tries + 1 < TRIES ? differ : ""));
    }
    return signet_err_set(err, SIGNET_E_PASSPHRASE,
                          "terminal: the two passphrases differed, %d times", TRIES);
}

static int
no_terminal(struct signet_tool *tool, const char *what, bool fresh, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    tool->hint =
        fresh ? SIGNET_PASSPHRASE_HINT "; --no-passphrase does without" : SIGNET_PASSPHRASE_HINT;
    return signet_err_set(err, SIGNET_E_USAGE,
                          "%s: %s passphrase is needed and there is no terminal to ask at",
                          signet_utf8_show(signet_span_str(what), shown), fresh ? "a new" : "its");
}

int signet_passphrases_next(struct signet_passphrases *passphrases,
                            const char *what,
                            bool fresh,
                            struct signet_secret **secret,
                            struct signet_err *err)
{
    if (has_line(passphrases)) {
        return take_line(passphrases, secret, err);
    }
    int tty = signet_terminal_open();
    if (tty < 0) {
        return no_terminal(passphrases->tool, what, fresh, err);
    }
    int rc = fresh ? ask_twice(tty, what, secret, err) : ask(tty, "Passphrase", what, secret, err);
    close(tty);
    return rc;
}

int signet_passphrases_all_used(const struct signet_passphrases *passphrases,
                                struct signet_err *err)
{
    if (has_line(passphrases)) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected fewer lines than it holds",
                              passphrases->origin);
    }
    return SIGNET_OK;
}

void signet_passphrases_close(struct signet_passphrases *passphrases)
{
    signet_secret_free(passphrases->text);
    memset(passphrases, 0, sizeof(*passphrases));
}

int signet_passphrase_get(struct signet_tool *tool,
                          const char *what,
                          bool fresh,
                          struct signet_secret **secret,
                          struct signet_err *err)
{
    struct signet_passphrases passphrases;
    struct signet_secret *taken = NULL;
    int rc = signet_passphrases_open(&passphrases, tool, err);
    if (rc == SIGNET_OK) {
        rc = signet_passphrases_next(&passphrases, what, fresh, &taken, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_passphrases_all_used(&passphrases, err);
    }
    signet_passphrases_close(&passphrases);
    if (rc != SIGNET_OK) {
        signet_secret_free(taken);
        return rc;
    }
    *secret = taken;
    return SIGNET_OK;
}
