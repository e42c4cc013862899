/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of a closure: each of them opened, once, whatever paths lead to it.
 */
#ifndef SIGNET_GATE_PARTS_H
#define SIGNET_GATE_PARTS_H

#include <signet/closure.h>
#include <sys/types.h>

#include "base/arena.h"

/** Which file a path led to. */
struct signet_part_file {
    dev_t device;
    ino_t inode;
};

/** Zero-initialised but for opts holds none. */
struct signet_parts {
    const struct signet_closure_opts *opts; /* borrowed */
    struct signet_part *list;
    struct signet_part_file *files; /* of each of them */
    size_t count;
    size_t room;
    size_t file_room;
    struct signet_arena texts; /* what is remembered as long as the closure */
    bool code_stack;           /* of a program among them, see artifact/elf.h */
};

/** A part that is asked for. */
struct signet_part_request {
    const char *path; /* absolute */
    enum signet_part_kind kind;
    bool any_kind;    /* what it is among the parts already does not matter */
    size_t needed_by; /* SIZE_MAX: the caller named it */
};

/**
 * Opens the regular file at a path, or finds it among the parts: *part is its place, *fresh whether
 * it was not among them. Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_FORBIDDEN (no regular file; one
 * that is a part to be executed and is to be loaded now, or the other way round), SIGNET_E_LIMIT
 * (too many), SIGNET_E_NOMEM, or what opts->take returned.
 */
SIGNET_NODISCARD int signet_parts_open(struct signet_parts *parts,
                                       const struct signet_part_request *request,
                                       size_t *part,
                                       bool *fresh,
                                       struct signet_err *err);

/** Closes the newest part again. */
void signet_parts_drop(struct signet_parts *parts);

/** The descriptor to read a part through. */
int signet_parts_fd(const struct signet_parts *parts, size_t part);

/** A copy of a text that lasts as long as the closure; NULL, and err tells, without memory. */
char *
signet_parts_keep(struct signet_parts *parts, struct signet_span text, struct signet_err *err);

/** Closes all of them. */
void signet_parts_free(struct signet_parts *parts);

#endif
