/* SPDX-License-Identifier: Apache-2.0
 *
 * Where tools that use secret keys get passphrases: --passphrase-file or --passphrase-fd, else
 * SIGNET_PASSPHRASE, else the terminal. Knows nothing of keys. Linked only into such tools, whose
 * tables list the options SIGNET_OPT_PASSPHRASE_FILE and SIGNET_OPT_PASSPHRASE_FD.
 */
#ifndef SIGNET_COMMON_PASSPHRASE_H
#define SIGNET_COMMON_PASSPHRASE_H

#include <signet/seckey.h>

#include "common/tool.h"

/** Bytes of the longest passphrase. */
#define SIGNET_PASSPHRASE_MAX 1024

/** What to do when there is no way to ask; for signet_tool_fail(). */
#define SIGNET_PASSPHRASE_HINT                                                                     \
    "pass --passphrase-file FILE or --passphrase-fd N, or set SIGNET_PASSPHRASE"

/** Keeps what the process holds out of core dumps; call before any secret is read. */
void signet_passphrase_no_core(void);

/** Passphrases of one run, one after the other. Zero-initialised is closed. */
struct signet_passphrases {
    struct signet_tool *tool;
    struct signet_secret *text; /* of the file, descriptor or variable; NULL: ask */
    const char *origin;         /* what text was read from, for messages */
    bool one_line;              /* text is one passphrase whatever is in it */
    size_t at;                  /* where the next line begins */
};

/**
 * Reads what the options or SIGNET_PASSPHRASE (wiped and removed from the environment then) hold;
 * asks nothing yet. passphrases is closed on failure. Returns SIGNET_OK, SIGNET_E_USAGE (both
 * options, a descriptor that is not open), SIGNET_E_IO, SIGNET_E_LIMIT or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_passphrases_open(struct signet_passphrases *passphrases,
                                             struct signet_tool *tool,
                                             struct signet_err *err);

/**
 * The next passphrase: the next line of what was read, and beyond its last one what is typed at the
 * terminal, without echo. what says whose it is. If fresh, it is asked for twice and may not be
 * empty. Signals that end or stop the process find the terminal as it was; that holds only while
 * no other thread runs. Without a terminal the next step is left in tool->hint. *secret is owned
 * and set on success only. Returns SIGNET_OK, SIGNET_E_USAGE (no terminal), SIGNET_E_PASSPHRASE
 * (empty, or typed differently three times), SIGNET_E_LIMIT (longer than SIGNET_PASSPHRASE_MAX),
 * SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_passphrases_next(struct signet_passphrases *passphrases,
                                             const char *what,
                                             bool fresh,
                                             struct signet_secret **secret,
                                             struct signet_err *err);

/** Requires that every line read was used: one too many is a misunderstanding. Returns SIGNET_OK
 *  or SIGNET_E_MALFORMED. */
SIGNET_NODISCARD int signet_passphrases_all_used(const struct signet_passphrases *passphrases,
                                                 struct signet_err *err);

/** Wipes and releases. */
void signet_passphrases_close(struct signet_passphrases *passphrases);

/** For one passphrase: open, next, all used, close. Results as theirs. */
SIGNET_NODISCARD int signet_passphrase_get(struct signet_tool *tool,
                                           const char *what,
                                           bool fresh,
                                           struct signet_secret **secret,
                                           struct signet_err *err);

#endif
