/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders of evidence: signature files that lie elsewhere than beside their artifact, found by what
 * they claim to be about.
 */
#ifndef SIGNET_STORE_H
#define SIGNET_STORE_H

#include <signet/err.h>
#include <signet/limits.h>

SIGNET_BEGIN_DECLS

struct signet_pack;
struct signet_trust;

/** Folders that were looked through. What it holds are claims, which nobody has verified: they only
 *  choose what is verified. For several threads at once. */
struct signet_store;

/** How to look through them. Zero-initialise, then set size and what differs. */
struct signet_store_opts {
    size_t size;                        /* sizeof(struct signet_store_opts) */
    const struct signet_limits *limits; /* copied; NULL means the defaults */
    size_t jobs;                        /* threads; 0 means one for each processor */
    /* Its evidence is looked through too, behind that of the folders. Borrowed as long as the
     * store; NULL: there is none. See <signet/pack.h>. */
    const struct signet_pack *pack;
    /* By whose root the lists of files in it (OMS) are verified that may vouch for single files:
     * each once, for all that are asked about. Borrowed as long as the store. NULL: no entry of a
     * list is looked for. */
    const struct signet_trust *trust;
};

/** Claims that the folders of one store may hold together: identities of subjects, and entries of
 *  lists that say what they are for. */
#define SIGNET_STORE_CLAIMS (UINT32_C(1) << 22)

/** Refused files and lines whose reasons are told. */
#define SIGNET_STORE_TOLD 8

/**
 * Reads folders, which are absolute paths: of each the regular files in it, but no folder below it,
 * and nothing through a link. A file that ends in ".jsonl" holds a signature file on each line, any
 * other is one; names that begin with "." are passed over. FILE.time holds notes about the time of
 * the signatures in FILE. A signature file may have limits->envelope bytes.
 *
 * What is no signature file over a statement does not count, nor does a folder that cannot be read:
 * signet_store_refused() tells how many there are.
 *
 * *store is owned (free with signet_store_close()) and set on success only. Returns SIGNET_OK,
 * SIGNET_E_LIMIT (more than SIGNET_STORE_CLAIMS files or claims), SIGNET_E_NOMEM or SIGNET_E_USAGE
 * (opts->size).
 */
SIGNET_API SIGNET_NODISCARD int signet_store_open(const char *const *folders,
                                                  size_t count,
                                                  const struct signet_store_opts *opts,
                                                  struct signet_store **store,
                                                  struct signet_err *err);

/** Releases store, which may be NULL. */
SIGNET_API void signet_store_close(struct signet_store *store);

/** How many statements were found. */
SIGNET_API uint64_t signet_store_count(const struct signet_store *store);

/** How many folders, files and lines do not count. */
SIGNET_API uint64_t signet_store_refused(const struct signet_store *store);

/** Why the one of that number (from 0, in the order of folders and names) does not count: begins
 *  with its name, safe to print. NULL from SIGNET_STORE_TOLD or signet_store_refused() on. Valid as
 *  long as store. */
SIGNET_API const char *signet_store_reason(const struct signet_store *store, size_t number);

SIGNET_END_DECLS

#endif
