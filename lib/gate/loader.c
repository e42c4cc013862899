/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding what the dynamic linker loads: see gate/loader.h. As glibc has it: breadth first, a name
 * that was asked for before, or is the DT_SONAME of what is loaded, is not looked for again, and
 * one file is loaded once.
 */
#include "gate/loader.h"

#include <errno.h>

#include "artifact/artifact.h"
#include "artifact/real_path.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/grow.h"
#include "base/utf8.h"
#include "gate/loader_search.h"

enum {
    PRELOAD_MAX = 1 << 16, /* bytes of /etc/ld.so.preload */
    NEEDED_MAX = 1 << 16   /* names of all libraries of a program together */
};

static const size_t elf_max = (size_t)64 << 20; /* bytes of what all of them say */

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

/* The first object that has that name; SIGNET_LOADER_NOBODY. */
static size_t find_loaded(const struct signet_loader *loader, const char *name)
{
    size_t found = SIGNET_LOADER_NOBODY;
    for (size_t i = 0; i < loader->name_count; i++) {
        if (loader->names[i].object < found && strcmp(loader->names[i].text, name) == 0) {
            found = loader->names[i].object;
        }
    }
    for (size_t i = 0; i < loader->count && i < found; i++) {
        const char *soname = loader->objects[i].elf.soname;
        if (soname != NULL && strcmp(soname, name) == 0) {
            return i;
        }
    }
    return found;
}

static int
add_name(struct signet_loader *loader, const char *text, size_t object, struct signet_err *err)
{
    if (loader->name_count == loader->name_room) {
        struct signet_loader_name *names =
            signet_grow(loader->names, &loader->name_room, sizeof(*names));
        if (names == NULL) {
            return no_memory(err);
        }
        loader->names = names;
    }
    loader->names[loader->name_count++] = (struct signet_loader_name){text, object};
    return SIGNET_OK;
}

/* Adds an object, whose elf is the loader's to free then, in any case. */
static int add_object(struct signet_loader *loader,
                      struct signet_loader_object *object,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (loader->count == loader->room) {
        struct signet_loader_object *objects =
            signet_grow(loader->objects, &loader->room, sizeof(*objects));
        if (objects == NULL) {
            signet_elf_free(&object->elf);
            return no_memory(err);
        }
        loader->objects = objects;
    }
    loader->objects[loader->count++] = *object;
    loader->needed += object->elf.needed_count;
    loader->elf_bytes += object->elf.storage.total;
    const char *path =
        signet_utf8_show(signet_span_str(signet_loader_path_of(loader, loader->count - 1)), shown);
    if (loader->needed > NEEDED_MAX || loader->elf_bytes > elf_max) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "%s: expected a program and libraries that need at most %d others",
                              path, NEEDED_MAX);
    }
    return object->elf.unusual == NULL
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "%s: has a %s, by which further libraries are loaded; expected "
                                "DT_NEEDED alone",
                                path, object->elf.unusual);
}

/* The object that is that part; loader->count if there is none. */
static size_t find_object(const struct signet_loader *loader, size_t part)
{
    size_t i = 0;
    while (i < loader->count && loader->objects[i].part != part) {
        i++;
    }
    return i;
}

/* Takes what was found for a program that has it not yet. */
static int take_found(struct signet_loader_search *search)
{
    struct signet_loader *loader = search->loader;
    size_t object = find_object(loader, search->part);
    if (object < loader->count) {
        signet_elf_free(&search->elf);
        return add_name(loader, search->name, object, search->err);
    }
    char *path = signet_parts_keep(loader->parts, signet_span_str(search->path), search->err);
    struct signet_loader_object found = {search->part, path, search->requester, search->elf};
    if (path == NULL) {
        signet_elf_free(&search->elf);
        return SIGNET_E_NOMEM;
    }
    int rc = add_object(loader, &found, search->err);
    return rc == SIGNET_OK ? add_name(loader, search->name, object, search->err) : rc;
}

/* Loads what an object needs under a name. */
static int load(struct signet_loader *loader,
                size_t requester,
                const char *name,
                bool optional,
                struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char by[SIGNET_SHOW_MAX];
    struct signet_loader_search search = {
        .loader = loader, .name = name, .requester = requester, .err = err};
    if (find_loaded(loader, name) != SIGNET_LOADER_NOBODY) {
        return SIGNET_OK;
    }
    int rc = signet_loader_search(&search);
    if (rc == SIGNET_OK && search.found) {
        return take_found(&search);
    }
    if (rc != SIGNET_OK || optional) {
        return rc;
    }
    return signet_err_sys(
        err, SIGNET_E_IO, ENOENT,
        "%s: expected a library for this machine where the loader looks, found "
        "none; needed by %s",
        signet_utf8_show(signet_span_str(name), shown),
        signet_utf8_show(signet_span_str(signet_loader_path_of(loader, requester)), by));
}

/* Loads what the objects need that SIGNET_LOADER_NOBODY has looked at yet, in turn. */
static int load_needed(struct signet_loader *loader, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (; rc == SIGNET_OK && loader->done < loader->count; loader->done++) {
        for (size_t i = 0; rc == SIGNET_OK && i < loader->objects[loader->done].elf.needed_count;
             i++) {
            rc =
                load(loader, loader->done, loader->objects[loader->done].elf.needed[i], false, err);
        }
    }
    return rc;
}

/* Loads what the system has every program load; what is not there is passed over. */
static int load_preloads(struct signet_loader *loader, struct signet_err *err)
{
    static const char separators[] = " \t\n:";
    const char *text = (const char *)loader->system->preload.data;
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && text != NULL && text[0] != '\0') {
        size_t len = text[0] == '#' ? strcspn(text, "\n") : strcspn(text, " \t\n:#");
        char *name = len > 0 && text[0] != '#'
                         ? signet_parts_keep(loader->parts, signet_span_of(text, len), err)
                         : NULL;
        if (name != NULL) {
            rc = load(loader, 0, name, true, err);
        } else if (len > 0 && text[0] != '#') {
            rc = SIGNET_E_NOMEM;
        }
        text += len + strspn(text + len, separators);
    }
    return rc;
}

/* Where a part really stands, for as long as the parts. */
static int
real_path_of(struct signet_parts *parts, size_t part, const char **path, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char *real = NULL;
    int rc = signet_real_path(parts->list[part].artifact, &real, err);
    if (rc == SIGNET_OK && real == NULL) {
        rc = signet_err_set(err, SIGNET_E_IO, "%s: moved or deleted after it was opened",
                            signet_utf8_show(signet_span_str(parts->list[part].path), shown));
    }
    if (rc == SIGNET_OK) {
        *path = signet_parts_keep(parts, signet_span_str(real), err);
        rc = *path != NULL ? SIGNET_OK : SIGNET_E_NOMEM;
    }
    free(real);
    return rc;
}

/* The interpreter, which has to be the one that this is about. */
static int add_interpreter(struct signet_loader *loader, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_loader_machine *machine = &loader->system->machine;
    const char *path = loader->objects[0].elf.interpreter;
    struct signet_loader_object object = {.path = path, .requester = 0};
    bool fresh = false;
    if (path[0] != '/') {
        return signet_err_set(
            err, SIGNET_E_UNSUPPORTED, "%s: expected an interpreter of an absolute path",
            signet_utf8_show(signet_span_str(signet_loader_path_of(loader, 0)), shown));
    }
    const struct signet_part_request request = {path, SIGNET_PART_INTERPRETER, false,
                                                loader->objects[0].part};
    int rc = signet_parts_open(loader->parts, &request, &object.part, &fresh, err);
    if (rc == SIGNET_OK) {
        rc = signet_elf_read(signet_parts_fd(loader->parts, object.part), &object.elf, err);
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(path), shown));
    }
    if (rc == SIGNET_OK &&
        (!signet_loader_is_for(&object.elf, machine) || object.elf.soname == NULL ||
         strcmp(object.elf.soname, machine->soname) != 0)) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED,
                            "%s: expected the dynamic linker of glibc, %s, found another",
                            signet_utf8_show(signet_span_str(path), shown), machine->soname);
    }
    const char *real = NULL;
    if (rc == SIGNET_OK) {
        rc = real_path_of(loader->parts, object.part, &real, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_loader_layout_find(real, machine, &loader->layout, err);
    }
    if (rc != SIGNET_OK) {
        signet_elf_free(&object.elf);
        return rc;
    }
    rc = add_object(loader, &object, err);
    return rc == SIGNET_OK ? add_name(loader, path, loader->count - 1, err) : rc;
}

static int read_program(struct signet_loader *loader, size_t program, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_loader_object object = {.part = program, .requester = SIGNET_LOADER_NOBODY};
    int rc = real_path_of(loader->parts, program, &object.path, err);
    if (rc == SIGNET_OK) {
        rc = signet_elf_read(signet_parts_fd(loader->parts, program), &object.elf, err);
    }
    if (rc == SIGNET_OK &&
        (!signet_loader_is_for(&object.elf, &loader->system->machine) ||
         (object.elf.type != SIGNET_ELF_EXEC && object.elf.type != SIGNET_ELF_SHARED))) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED, "expected a program for this machine");
    }
    if (rc != SIGNET_OK) {
        signet_elf_free(&object.elf);
        signet_err_prefix(
            err, "%s", signet_utf8_show(signet_span_str(loader->parts->list[program].path), shown));
        return rc;
    }
    loader->parts->code_stack = loader->parts->code_stack || object.elf.code_stack;
    return add_object(loader, &object, err);
}

int signet_loader_start(struct signet_parts *parts,
                        const struct signet_loader_system *system,
                        size_t program,
                        struct signet_loader **loader,
                        struct signet_err *err)
{
    struct signet_loader *started = calloc(1, sizeof(*started));
    *loader = NULL;
    if (started == NULL) {
        return no_memory(err);
    }
    started->parts = parts;
    started->system = system;
    int rc = read_program(started, program, err);
    bool alone = rc == SIGNET_OK && started->objects[0].elf.interpreter == NULL;
    if (rc == SIGNET_OK && !alone) {
        rc = add_interpreter(started, err);
    }
    if (rc == SIGNET_OK && !alone) {
        rc = load_preloads(started, err);
    }
    if (rc == SIGNET_OK && !alone) {
        rc = load_needed(started, err);
    }
    if (rc != SIGNET_OK || alone) {
        signet_loader_free(started);
        return rc;
    }
    *loader = started;
    return SIGNET_OK;
}

int signet_loader_add(struct signet_loader *loader, size_t library, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *path = loader->parts->list[library].path;
    struct signet_loader_object object = {.part = library, .path = path, .requester = 0};
    if (find_object(loader, library) < loader->count) {
        return SIGNET_OK;
    }
    int rc = signet_elf_read(signet_parts_fd(loader->parts, library), &object.elf, err);
    if (rc == SIGNET_OK && !signet_loader_is_for(&object.elf, &loader->system->machine)) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED, "expected a library for this machine");
    }
    if (rc != SIGNET_OK) {
        signet_elf_free(&object.elf);
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(path), shown));
        return rc;
    }
    rc = add_object(loader, &object, err);
    return rc == SIGNET_OK ? load_needed(loader, err) : rc;
}

bool signet_loader_uses_origin(const struct signet_loader *loader)
{
    return loader->uses_origin;
}

void signet_loader_free(struct signet_loader *loader)
{
    if (loader == NULL) {
        return;
    }
    for (size_t i = 0; i < loader->count; i++) {
        signet_elf_free(&loader->objects[i].elf);
    }
    free(loader->objects);
    free(loader->names);
    free(loader);
}

/* A file of the system that need not be there. */
static int read_preload(const char *path, struct signet_buf *text, struct signet_err *err)
{
    struct signet_err reason;
    int fd = -1;
    signet_err_clear(&reason);
    int rc = signet_fd_open_named(path, &fd, &reason);
    if (rc != SIGNET_OK) {
        return reason.sys_errno == ENOENT ? (int)SIGNET_OK : signet_err_copy(err, &reason);
    }
    rc = signet_fd_read_file(fd, path, PRELOAD_MAX, text, err);
    signet_fd_close(&fd);
    if (rc == SIGNET_OK && text->len > 0 && memchr(text->data, '\0', text->len) != NULL) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected a text", path);
    }
    return rc == SIGNET_OK ? signet_buf_putc(text, '\0') : rc;
}

int signet_loader_system_open(const struct signet_loader_files *files,
                              struct signet_loader_system *system,
                              struct signet_err *err)
{
    static const struct signet_loader_files usual = {"/etc/ld.so.cache", "/etc/ld.so.preload"};
    *system = (struct signet_loader_system){0};
    files = files != NULL ? files : &usual;
    signet_buf_init(&system->preload, PRELOAD_MAX + 1);
    signet_loader_machine(&system->machine);
    if (system->machine.machine == 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "how libraries are found on this machine is not known");
    }
    int rc = signet_loader_cache_open(files->cache, &system->cache, err);
    return rc == SIGNET_OK ? read_preload(files->preload, &system->preload, err) : rc;
}

void signet_loader_system_free(struct signet_loader_system *system)
{
    signet_loader_cache_free(&system->cache);
    signet_buf_free(&system->preload);
}
