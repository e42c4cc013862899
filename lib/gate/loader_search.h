/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for one library where the dynamic linker looks.
 */
#ifndef SIGNET_GATE_LOADER_SEARCH_H
#define SIGNET_GATE_LOADER_SEARCH_H

#include "artifact/elf.h"
#include "gate/loader.h"
#include "gate/loader_path.h"

/** No object. */
#define SIGNET_LOADER_NOBODY SIZE_MAX

/** What is loaded. */
struct signet_loader_object {
    size_t part;
    const char *path; /* as it was found; of the program, where it really stands */
    size_t requester; /* the object that needs it first; NOBODY for the program */
    struct signet_elf elf;
};

/** Under which name something was asked for. */
struct signet_loader_name {
    const char *text; /* of an object's ELF file, or of the system's preload list */
    size_t object;
};

struct signet_loader {
    struct signet_parts *parts;
    const struct signet_loader_system *system;
    struct signet_loader_layout layout;
    struct signet_loader_object *objects; /* the program first, its interpreter next */
    size_t count;
    size_t room;
    struct signet_loader_name *names;
    size_t name_count;
    size_t name_room;
    size_t done; /* objects whose libraries are loaded */
    size_t needed;
    size_t elf_bytes;
    bool uses_origin;
};

/** One search. */
struct signet_loader_search {
    struct signet_loader *loader;
    const char *name;
    size_t requester; /* object */
    bool found;       /* and then: */
    size_t part;
    char path[PATH_MAX];
    struct signet_elf elf; /* whoever searches frees it */
    struct signet_err *err;
};

/** The path by which an object is a part. */
static inline const char *signet_loader_path_of(const struct signet_loader *loader, size_t object)
{
    return loader->parts->list[loader->objects[object].part].path;
}

/** Whether an ELF file is for this machine. */
static inline bool signet_loader_is_for(const struct signet_elf *elf,
                                        const struct signet_loader_machine *machine)
{
    return elf->machine == machine->machine && elf->bits == machine->bits && !elf->big;
}

/** Looks for search->name, which may be a path. Not to have found it is no failure. Returns as
 *  signet_closure_open(). */
SIGNET_NODISCARD int signet_loader_search(struct signet_loader_search *search);

#endif
