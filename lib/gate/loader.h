/* SPDX-License-Identifier: Apache-2.0
 *
 * What the dynamic linker of glibc loads for one program, found without running it: in its order,
 * and with its rules for names that are loaded already. See signet_closure_open() for what is
 * refused.
 */
#ifndef SIGNET_GATE_LOADER_H
#define SIGNET_GATE_LOADER_H

#include "gate/loader_cache.h"
#include "gate/loader_machine.h"
#include "gate/parts.h"

/** Files that the loader reads besides. */
struct signet_loader_files {
    const char *cache;   /* /etc/ld.so.cache */
    const char *preload; /* /etc/ld.so.preload */
};

/** What is the same for every program. Zero-initialised is none. */
struct signet_loader_system {
    struct signet_loader_machine machine;
    struct signet_loader_cache cache;
    struct signet_buf preload; /* text of that file, empty if there is none */
};

/** Reads those files; NULL: the system's. Released with signet_loader_system_free(), also after a
 *  failure. Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (not on this machine), or as
 *  signet_loader_cache_open(). */
SIGNET_NODISCARD int signet_loader_system_open(const struct signet_loader_files *files,
                                               struct signet_loader_system *system,
                                               struct signet_err *err);

void signet_loader_system_free(struct signet_loader_system *system);

/** A program and what is loaded for it. */
struct signet_loader;

/**
 * Adds to parts the ELF interpreter of a program that is one of them, and all libraries. *loader is
 * NULL if the kernel starts it without one; else it is owned (free with signet_loader_free()), and
 * borrows parts and system. Returns as signet_closure_open().
 */
SIGNET_NODISCARD int signet_loader_start(struct signet_parts *parts,
                                         const struct signet_loader_system *system,
                                         size_t program,
                                         struct signet_loader **loader,
                                         struct signet_err *err);

/** Adds a library that is one of the parts, as the program would load it by its path, and what it
 *  needs. Returns as signet_closure_open(). */
SIGNET_NODISCARD int
signet_loader_add(struct signet_loader *loader, size_t library, struct signet_err *err);

/** Whether something was looked for beside the program. */
bool signet_loader_uses_origin(const struct signet_loader *loader);

/** Releases the loader, which may be NULL; the parts stay. */
void signet_loader_free(struct signet_loader *loader);

#endif
