/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders as ELF files name them: see gate/loader_path.h.
 */
#include "gate/loader_path.h"

#include <stdio.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

/* Of a system whose libraries are in the folders lib of / and /usr; if those are of one machine
 * alone, also in the folders above. */
static void lay_out(const char *lib, bool multiarch, struct signet_loader_layout *layout)
{
    const char *const libs[SIGNET_LOADER_FOLDERS] = {lib, lib, "lib", "lib"};
    layout->lib = lib;
    layout->folder_count = multiarch ? SIGNET_LOADER_FOLDERS : 2;
    for (size_t i = 0; i < layout->folder_count; i++) { /* each of them fits */
        SIGNET_IGNORE(snprintf(layout->folders[i], sizeof(layout->folders[i]), "%s/%s/",
                               i % 2 == 0 ? "" : "/usr", libs[i]));
    }
}

int signet_loader_layout_find(const char *loader,
                              const struct signet_loader_machine *machine,
                              struct signet_loader_layout *layout,
                              struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char folder[PATH_MAX];
    const char *const libs[] = {machine->multiarch, "lib64", "lib"};
    signet_loader_folder_of(loader, folder);
    const char *lib = strncmp(folder, "/usr/", 5) == 0 ? folder + 5 : folder + 1;
    *layout = (struct signet_loader_layout){.folder_count = 0};
    for (size_t i = 0; i < SIGNET_COUNT(libs); i++) {
        if (strcmp(lib, libs[i]) == 0) {
            lay_out(libs[i], i == 0, layout);
            return SIGNET_OK;
        }
    }
    return signet_err_set(
        err, SIGNET_E_UNSUPPORTED,
        "%s: expected the loader in a folder of the system (/usr/%s, /usr/lib64 or "
        "/usr/lib), so that the others are known",
        signet_utf8_show(signet_span_str(loader), shown), machine->multiarch);
}

static bool goes_on(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* Bytes that a token of that name takes at the start of text, which is behind a "$"; 0: it is none.
 */
static size_t token_len(struct signet_span text, const char *name)
{
    size_t len = strlen(name);
    bool braced = text.len > 0 && text.ptr[0] == '{';
    struct signet_span inner = braced ? signet_span_of(text.ptr + 1, text.len - 1) : text;
    if (!signet_span_begins(inner, name)) {
        return 0;
    }
    if (braced) {
        return inner.len > len && inner.ptr[len] == '}' ? len + 2 : 0;
    }
    return inner.len > len && goes_on(inner.ptr[len]) ? 0 : len;
}

static int too_long(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_LIMIT, "expected a path of less than %d bytes", PATH_MAX);
}

static int check_absolute(struct signet_span text, const char *path, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return path[0] == '/'
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "\"%s\": expected an absolute path, found one that depends on the "
                                "folder that the program is started in",
                                signet_utf8_show(text, shown));
}

int signet_loader_expand(struct signet_span text,
                         const struct signet_loader_place *place,
                         char out[PATH_MAX],
                         bool *uses_origin,
                         struct signet_err *err)
{
    size_t used = 0;
    for (size_t i = 0; i < text.len;) {
        struct signet_span rest = signet_span_of(text.ptr + i + 1, text.len - i - 1);
        const bool token = text.ptr[i] == '$';
        size_t origin_len = token ? token_len(rest, "ORIGIN") : 0;
        size_t lib_len = token ? token_len(rest, "LIB") : 0;
        if (token && token_len(rest, "PLATFORM") > 0) {
            return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                  "a path with $PLATFORM, which depends on the version of glibc");
        }
        struct signet_span put = origin_len > 0 ? signet_span_str(place->origin)
                                 : lib_len > 0  ? signet_span_str(place->layout->lib)
                                                : signet_span_of(text.ptr + i, 1);
        if (put.len >= PATH_MAX - used) {
            return too_long(err);
        }
        memcpy(out + used, put.ptr, put.len);
        used += put.len;
        *uses_origin = *uses_origin || origin_len > 0;
        i += 1 + origin_len + lib_len;
    }
    out[used] = '\0';
    return check_absolute(text, out, err);
}

void signet_loader_folder_of(const char *path, char out[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL || slash == path ? 1 : (size_t)(slash - path);
    len = len < PATH_MAX ? len : PATH_MAX - 1;
    memcpy(out, path, len);
    out[len] = '\0';
}
