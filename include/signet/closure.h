/* SPDX-License-Identifier: Apache-2.0
 *
 * The closure of a program: every file that the system starts, loads or interprets when it is
 * executed. A script's interpreters, as the kernel finds them; the ELF interpreter; the libraries,
 * as the dynamic linker of glibc finds them, without running it. Each file is opened once and stays
 * open, so that what is verified is what is started. Finds out, and decides nothing: whether any of
 * it may be used is for a policy to say. What a program opens of its own accord later (plug-ins,
 * modules of an interpreter) is in no file and has to be named. Part of libsignet-gate. Linux only.
 */
#ifndef SIGNET_CLOSURE_H
#define SIGNET_CLOSURE_H

#include <signet/artifact.h>

SIGNET_BEGIN_DECLS

/** What a file of the closure is used as. The first two are executed, the others loaded. */
enum signet_part_kind {
    SIGNET_PART_PROGRAM = 1, /* an ELF file that is executed */
    SIGNET_PART_SCRIPT,      /* begins with #! and is executed */
    SIGNET_PART_INTERPRETER, /* what the kernel loads beside an ELF program: the dynamic linker */
    SIGNET_PART_LIBRARY,     /* what that loads, or what was named and is a shared object */
    SIGNET_PART_FILE,        /* what was named and is none of these, such as a script without #! */
};

struct signet_part {
    enum signet_part_kind kind;
    struct signet_artifact *artifact; /* the closure's; a regular file */
    const char *path;                 /* absolute, as it was found, links in it not followed */
    size_t needed_by; /* the part that asks for it; itself, if the caller named it */
};

struct signet_loader_files;

/** How to find out. Zero-initialise, then set size and what differs from the defaults. */
struct signet_closure_opts {
    size_t size; /* sizeof(struct signet_closure_opts) */
    /* PATH, as the program will have it: where env(1) looks for what a script's "#!" line names.
     * NULL: it will have none, which env takes for "/bin:/usr/bin". */
    const char *search;
    /* Called for each file after it was opened and before a byte of it is read: the place to take
     * hold of it. What it returns other than SIGNET_OK ends the search. May be NULL. */
    int (*take)(void *ctx, struct signet_artifact *artifact, struct signet_err *err);
    void *take_ctx;
    const struct signet_loader_files *files; /* private: NULL */
};

struct signet_closure_inside;

/** The closure. Zero-initialised is empty; free with signet_closure_free(). */
struct signet_closure {
    const struct signet_part *parts; /* each file once, by device and inode, in the order found */
    size_t count;
    /* Of parts: the ELF program that has to be executed so that what was opened first runs. */
    size_t program;
    /* What its arguments begin with if that is a script, in place of the name that the caller would
     * have given it: interpreter, the argument of its "#!" line if there is one, and so on, last
     * the path of the script. None (word_count 0) if it is an ELF program itself. */
    const char *const *words;
    size_t word_count;
    /* Some library is looked for beside the program ($ORIGIN): started from another place, or from
     * none, it would find others. */
    bool has_origin;
    /* A program among the parts asks for a stack whose content can be executed (PT_GNU_STACK). */
    bool has_code_stack;
    struct signet_closure_inside *inside; /* private */
};

/**
 * Finds the closure of the program at path, which may be relative and is not looked for in PATH
 * (see signet_closure_find_program()).
 *
 * A "#!" line is read as Linux does: 255 bytes of it, one argument, at most five scripts one upon
 * the other. Refused, where Linux would go on: an interpreter whose path is relative, and a line
 * that is cut. An interpreter called "env" starts another program: what its argument names ("env
 * NAME", or the first word of "env -S NAME WORDS") is looked for in opts->search and is a part,
 * with a closure of its own. Refused are other options of env, variables set by it, and quotes.
 *
 * Libraries are looked for as glibc does without LD_LIBRARY_PATH and LD_PRELOAD, which are for the
 * caller to remove (signet_environment_keep()): /etc/ld.so.preload, DT_RPATH, DT_RUNPATH,
 * /etc/ld.so.cache, the folders of the system; in each of them below glibc-hwcaps first what this
 * processor can run. Libraries of other machines are passed over. Refused is what cannot be
 * foretold: a folder that is not absolute, $PLATFORM, audit and filter libraries, a library in a
 * folder that only some versions of glibc look into, another dynamic linker than that of glibc.
 *
 * *closure is freed by the caller, also after a failure. Returns SIGNET_OK, SIGNET_E_IO (the
 * program, an interpreter or a library is not there: err->sys_errno is ENOENT; or cannot be read),
 * SIGNET_E_FORBIDDEN (no regular file; a file that is executed and also loaded),
 * SIGNET_E_UNSUPPORTED (no program for this machine, and what is refused above), SIGNET_E_MALFORMED
 * (an ELF file or the loader's cache that breaks its format), SIGNET_E_LIMIT (more than 1024 files,
 * or what they say is too much), SIGNET_E_USAGE (opts->size), SIGNET_E_NOMEM, or what opts->take
 * returned.
 */
SIGNET_API SIGNET_NODISCARD int signet_closure_open(const char *path,
                                                    const struct signet_closure_opts *opts,
                                                    struct signet_closure *closure,
                                                    struct signet_err *err);

/**
 * Adds a further file that may be used, and what it needs: a program or a script that begins with
 * #!, with a closure of its own; a shared object, loaded by the program of the closure, whose
 * libraries it shares (by the first program added that has a dynamic linker, if that has none); or
 * any other file alone. Returns as signet_closure_open(); the closure is of no use after a failure.
 */
SIGNET_API SIGNET_NODISCARD int
signet_closure_add(struct signet_closure *closure, const char *path, struct signet_err *err);

/** Closes all files and empties the closure. */
SIGNET_API void signet_closure_free(struct signet_closure *closure);

/**
 * Finds a program as execvp(3) does: name itself if it has a slash, else the first regular file of
 * that name in the folders of search (NULL: "/bin:/usr/bin") that the caller may execute; an empty
 * folder is the current one. *path is owned (free with free()) and set on success only. Returns
 * SIGNET_OK, SIGNET_E_IO (err->sys_errno: ENOENT, there is none; EACCES, none may be executed) or
 * SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int signet_closure_find_program(const char *name,
                                                            const char *search,
                                                            char **path,
                                                            struct signet_err *err);

SIGNET_END_DECLS

#endif
