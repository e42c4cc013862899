/* SPDX-License-Identifier: Apache-2.0
 *
 * What the dynamic linker of glibc is like on this machine: names that are fixed when it is built,
 * and which of the folders for better processors it looks into.
 */
#ifndef SIGNET_GATE_LOADER_MACHINE_H
#define SIGNET_GATE_LOADER_MACHINE_H

#include <stdint.h>

/** Folders for better processors, at most; of those before glibc 2.37 all, and an end. */
#define SIGNET_LOADER_LEVELS 3
#define SIGNET_LOADER_OLD 6

struct signet_loader_machine {
    unsigned machine;      /* EM_* */
    unsigned bits;         /* of an address */
    const char *soname;    /* of the loader */
    const char *multiarch; /* $LIB on systems that have a folder for each machine */
    uint32_t cache_flags;  /* of its libraries in the loader's cache */
    /* The better this processor is, the more of the folders are looked into,
     * best first; then NULL. */
    unsigned level;
    const char *levels[SIGNET_LOADER_LEVELS + 1];
    const char *old[SIGNET_LOADER_OLD]; /* names of folders that it looked into before 2.37 */
};

/** Sets *machine to what this one is; machine->machine is 0 if its loader is not known. */
void signet_loader_machine(struct signet_loader_machine *machine);

#endif
