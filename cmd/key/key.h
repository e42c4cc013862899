/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of signet-key, shared by its sources. Failures are printed where they happen; the exit
 * status is kept in tool.
 */
#ifndef SIGNET_KEY_KEY_H
#define SIGNET_KEY_KEY_H

#include "common/passphrase.h"

/** Options of its own. */
enum signet_key_option {
    SIGNET_KEY_OUTPUT = SIGNET_OPT_FIRST,
    SIGNET_KEY_FORCE,
    SIGNET_KEY_NO_PASSPHRASE,
    SIGNET_KEY_AS,
};

/** What was asked for. */
struct signet_key {
    struct signet_tool tool;
    struct signet_err err;
    const char *path; /* of the key file; NULL for generate */
};

/** The verbs. */
void signet_key_generate(struct signet_key *key);
void signet_key_show(struct signet_key *key);
void signet_key_passwd(struct signet_key *key);

/** Does all of "signet-key root"; argv[0] is that word, now the seconds since 1970-01-01. Returns
 * the exit status. */
SIGNET_NODISCARD int signet_key_root_main(int argc, char *const *argv, int64_t now);

/** Reports key->err, or the meaning of rc if nothing is recorded. */
void signet_key_fail(struct signet_key *key, int rc);

/** Puts the name of the key file in front of a recorded message; returns rc. */
int signet_key_blame_file(struct signet_key *key, int rc);

/** A key file as it is, with what is known without opening it. */
struct signet_key_text {
    struct signet_secret *text;
    enum signet_keyfile_kind kind;
};

/** Reads key->path, or standard input for "-". text->text is owned and set on success only. */
SIGNET_NODISCARD int signet_key_read_file(struct signet_key *key, struct signet_key_text *text);

/**
 * Makes the text of a secret key file and opens it again, so that no file is written that cannot
 * be read. passphrase may be NULL: not encrypted. *text is owned and set on success only.
 */
SIGNET_NODISCARD int signet_key_make_text(const struct signet_seckey *seckey,
                                          const struct signet_secret *passphrase,
                                          struct signet_secret **text,
                                          struct signet_err *err);

/** Adds "algorithm" and "fingerprint" to the report. */
void signet_key_report(struct signet_key *key, const struct signet_pubkey *pubkey);

#endif
