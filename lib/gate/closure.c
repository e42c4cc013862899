/* SPDX-License-Identifier: Apache-2.0
 *
 * The closure of a program: see <signet/closure.h>. Follows "#!" lines to ELF programs, as the
 * kernel does; what is loaded for those is in gate/loader.h.
 */
#define _GNU_SOURCE /* AT_EACCESS */
#include <signet/closure.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/elf.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"
#include "gate/loader.h"
#include "gate/script.h"

enum {
    SCRIPTS_MAX = 5,                 /* one upon the other, as Linux has it */
    WORDS_MAX = 2 * SCRIPTS_MAX + 1, /* two of each line, and the script */
    STARTED_MAX = 64                 /* programs that env starts */
};

/* A program that env starts. */
struct started {
    const char *name;
    size_t by; /* the script */
};

struct signet_closure_inside {
    struct signet_closure_opts opts;
    struct signet_parts parts;
    struct signet_loader_system system;
    struct signet_loader *program; /* of what is executed; NULL: static */
    struct signet_loader *last;    /* of what that starts in the end, if it is another */
    struct started started[STARTED_MAX];
    size_t started_count;
    size_t started_done;
    bool opened; /* what the caller named first, with all that it starts */
    const char *words[WORDS_MAX];
    size_t word_count;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

/* Opens what a path names, which may be relative. */
static int open_part(struct signet_closure_inside *inside,
                     const struct signet_part_request *request,
                     size_t *part,
                     bool *fresh,
                     struct signet_err *err)
{
    char path[PATH_MAX];
    struct signet_part_request absolute = *request;
    if (request->path[0] != '/') {
        char current[PATH_MAX];
        if (getcwd(current, sizeof(current)) == NULL) {
            return signet_err_sys(err, SIGNET_E_IO, errno, "cannot tell the current folder");
        }
        int len = snprintf(path, sizeof(path), "%s%s%s", current,
                           strcmp(current, "/") == 0 ? "" : "/", request->path);
        if (len < 0 || (size_t)len >= sizeof(path)) {
            return signet_err_set(err, SIGNET_E_LIMIT, "expected a path of less than %d bytes",
                                  PATH_MAX);
        }
        absolute.path = path;
    }
    return signet_parts_open(&inside->parts, &absolute, part, fresh, err);
}

/* The first bytes of a part. */
static int read_head(const struct signet_closure_inside *inside,
                     size_t part,
                     uint8_t head[SIGNET_SCRIPT_LINE],
                     size_t *len,
                     struct signet_err *err)
{
    int fd = signet_parts_fd(&inside->parts, part);
    size_t got = 1;
    int rc = SIGNET_OK;
    for (*len = 0; rc == SIGNET_OK && got > 0 && *len < SIGNET_SCRIPT_LINE; *len += got) {
        const struct signet_fd_run run = {*len, head + *len, SIGNET_SCRIPT_LINE - *len};
        bool cold = false;
        rc = signet_fd_pread(fd, &run, true, &got, &cold, err);
    }
    return rc;
}

/* The kernel asks this of a script, and would not be asked: it is given the interpreter. */
static int check_executable(const char *path, struct signet_err *err)
{
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0
               ? (int)SIGNET_OK
               : signet_err_sys(err, SIGNET_E_IO, errno, "cannot be executed");
}

static int put_word(struct signet_closure_inside *inside, const char *word, struct signet_err *err)
{
    char *kept = signet_parts_keep(&inside->parts, signet_span_str(word), err);
    if (kept == NULL) {
        return SIGNET_E_NOMEM;
    }
    memmove(inside->words + 1, inside->words, inside->word_count * sizeof(inside->words[0]));
    inside->words[0] = kept;
    inside->word_count++;
    return SIGNET_OK;
}

/* What stands before the arguments now: interpreter and argument, before what stood there. */
static int put_words(struct signet_closure_inside *inside,
                     const struct signet_script *script,
                     const char *name,
                     struct signet_err *err)
{
    int rc = inside->word_count == 0 ? put_word(inside, name, err) : (int)SIGNET_OK;
    if (rc == SIGNET_OK && script->argument != NULL) {
        rc = put_word(inside, script->argument, err);
    }
    return rc == SIGNET_OK ? put_word(inside, script->interpreter, err) : rc;
}

/* Remembers that env starts a program of that name. */
static int note_started(struct signet_closure_inside *inside,
                        const char *name,
                        size_t by,
                        struct signet_err *err)
{
    for (size_t i = 0; i < inside->started_count; i++) {
        if (strcmp(inside->started[i].name, name) == 0) {
            return SIGNET_OK;
        }
    }
    if (inside->started_count == STARTED_MAX) {
        return signet_err_set(err, SIGNET_E_LIMIT, "expected at most %d programs started by env",
                              STARTED_MAX);
    }
    char *kept = signet_parts_keep(&inside->parts, signet_span_str(name), err);
    if (kept == NULL) {
        return SIGNET_E_NOMEM;
    }
    inside->started[inside->started_count++] = (struct started){kept, by};
    return SIGNET_OK;
}

/* One script: its line is read, and its interpreter takes its place in *part. */
static int follow_script(struct signet_closure_inside *inside,
                         struct signet_span head,
                         const char *name,
                         size_t *part,
                         bool *fresh,
                         struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char started[SIGNET_SCRIPT_LINE];
    struct signet_script script;
    struct signet_part *self = &inside->parts.list[*part];
    self->kind = SIGNET_PART_SCRIPT;
    int rc = check_executable(self->path, err);
    if (rc == SIGNET_OK) {
        rc = signet_script_read(head, &script, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_script_started(&script, started, err);
    }
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(self->path), shown));
        return rc;
    }
    rc = started[0] != '\0' ? note_started(inside, started, *part, err) : (int)SIGNET_OK;
    if (rc == SIGNET_OK && name != NULL) {
        rc = put_words(inside, &script, name, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    const struct signet_part_request request = {script.interpreter, SIGNET_PART_PROGRAM, false,
                                                *part};
    return signet_parts_open(&inside->parts, &request, part, fresh, err);
}

/* Follows lines from an opened part to the ELF program that the kernel starts in the end, which
 * takes its place in *part. name is what arguments begin with; NULL: nobody asks for them. */
static int follow(struct signet_closure_inside *inside,
                  const char *name,
                  size_t *part,
                  bool *fresh,
                  struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    for (unsigned scripts = 0;; scripts++) {
        uint8_t head[SIGNET_SCRIPT_LINE];
        size_t len = 0;
        int rc = read_head(inside, *part, head, &len, err);
        if (rc != SIGNET_OK || !signet_script_begins(signet_span_of(head, len))) {
            inside->parts.list[*part].kind = SIGNET_PART_PROGRAM;
            return rc;
        }
        if (scripts == SCRIPTS_MAX) {
            const char *path = inside->parts.list[*part].path;
            return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                  "%s: expected at most %d scripts that interpret one another",
                                  signet_utf8_show(signet_span_str(path), shown), SCRIPTS_MAX);
        }
        rc = follow_script(inside, signet_span_of(head, len), name, part, fresh, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
}

/* Adds what an opened part needs to be executed. *program is the ELF program, *loader the caller's,
 * NULL also if it was there before. */
static int add_executed(struct signet_closure_inside *inside,
                        const char *name,
                        size_t *part,
                        bool fresh,
                        struct signet_loader **loader,
                        struct signet_err *err)
{
    *loader = NULL;
    int rc = follow(inside, name, part, &fresh, err);
    return rc == SIGNET_OK && fresh
               ? signet_loader_start(&inside->parts, &inside->system, *part, loader, err)
               : rc;
}

/* Libraries that are added are loaded by the last program that what was opened starts; by the first
 * that is added, if those have no dynamic linker. */
static void keep_loader(struct signet_closure_inside *inside, struct signet_loader *loader)
{
    bool none = inside->program == NULL && inside->last == NULL;
    if (loader != NULL && (none || !inside->opened)) {
        signet_loader_free(inside->last);
        inside->last = loader;
    } else {
        signet_loader_free(loader);
    }
}

/* One program that env starts. */
static int add_started(struct signet_closure_inside *inside,
                       const struct started *started,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char by[SIGNET_SHOW_MAX];
    char *path = NULL;
    size_t part = 0;
    bool fresh = false;
    struct signet_loader *loader = NULL;
    int rc = signet_closure_find_program(started->name, inside->opts.search, &path, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(
            err, "%s: started by env",
            signet_utf8_show(signet_span_str(inside->parts.list[started->by].path), by));
        return rc;
    }
    if (strchr(started->name, '/') != NULL && started->name[0] != '/') {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED,
                            "%s: expected env to start a program by its name or an absolute path",
                            signet_utf8_show(signet_span_str(started->name), shown));
    }
    if (rc == SIGNET_OK) {
        const struct signet_part_request request = {path, SIGNET_PART_PROGRAM, false, started->by};
        rc = open_part(inside, &request, &part, &fresh, err);
    }
    if (rc == SIGNET_OK) {
        rc = add_executed(inside, NULL, &part, fresh, &loader, err);
    }
    keep_loader(inside, loader);
    free(path);
    return rc;
}

static int add_all_started(struct signet_closure_inside *inside, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (; rc == SIGNET_OK && inside->started_done < inside->started_count;
         inside->started_done++) {
        rc = add_started(inside, &inside->started[inside->started_done], err);
    }
    return rc;
}

/* What the caller sees. */
static void show(struct signet_closure *closure)
{
    const struct signet_closure_inside *inside = closure->inside;
    closure->parts = inside->parts.list;
    closure->count = inside->parts.count;
    closure->words = inside->words;
    closure->word_count = inside->word_count;
    closure->has_code_stack = inside->parts.code_stack;
    closure->has_origin = inside->program != NULL && signet_loader_uses_origin(inside->program);
}

static int check_opts(const struct signet_closure_opts *opts, struct signet_err *err)
{
    return opts->size == sizeof(*opts)
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE, "struct signet_closure_opts: wrong size");
}

int signet_closure_open(const char *path,
                        const struct signet_closure_opts *opts,
                        struct signet_closure *closure,
                        struct signet_err *err)
{
    const struct signet_part_request request = {path, SIGNET_PART_FILE, true, SIZE_MAX};
    bool fresh = false;
    *closure = (struct signet_closure){0};
    int rc = check_opts(opts, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_closure_inside *inside = calloc(1, sizeof(*inside));
    if (inside == NULL) {
        return no_memory(err);
    }
    closure->inside = inside;
    inside->opts = *opts;
    inside->parts.opts = &inside->opts;
    rc = signet_loader_system_open(opts->files, &inside->system, err);
    if (rc == SIGNET_OK) {
        rc = open_part(inside, &request, &closure->program, &fresh, err);
    }
    if (rc == SIGNET_OK) {
        rc = add_executed(inside, path, &closure->program, fresh, &inside->program, err);
    }
    if (rc == SIGNET_OK) {
        rc = add_all_started(inside, err);
    }
    inside->opened = true;
    show(closure);
    return rc;
}

/* What an opened part is that is neither a script that names its interpreter nor executed: an ELF
 * library, or any file. */
static int add_loaded(struct signet_closure_inside *inside, size_t part, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *path = inside->parts.list[part].path;
    struct signet_loader *loader = inside->last != NULL ? inside->last : inside->program;
    inside->parts.list[part].kind = SIGNET_PART_LIBRARY;
    return loader != NULL
               ? signet_loader_add(loader, part, err)
               : signet_err_set(
                     err, SIGNET_E_UNSUPPORTED,
                     "%s: expected a program with a dynamic linker to load this library, "
                     "found none; add that before it",
                     signet_utf8_show(signet_span_str(path), shown));
}

/* What kind of ELF file a part is; FILE if it is none, or one that breaks the format. */
static int tell_elf(struct signet_closure_inside *inside,
                    size_t part,
                    enum signet_part_kind *kind,
                    struct signet_err *err)
{
    struct signet_elf elf;
    struct signet_err reason;
    signet_err_clear(&reason);
    int rc = signet_elf_read(signet_parts_fd(&inside->parts, part), &elf, &reason);
    enum signet_elf_role role = rc == SIGNET_OK ? signet_elf_role(&elf) : SIGNET_ELF_OTHER;
    signet_elf_free(&elf);
    *kind = role == SIGNET_ELF_PROGRAM ? SIGNET_PART_PROGRAM
            : role == SIGNET_ELF_OTHER ? SIGNET_PART_FILE
                                       : SIGNET_PART_LIBRARY;
    return rc == SIGNET_E_IO || rc == SIGNET_E_NOMEM ? signet_err_copy(err, &reason)
                                                     : (int)SIGNET_OK;
}

static int add_fresh(struct signet_closure_inside *inside, size_t part, struct signet_err *err)
{
    uint8_t head[SIGNET_SCRIPT_LINE];
    size_t len = 0;
    enum signet_part_kind kind = SIGNET_PART_SCRIPT;
    struct signet_loader *loader = NULL;
    int rc = read_head(inside, part, head, &len, err);
    if (rc == SIGNET_OK && !signet_script_begins(signet_span_of(head, len))) {
        rc = tell_elf(inside, part, &kind, err);
    }
    if (rc != SIGNET_OK || kind == SIGNET_PART_FILE) {
        inside->parts.list[part].kind = SIGNET_PART_FILE;
        return rc;
    }
    if (kind == SIGNET_PART_LIBRARY) {
        return add_loaded(inside, part, err);
    }
    rc = add_executed(inside, NULL, &part, true, &loader, err);
    keep_loader(inside, loader);
    return rc;
}

int signet_closure_add(struct signet_closure *closure, const char *path, struct signet_err *err)
{
    struct signet_closure_inside *inside = closure->inside;
    const struct signet_part_request request = {path, SIGNET_PART_FILE, true, SIZE_MAX};
    size_t part = 0;
    bool fresh = false;
    int rc = open_part(inside, &request, &part, &fresh, err);
    if (rc == SIGNET_OK && fresh) {
        rc = add_fresh(inside, part, err);
    }
    if (rc == SIGNET_OK) {
        rc = add_all_started(inside, err);
    }
    show(closure);
    return rc;
}

void signet_closure_free(struct signet_closure *closure)
{
    struct signet_closure_inside *inside = closure->inside;
    if (inside != NULL) {
        signet_loader_free(inside->program);
        signet_loader_free(inside->last);
        signet_loader_system_free(&inside->system);
        signet_parts_free(&inside->parts);
        free(inside);
    }
    *closure = (struct signet_closure){0};
}
