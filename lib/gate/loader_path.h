/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders as ELF files name them: lists with ":" between and $ORIGIN and $LIB in them, and those of
 * the system.
 */
#ifndef SIGNET_GATE_LOADER_PATH_H
#define SIGNET_GATE_LOADER_PATH_H

#include <limits.h>
#include <signet/err.h>
#include <signet/span.h>

#include "gate/loader_machine.h"

/** Folders of a system, at most. */
#define SIGNET_LOADER_FOLDERS 4

/** Where libraries are on this system. */
struct signet_loader_layout {
    const char *lib;                         /* $LIB; static storage */
    char folders[SIGNET_LOADER_FOLDERS][80]; /* in the loader's order, with a "/" behind */
    size_t folder_count;
};

/** What texts of an ELF file are read by. */
struct signet_loader_place {
    const char *origin; /* the folder that the file stands in, absolute */
    const struct signet_loader_layout *layout;
};

/**
 * Tells the layout by the folder that the loader really stands in: /usr/lib/<multiarch>, /usr/lib64
 * or /usr/lib, as it is built for one of them. Returns SIGNET_OK or SIGNET_E_UNSUPPORTED.
 */
SIGNET_NODISCARD int signet_loader_layout_find(const char *loader,
                                               const struct signet_loader_machine *machine,
                                               struct signet_loader_layout *layout,
                                               struct signet_err *err);

/**
 * Writes text with its tokens replaced to out: "$ORIGIN", "${ORIGIN}", "$LIB", "${LIB}"; any other
 * "$" stands for itself. *uses_origin is set if it has the first. Returns SIGNET_OK,
 * SIGNET_E_UNSUPPORTED ($PLATFORM, which versions of glibc do not agree on; what is not absolute)
 * or SIGNET_E_LIMIT.
 */
SIGNET_NODISCARD int signet_loader_expand(struct signet_span text,
                                          const struct signet_loader_place *place,
                                          char out[PATH_MAX],
                                          bool *uses_origin,
                                          struct signet_err *err);

/** Writes the folder of an absolute path to out, "/" for one at the root. */
void signet_loader_folder_of(const char *path, char out[PATH_MAX]);

#endif
