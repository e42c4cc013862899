/* SPDX-License-Identifier: Apache-2.0
 *
 * The cache of the dynamic linker: which file a library of that name is, as ldconfig(8) found it.
 * The format that glibc has alone since 2.32 ("glibc-ld.so.cache1.1"), with its extension for the
 * folders for better processors. Read more strictly than glibc does, which looks into a damaged
 * cache as far as that goes: it is refused here as a whole.
 */
#ifndef SIGNET_GATE_LOADER_CACHE_H
#define SIGNET_GATE_LOADER_CACHE_H

#include <signet/buf.h>
#include <signet/err.h>

#include "gate/loader_machine.h"

/** Zero-initialised has nothing. */
struct signet_loader_cache {
    struct signet_buf text; /* the whole file */
    size_t count;           /* entries */
    size_t folders_at;      /* of the table of folders for better processors */
    size_t folder_count;
};

/**
 * Reads the cache at path; one that is not there is empty. Released with
 * signet_loader_cache_free(), also after a failure. Returns SIGNET_OK, SIGNET_E_MALFORMED (of
 * another format, damaged, not in order), SIGNET_E_LIMIT (more than 64 MiB), SIGNET_E_IO or
 * SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_loader_cache_open(const char *path,
                                              struct signet_loader_cache *cache,
                                              struct signet_err *err);

/**
 * The path of the library that glibc would take on this machine, or NULL in *path: valid as long as
 * the cache. Names are equal as glibc has it: numbers in them by their value. Returns SIGNET_OK or
 * SIGNET_E_UNSUPPORTED: a number that glibc cannot hold, or an entry that only some versions of it
 * take.
 */
SIGNET_NODISCARD int signet_loader_cache_find(const struct signet_loader_cache *cache,
                                              const struct signet_loader_machine *machine,
                                              const char *name,
                                              const char **path,
                                              struct signet_err *err);

/** Releases the cache, which has nothing then. */
void signet_loader_cache_free(struct signet_loader_cache *cache);

#endif
