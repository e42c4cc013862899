/* SPDX-License-Identifier: Apache-2.0
 *
 * dlopen() and dlsym() (POSIX.1-2017), once for each library. Owns loading; knows no library. A
 * library stays for good: nothing says when its last user is done.
 */
#include "base/dl.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

static int open_library(const struct signet_dl *library, void **handle, struct signet_err *err)
{
    *handle = dlopen(library->path, RTLD_NOW | RTLD_LOCAL);
    if (*handle == NULL) {
        char shown[SIGNET_SHOW_MAX];
        const char *reason = dlerror();
        return signet_err_set(
            err, SIGNET_E_INTERNAL, "%s: %s", library->need,
            signet_utf8_show(signet_span_str(reason != NULL ? reason : ""), shown));
    }
    return SIGNET_OK;
}

static int
find_functions(const struct signet_dl *library, void *handle, void *table, struct signet_err *err)
{
    for (size_t i = 0; i < library->function_count; i++) {
        const struct signet_dl_function *wanted = &library->functions[i];
        void *found = dlsym(handle, wanted->name);
        if (found == NULL) {
            return signet_err_set(err, SIGNET_E_INTERNAL, "%s: has no function %s; expected %s",
                                  library->path, wanted->name, library->older);
        }
        /* C has no cast from an object to a function pointer; POSIX says that both look alike. */
        memcpy((char *)table + wanted->offset, &found, sizeof(found));
    }
    return SIGNET_OK;
}

static int load(const struct signet_dl *library, void **loaded, struct signet_err *err)
{
    void *handle = NULL;
    void *table = calloc(1, library->table_size);
    if (table == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    int rc = open_library(library, &handle, err);
    if (rc == SIGNET_OK) {
        rc = find_functions(library, handle, table, err);
    }
    if (rc == SIGNET_OK && library->start != NULL) {
        rc = library->start(table, err);
    }
    if (rc == SIGNET_OK) {
        *loaded = table;
        return SIGNET_OK;
    }
    free(table);
    if (handle != NULL) {
        SIGNET_IGNORE(dlclose(handle) != 0); /* nothing of it is in use */
    }
    return rc;
}

int signet_dl_get(const struct signet_dl *library,
                  void **shared,
                  const void **table,
                  struct signet_err *err)
{
    void *mine = SIGNET_ONCE_LOAD(shared);
    if (mine == NULL) {
        int rc = load(library, &mine, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        void *first = NULL;
        if (!SIGNET_ONCE_SET(shared, &first, mine)) {
            if (library->stop != NULL) {
                library->stop(mine);
            }
            free(mine); /* another thread was first; the library itself stays open */
            mine = first;
        }
    }
    *table = mine;
    return SIGNET_OK;
}
