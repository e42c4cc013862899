/* SPDX-License-Identifier: Apache-2.0
 *
 * The programs, libraries, ELF interpreters and scripts of a system, to be signed as one bundle
 * whose entries say what each is for.
 */
#ifndef SIGNET_SYSTEM_H
#define SIGNET_SYSTEM_H

#include <signet/err.h>
#include <signet/limits.h>

SIGNET_BEGIN_DECLS

/** Files that were found. */
struct signet_system;

/** How to look for them. Zero-initialise, then set size and what differs. */
struct signet_system_opts {
    size_t size; /* sizeof(struct signet_system_opts) */
    /* The paths are of files: a folder among them is not looked into, nor one that does not exist
     * missed. */
    bool no_folders;
    const struct signet_limits *limits; /* of path and entries; NULL means the defaults */
    bool (*stop)(void *ctx);            /* asked before each file: true ends it; may be NULL */
    void *stop_ctx;
};

/** What was met and is not among the files. */
struct signet_system_left_out {
    uint64_t links;      /* symbolic ones: what they lead to is found by itself, if it lies there */
    uint64_t special;    /* devices, FIFOs, sockets, and files that the kernel makes up */
    uint64_t unreadable; /* files and folders */
    uint64_t unnamable;  /* code, by a name that cannot stand in a bundle */
    uint64_t others;     /* regular files that are no code */
};

/**
 * Looks for code below paths, which are files and folders; of each the real path counts, so that a
 * link at its end is followed, and no other. A file is looked at by its first bytes, and by its ELF
 * headers, whatever its mode. A regular file that cannot be read is left out, and counted.
 *
 * *system is owned (free with signet_system_free()) and set on success only. Returns SIGNET_OK;
 * SIGNET_E_IO (a path does not exist or cannot be read); SIGNET_E_FORBIDDEN (a path is neither file
 * nor folder, or there is no code below any); SIGNET_E_LIMIT; SIGNET_E_UNVERIFIED (opts->stop said
 * so); SIGNET_E_USAGE (opts->size); or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int signet_system_find(const char *const *paths,
                                                   size_t count,
                                                   const struct signet_system_opts *opts,
                                                   struct signet_system **system,
                                                   struct signet_err *err);

/** Their real paths without the leading "/", sorted as bytes, each once, and NULL behind them; for
 *  signet_sign_opts.files of an artifact that is "/". Valid as long as system. */
SIGNET_API const char *const *signet_system_files(const struct signet_system *system);

/** How many there are. */
SIGNET_API size_t signet_system_count(const struct signet_system *system);

/** What else was met. Valid as long as system. */
SIGNET_API const struct signet_system_left_out *
signet_system_left_out(const struct signet_system *system);

/** Releases system, which may be NULL. */
SIGNET_API void signet_system_free(struct signet_system *system);

SIGNET_END_DECLS

#endif
