/* SPDX-License-Identifier: Apache-2.0
 *
 * What an ELF file says of itself to those who start or load it: which machine it is for, what
 * interprets it, which libraries it needs and where they are looked for. Read as the kernel and the
 * dynamic linker read it, through segments and never through section headers, and stricter than
 * either: what two readers could take differently is refused. Decides nothing.
 */
#ifndef SIGNET_ARTIFACT_ELF_H
#define SIGNET_ARTIFACT_ELF_H

#include <signet/err.h>
#include <signet/span.h>

#include "base/arena.h"

/** Values of signet_elf.type. Others are neither started nor loaded. */
enum signet_elf_type {
    SIGNET_ELF_EXEC = 2,   /* a program of fixed addresses */
    SIGNET_ELF_SHARED = 3, /* a position-independent program, a library or an interpreter */
};

/** Bits of signet_elf.flags_1. */
enum signet_elf_flag {
    SIGNET_ELF_NODEFLIB = 0x800, /* its libraries are not in the folders of the system */
    SIGNET_ELF_PIE = 0x8000000,  /* it is a program */
};

/** What a file is, as far as it says so. */
enum signet_elf_role {
    SIGNET_ELF_OTHER, /* neither started nor loaded: an object, a core dump */
    SIGNET_ELF_PROGRAM,
    SIGNET_ELF_INTERPRETER, /* a library named as a dynamic linker is: ld-*, ld.so*, ld64* */
    SIGNET_ELF_LIBRARY,
};

/** Texts are NUL-terminated, the file's bytes, and NULL if it has none. */
struct signet_elf {
    unsigned bits; /* 32 or 64 */
    bool big;      /* endian */
    unsigned type;
    unsigned machine;        /* EM_* */
    const char *interpreter; /* PT_INTERP; NULL: the kernel alone starts it */
    const char *soname;      /* DT_SONAME */
    const char *rpath;       /* DT_RPATH */
    const char *runpath;     /* DT_RUNPATH */
    const char **needed;     /* DT_NEEDED, in the file's order, none of them empty */
    size_t needed_count;
    const char *unusual;         /* the name of a dynamic tag that has further libraries loaded */
    uint64_t flags_1;            /* DT_FLAGS_1 */
    bool code_stack;             /* as a program, what it writes to its stack can be executed */
    struct signet_arena storage; /* private */
};

/** Whether these are the first bytes of an ELF file. */
bool signet_elf_begins(struct signet_span head);

/**
 * Reads the ELF file behind fd, at a bounded cost whatever it claims. *elf is freed by the caller
 * with signet_elf_free(), also after a failure. Of a file that is of neither signet_elf_type only
 * bits, big, type and machine are set.
 *
 * Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (it does not begin as an ELF file), SIGNET_E_MALFORMED (a
 * table, segment or text that does not lie within what holds it, segments that overlap or are out
 * of order, what may stand once twice), SIGNET_E_LIMIT (a text beyond 16 KiB, 512 KiB of them, more
 * than 4096 needed libraries or 128 KiB of dynamic entries), SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_elf_read(int fd, struct signet_elf *elf, struct signet_err *err);

/** Tells the role: a program is of fixed addresses, says that it is position independent, or names
 * an interpreter and has no name as a library (libc.so.6 has both). */
enum signet_elf_role signet_elf_role(const struct signet_elf *elf);

/** Releases what was read and empties *elf. */
void signet_elf_free(struct signet_elf *elf);

#endif
