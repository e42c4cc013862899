/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of signet-verify, shared by its sources: main.c has the command line, keys.c reads the
 * keys to trust, item.c verifies one operand, inspect.c is --inspect.
 */
#ifndef SIGNET_CMD_VERIFY_VERIFY_H
#define SIGNET_CMD_VERIFY_VERIFY_H

#include "common/trust.h"
#include "common/verifying.h"

/** Options of its own. */
enum signet_verify_option {
    SIGNET_VERIFY_KEY = SIGNET_OPT_FIRST,
    SIGNET_VERIFY_THRESHOLD,
    SIGNET_VERIFY_EXPECT,
    SIGNET_VERIFY_ACCEPT_IGNORED,
    SIGNET_VERIFY_STRIP,
    SIGNET_VERIFY_AT,
    SIGNET_VERIFY_ONLY,
    SIGNET_VERIFY_BOM,
    SIGNET_VERIFY_EXTRACT,
    SIGNET_VERIFY_INSPECT,
    SIGNET_VERIFY_LINT,
    SIGNET_VERIFY_PRINT_STATEMENT,
    SIGNET_VERIFY_PACK,
    SIGNET_VERIFY_FORCE,
    SIGNET_VERIFY_UNPACK,
    SIGNET_VERIFY_POLICY_NAME,
    SIGNET_VERIFY_INSECURE_IGNORE_UNSIGNED,
    SIGNET_VERIFY_INSECURE_ALLOW_EXCLUDES,
};

/** What was asked for, and what came of it. */
struct signet_verify_run {
    struct signet_tool *tool;
    struct signet_verifying all;
    struct signet_trusted_key *keys; /* owned */
    size_t key_count;
    size_t threshold;
    struct signet_trust_names names; /* of root and policy; none: by keys */
    struct signet_trust *trust;      /* owned; instead of keys and threshold; or NULL */
    struct signet_store *store;      /* owned; the folders of evidence that it names; or NULL */
    struct signet_pack pack;         /* of --pack or --unpack */
    struct signet_output *packing;   /* owned; what --pack writes; or NULL */
    char *expected;               /* owned: name of the release that is expected; NULL: none is */
    const char *expected_version; /* in it; NULL: any */
    struct signet_strip strip;    /* of archives */
    const char **accept_ignored;  /* NULL-terminated; owned, what it points to is borrowed */
    const char **only;            /* likewise; NULL unless entries are chosen */
    const char **at;              /* likewise; NULL unless a part of a document is chosen */
    const char **allow_excludes;  /* likewise */
};

/** What an operand is to a run with --bom. */
enum signet_verify_role {
    SIGNET_VERIFY_ARTIFACT = 0, /* nothing: there is none */
    SIGNET_VERIFY_THE_BOM,
    SIGNET_VERIFY_THE_MODEL,
};

/** One thing to verify. */
struct signet_verify_operand {
    const char *path;
    enum signet_verify_role role;
    const struct signet_verification *bom; /* of THE_MODEL: what was found out about the BOM */
    const char *other;                     /* path of the BOM of THE_MODEL, and the reverse */
};

/**
 * Reads the public keys of --key into run->keys. Returns SIGNET_OK, SIGNET_E_NOMEM, or what
 * signet_io_read() and signet_pubkey_read() return, naming the file.
 */
SIGNET_NODISCARD int signet_verify_read_keys(struct signet_verify_run *run, struct signet_err *err);

/** Reads --expect, NAME[@VERSION], into run->expected. Returns SIGNET_OK, SIGNET_E_USAGE or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_verify_read_expected(struct signet_verify_run *run,
                                                 struct signet_err *err);

/** Reads --threshold, which the keys must be enough for. Returns SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_verify_read_threshold(struct signet_verify_run *run,
                                                  struct signet_err *err);

/** Verifies an operand and adds what became of it to run->all; the model of a BOM that did not pass
 *  is not opened. Returns SIGNET_OK, whatever the verdict, or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_verify_item(struct signet_verify_run *run,
                                        const struct signet_verify_operand *operand,
                                        struct signet_err *err);

/** Requires that output, which the option names, is not path itself and will not lie in it: what is
 *  written into a bundle would be in it without being signed. Returns SIGNET_OK, SIGNET_E_USAGE,
 *  SIGNET_E_IO or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_verify_check_outside(const char *option,
                                                 const char *output,
                                                 const char *path,
                                                 struct signet_err *err);

/** Requires what goes with --pack and --unpack, and refuses what does not. Returns SIGNET_OK or
 *  SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_verify_check_pack(const struct signet_verify_run *run,
                                              struct signet_err *err);

/** Starts the output of --pack, or reads the file of --unpack, and has run->names say so. Returns
 *  SIGNET_OK or as signet_verify_check_outside(), signet_output_open() and signet_pack_read(). */
SIGNET_NODISCARD int signet_verify_open_pack(struct signet_verify_run *run, struct signet_err *err);

/** Writes the file of --pack, if that was given and everything passed. Returns SIGNET_OK or as
 *  signet_pack_take_evidence() and signet_pack_write(). */
SIGNET_NODISCARD int signet_verify_write_pack(struct signet_verify_run *run,
                                              struct signet_err *err);

/** Prints what is wrong with the policy of --policy. Returns SIGNET_OK, SIGNET_E_DENIED (a rule
 * never passes) or the code of what failed. */
SIGNET_NODISCARD int signet_verify_lint(struct signet_tool *tool, struct signet_err *err);

/** Prints what the file of --inspect claims. Returns SIGNET_OK or the code of what failed. */
SIGNET_NODISCARD int signet_verify_inspect(struct signet_tool *tool, struct signet_err *err);

#endif
