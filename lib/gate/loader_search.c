/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for one library: see gate/loader_search.h. Where, and in which order, is as in ld.so(8)
 * and in glibc's own search (_dl_map_object()): what is found first is taken.
 */
#include "gate/loader_search.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/utf8.h"

/* As the loader: what is for another machine is not there, anything else that is wrong is an error.
 */
static int
check_library(const struct signet_loader_search *search, bool *fits, struct signet_err *err)
{
    *fits = signet_loader_is_for(&search->elf, &search->loader->system->machine);
    return !*fits || (search->elf.type == SIGNET_ELF_SHARED &&
                      (search->elf.flags_1 & SIGNET_ELF_PIE) == 0)
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "expected a shared object, found a program");
}

static bool is_absent(int reason)
{
    return reason == ENOENT || reason == ENOTDIR || reason == EACCES;
}

/* Takes the file at search->path, if it is there. */
static int try_file(struct signet_loader_search *search)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_parts *parts = search->loader->parts;
    const struct signet_part_request request = {search->path, SIGNET_PART_LIBRARY, false,
                                                search->loader->objects[search->requester].part};
    struct signet_err reason;
    bool fresh = false;
    signet_err_clear(&reason);
    int rc = signet_parts_open(parts, &request, &search->part, &fresh, &reason);
    if (rc == SIGNET_E_IO && is_absent(reason.sys_errno)) {
        return SIGNET_OK;
    }
    if (rc != SIGNET_OK) {
        return signet_err_copy(search->err, &reason);
    }
    rc = signet_elf_read(signet_parts_fd(parts, search->part), &search->elf, search->err);
    if (rc == SIGNET_OK) {
        rc = check_library(search, &search->found, search->err);
    }
    if (rc != SIGNET_OK || !search->found) {
        signet_elf_free(&search->elf);
        if (fresh) {
            signet_parts_drop(parts);
        }
    }
    if (rc != SIGNET_OK) {
        search->found = false;
        signet_err_prefix(search->err, "%s",
                          signet_utf8_show(signet_span_str(search->path), shown));
    }
    return rc;
}

/* Sets search->path to what a folder (without a slash behind) has below it. */
static int join(struct signet_loader_search *search,
                struct signet_span folder,
                const char *below,
                const char *name)
{
    int len = snprintf(search->path, sizeof(search->path), "%.*s/%s%s%s", (int)folder.len,
                       (const char *)folder.ptr, below, below[0] != '\0' ? "/" : "", name);
    return len >= 0 && (size_t)len < sizeof(search->path)
               ? (int)SIGNET_OK
               : signet_err_set(
                     search->err, SIGNET_E_LIMIT,
                     "expected paths of less than %d bytes where libraries are looked for",
                     PATH_MAX);
}

/* A folder that only old versions of glibc look into must have nothing of that name. */
static int
check_old_folder(struct signet_loader_search *search, struct signet_span folder, const char *old)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_loader_machine *machine = &search->loader->system->machine;
    struct stat st;
    int rc = join(search, folder, "", old);
    if (rc != SIGNET_OK || stat(search->path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        return rc;
    }
    rc = join(search, folder, old, search->name);
    bool found = rc == SIGNET_OK && stat(search->path, &st) == 0;
    for (size_t i = 0; rc == SIGNET_OK && !found && machine->old[i] != NULL; i++) {
        rc = join(search, folder, old, machine->old[i]);
        found = rc == SIGNET_OK && stat(search->path, &st) == 0;
    }
    return rc == SIGNET_OK && found
               ? signet_err_set(
                     search->err, SIGNET_E_UNSUPPORTED,
                     "%s: only some versions of the loader look there; expected libraries "
                     "for some processors below glibc-hwcaps",
                     signet_utf8_show(signet_span_str(search->path), shown))
               : rc;
}

/* Looks into one absolute folder, and before it into those below for better processors. */
static int try_folder(struct signet_loader_search *search, const char *path)
{
    const struct signet_loader_machine *machine = &search->loader->system->machine;
    struct signet_span folder = signet_span_str(path);
    int rc = SIGNET_OK;
    while (folder.len > 0 && folder.ptr[folder.len - 1] == '/') {
        folder.len--;
    }
    for (unsigned i = 0; rc == SIGNET_OK && !search->found && i < machine->level; i++) {
        rc = join(search, folder, machine->levels[i], search->name);
        rc = rc == SIGNET_OK ? try_file(search) : rc;
    }
    for (size_t i = 0; rc == SIGNET_OK && !search->found && machine->old[i] != NULL; i++) {
        rc = check_old_folder(search, folder, machine->old[i]);
    }
    if (rc == SIGNET_OK && !search->found) {
        rc = join(search, folder, "", search->name);
        rc = rc == SIGNET_OK ? try_file(search) : rc;
    }
    return rc;
}

/* Replaces the tokens of a text that an object has. */
static int expand(struct signet_loader_search *search,
                  size_t object,
                  struct signet_span text,
                  char path[PATH_MAX])
{
    char shown[SIGNET_SHOW_MAX];
    char origin[PATH_MAX];
    struct signet_loader *loader = search->loader;
    bool uses_origin = false;
    signet_loader_folder_of(loader->objects[object].path, origin);
    const struct signet_loader_place place = {origin, &loader->layout};
    int rc = signet_loader_expand(text, &place, path, &uses_origin, search->err);
    loader->uses_origin = loader->uses_origin || (uses_origin && object == 0);
    if (rc != SIGNET_OK) {
        signet_err_prefix(
            search->err, "%s",
            signet_utf8_show(signet_span_str(signet_loader_path_of(loader, object)), shown));
    }
    return rc;
}

/* Looks into the folders of an object's DT_RPATH or DT_RUNPATH, which it may not have. */
static int try_list(struct signet_loader_search *search, size_t object, const char *list)
{
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && !search->found && list != NULL && list[0] != '\0') {
        char path[PATH_MAX];
        size_t len = strcspn(list, ":");
        rc = expand(search, object, signet_span_of(list, len), path);
        if (rc == SIGNET_OK) {
            rc = try_folder(search, path);
        }
        list = list[len] == ':' ? list + len + 1 : NULL;
        if (list != NULL && list[0] == '\0') { /* ends with one: an empty folder */
            return rc == SIGNET_OK && !search->found
                       ? expand(search, object, signet_span_str(""), path)
                       : rc;
        }
    }
    return rc;
}

/* DT_RPATH of those that asked one another for it, and of the program. One that has DT_RUNPATH has
 * none. */
static int try_rpaths(struct signet_loader_search *search)
{
    const struct signet_loader_object *objects = search->loader->objects;
    bool program_done = false;
    int rc = SIGNET_OK;
    for (size_t i = search->requester;
         rc == SIGNET_OK && !search->found && i != SIGNET_LOADER_NOBODY; i = objects[i].requester) {
        program_done = program_done || i == 0;
        rc = objects[i].elf.runpath == NULL ? try_list(search, i, objects[i].elf.rpath) : rc;
    }
    return rc == SIGNET_OK && !search->found && !program_done && objects[0].elf.runpath == NULL
               ? try_list(search, 0, objects[0].elf.rpath)
               : rc;
}

static bool is_of_system(const struct signet_loader_layout *layout, const char *path)
{
    for (size_t i = 0; i < layout->folder_count; i++) {
        if (strncmp(path, layout->folders[i], strlen(layout->folders[i])) == 0) {
            return true;
        }
    }
    return false;
}

static int try_cache(struct signet_loader_search *search, bool no_system)
{
    const struct signet_loader *loader = search->loader;
    const char *cached = NULL;
    int rc = signet_loader_cache_find(&loader->system->cache, &loader->system->machine,
                                      search->name, &cached, search->err);
    if (rc != SIGNET_OK || cached == NULL || (no_system && is_of_system(&loader->layout, cached))) {
        return rc;
    }
    int len = snprintf(search->path, sizeof(search->path), "%s", cached);
    if (cached[0] != '/' || len < 0 || (size_t)len >= sizeof(search->path)) {
        return signet_err_set(search->err, SIGNET_E_MALFORMED,
                              "the loader's cache: expected absolute paths of less than %d bytes",
                              PATH_MAX);
    }
    return try_file(search);
}

static int find_by_name(struct signet_loader_search *search)
{
    const struct signet_loader *loader = search->loader;
    const struct signet_elf *elf = &loader->objects[search->requester].elf;
    bool no_system = (elf->flags_1 & SIGNET_ELF_NODEFLIB) != 0;
    int rc = elf->runpath == NULL ? try_rpaths(search)
                                  : try_list(search, search->requester, elf->runpath);
    if (rc == SIGNET_OK && !search->found) {
        rc = try_cache(search, no_system);
    }
    for (size_t i = 0;
         rc == SIGNET_OK && !search->found && !no_system && i < loader->layout.folder_count; i++) {
        rc = try_folder(search, loader->layout.folders[i]);
    }
    return rc;
}

int signet_loader_search(struct signet_loader_search *search)
{
    if (strchr(search->name, '/') == NULL) {
        return find_by_name(search);
    }
    int rc = expand(search, search->requester, signet_span_str(search->name), search->path);
    return rc == SIGNET_OK ? try_file(search) : rc;
}
