/* SPDX-License-Identifier: Apache-2.0
 *
 * The prompt of common/terminal.h. Owns echo and signals; knows nothing of passphrases. Signals
 * are not handled but blocked and watched through a descriptor, so no global state is needed:
 * once the terminal is as it was, they are let through and do what they always do.
 */
#include "common/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "common/say.h"

struct prompt {
    int tty;
    int signals; /* signalfd */
    struct termios before;
    sigset_t mask_before;
};

int signet_terminal_open(void)
{
    return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static int fail(struct signet_err *err)
{
    return signet_err_sys(err, SIGNET_E_IO, errno, "terminal: cannot ask");
}

static int begin(struct prompt *prompt, struct signet_err *err)
{
    static const int held[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    struct termios silent;
    sigset_t mask;

    sigemptyset(&mask);
    for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
        sigaddset(&mask, held[i]);
    }
    if (sigprocmask(SIG_BLOCK, &mask, &prompt->mask_before) != 0) {
        return fail(err);
    }
    prompt->signals = signalfd(-1, &mask, SFD_CLOEXEC);
    if (prompt->signals >= 0 && tcgetattr(prompt->tty, &prompt->before) == 0) {
        silent = prompt->before;
        silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
        silent.c_lflag |= ICANON | ISIG;
        if (tcsetattr(prompt->tty, TCSAFLUSH, &silent) == 0) {
            return SIGNET_OK;
        }
    }
    fail(err);
    if (prompt->signals >= 0) {
        close(prompt->signals);
    }
    if (sigprocmask(SIG_SETMASK, &prompt->mask_before, NULL) != 0) {
        return fail(err);
    }
    return SIGNET_E_IO;
}

/* Restores the terminal, then lets a signal that came meanwhile do its work. */
static int end(struct prompt *prompt, struct signet_err *err)
{
    int rc = SIGNET_OK;
    signet_say(prompt->tty, signet_span_str("\n"));
    if (tcsetattr(prompt->tty, TCSAFLUSH, &prompt->before) != 0) {
        rc = fail(err);
    }
    close(prompt->signals);
    if (sigprocmask(SIG_SETMASK, &prompt->mask_before, NULL) != 0) {
        rc = fail(err);
    }
    return rc;
}

/* Waits for a key or a signal; *interrupted tells which. */
static int wait_for_input(const struct prompt *prompt, bool *interrupted, struct signet_err *err)
{
    struct pollfd sources[] = {{.fd = prompt->signals, .events = POLLIN},
                               {.fd = prompt->tty, .events = POLLIN}};
    while (poll(sources, 2, -1) < 0) {
        if (errno != EINTR) {
            return fail(err);
        }
    }
    *interrupted = sources[0].revents != 0;
    return SIGNET_OK;
}

/* Reads to the end of the line; what does not fit is read too, and then refused. */
static int read_line(const struct prompt *prompt,
                     struct signet_secret *secret,
                     bool *interrupted,
                     struct signet_err *err)
{
    char key = '\0';
    volatile char *wipe = &key; /* volatile, so that wiping is not optimised away */
    int kept = SIGNET_OK;
    for (;;) {
        int rc = wait_for_input(prompt, interrupted, err);
        if (rc != SIGNET_OK || *interrupted) {
            return rc;
        }
        ssize_t got = read(prompt->tty, &key, 1);
        if (got < 0 && errno != EINTR) {
            return fail(err);
        }
        if (got == 0) {
            return signet_err_set(err, SIGNET_E_PASSPHRASE, "terminal: nothing was typed");
        }
        if (got == 1 && key == '\n') {
            return kept;
        }
        if (got == 1 && kept == SIGNET_OK) {
            kept = signet_secret_append(secret, signet_span_of(&key, 1));
        }
        *wipe = '\0';
    }
}

int signet_terminal_ask(int tty,
                        const char *prompt_text,
                        size_t capacity,
                        struct signet_secret **secret,
                        struct signet_err *err)
{
    for (;;) {
        struct prompt prompt = {.tty = tty, .signals = -1};
        struct signet_secret *typed = NULL;
        bool interrupted = false;
        int rc = signet_secret_new(capacity, &typed, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        rc = begin(&prompt, err);
        if (rc == SIGNET_OK) {
            signet_say(tty, signet_span_str(prompt_text));
            rc = read_line(&prompt, typed, &interrupted, err);
            int restored = end(&prompt, err);
            rc = rc != SIGNET_OK ? rc : restored;
        }
        if (rc == SIGNET_OK && !interrupted) {
            *secret = typed;
            return SIGNET_OK;
        }
        signet_secret_free(typed);
        if (rc != SIGNET_OK) {
            signet_err_set(err, rc, "terminal: more than %zu bytes were typed", capacity);
            return rc;
        }
    }
}
