/* SPDX-License-Identifier: Apache-2.0
 *
 * Choosing among the entries that a statement lists. Owns what a name stands for; compares nothing
 * with files.
 */
#include "verify/selection.h"

#include <stdlib.h>

#include "base/err.h"

static struct signet_span name_at(const struct signet_oms *oms, size_t index)
{
    return signet_oms_name(&oms->resources[index]);
}

/* Whether name sorts before wanted or, if below is set, before wanted with a "/" behind it. */
static bool sorts_before(struct signet_span name, struct signet_span wanted, bool below)
{
    size_t common = name.len < wanted.len ? name.len : wanted.len;
    int order = common > 0 ? memcmp(name.ptr, wanted.ptr, common) : 0;
    if (order != 0) {
        return order < 0;
    }
    if (name.len <= wanted.len) {
        return name.len < wanted.len || below;
    }
    return below && name.ptr[wanted.len] < '/';
}

/* The first resource that does not sort before wanted, or before all below it. */
static size_t find_first(const struct signet_oms *oms, struct signet_span wanted, bool below)
{
    size_t low = 0;
    size_t high = oms->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorts_before(name_at(oms, middle), wanted, below)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_below(struct signet_span name, struct signet_span folder)
{
    return name.len > folder.len && name.ptr[folder.len] == '/' &&
           signet_span_eq(signet_span_of(name.ptr, folder.len), folder);
}

/* Marks what wanted names; false if that is nothing. */
static bool
choose(const struct signet_oms *oms, struct signet_span wanted, bool folder, bool *chosen)
{
    bool any = false;
    size_t at = find_first(oms, wanted, false);
    if (!folder && at < oms->count && signet_span_eq(name_at(oms, at), wanted)) {
        chosen[at] = true;
        any = true;
    }
    for (at = find_first(oms, wanted, true); at < oms->count && is_below(name_at(oms, at), wanted);
         at++) {
        chosen[at] = true;
        any = true;
    }
    return any;
}

static int choose_all(struct signet_selection *selection,
                      const struct signet_oms *oms,
                      const char *const *only,
                      bool *chosen,
                      struct signet_arena *storage)
{
    size_t count = 0;
    size_t strays = 0;
    while (only[count] != NULL) {
        count++;
    }
    selection->strays = signet_arena_array(storage, count + 1, sizeof(*selection->strays));
    for (size_t i = 0; selection->strays != NULL && i < count; i++) {
        size_t len = strlen(only[i]);
        bool folder = len > 0 && only[i][len - 1] == '/';
        if (!choose(oms, signet_span_of(only[i], folder ? len - 1 : len), folder, chosen)) {
            selection->strays[strays++] = only[i];
        }
    }
    return selection->strays != NULL ? SIGNET_OK : SIGNET_E_NOMEM;
}

/* Copies the chosen resources, which stay in order. */
static int keep_chosen(struct signet_selection *selection,
                       const struct signet_oms *oms,
                       const bool *chosen,
                       struct signet_arena *storage)
{
    size_t count = 0;
    for (size_t i = 0; i < oms->count; i++) {
        count += chosen[i] ? 1 : 0;
    }
    selection->oms = *oms;
    selection->oms.count = 0;
    selection->oms.resources =
        signet_arena_array(storage, count + 1, sizeof(*selection->oms.resources));
    selection->names = signet_arena_array(storage, count + 1, sizeof(*selection->names));
    if (selection->oms.resources == NULL || selection->names == NULL) {
        return SIGNET_E_NOMEM;
    }
    for (size_t i = 0; i < oms->count; i++) {
        if (!chosen[i]) {
            continue;
        }
        const char *name = signet_arena_copy(storage, name_at(oms, i));
        if (name == NULL) {
            return SIGNET_E_NOMEM;
        }
        selection->names[selection->oms.count] = name;
        selection->oms.resources[selection->oms.count++] = oms->resources[i];
    }
    return SIGNET_OK;
}

int signet_selection_make(struct signet_selection *selection,
                          const struct signet_oms *oms,
                          const char *const *only,
                          struct signet_arena *storage,
                          struct signet_err *err)
{
    bool *chosen = calloc(oms->count, sizeof(*chosen));
    int rc = SIGNET_E_NOMEM;
    memset(selection, 0, sizeof(*selection));
    if (chosen != NULL) {
        rc = choose_all(selection, oms, only, chosen, storage);
    }
    if (rc == SIGNET_OK) {
        rc = keep_chosen(selection, oms, chosen, storage);
    }
    free(chosen);
    return rc == SIGNET_OK ? SIGNET_OK
                           : signet_err_set(err, rc, "out of memory for the chosen entries");
}
