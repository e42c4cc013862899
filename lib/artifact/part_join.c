/* SPDX-License-Identifier: Apache-2.0
 *
 * Joining parts: artifact/PARTS.md, "Joining". Owns what makes parts belong together and to a tree;
 * reads no file of that tree, so whoever made the parts is believed about contents.
 */
#include <stdlib.h>

#include "artifact/part.h"
#include "base/err.h"
#include "base/utf8.h"

/* Parts being joined. */
struct joining {
    struct signet_manifest *manifest;
    struct signet_digest listing; /* of the manifest */
    uint64_t of;                  /* parts there must be; 0 before the first was read */
    bool *given;                  /* of each part, once of is known */
    bool *filled;                 /* of each entry */
};

static int
begin_parts(struct joining *joining, const struct signet_part *part, struct signet_err *err)
{
    if (joining->of == 0) {
        joining->given = calloc((size_t)part->of, sizeof(*joining->given));
        if (joining->given == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the parts");
        }
        joining->of = part->of;
    }
    return SIGNET_OK;
}

/* One of N parts, and not one that was given before, of this listing. */
static int
check_part(struct joining *joining, const struct signet_part *part, struct signet_err *err)
{
    int rc = begin_parts(joining, part, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    unsigned long long number = part->number;
    unsigned long long of = part->of;
    if (part->of != joining->of) {
        return signet_err_set(err, SIGNET_E_MISMATCH, "part %llu of %llu, among parts of %llu",
                              number, of, (unsigned long long)joining->of);
    }
    if (joining->given[part->number - 1]) {
        return signet_err_set(err, SIGNET_E_MISMATCH, "part %llu of %llu is given twice", number,
                              of);
    }
    joining->given[part->number - 1] = true;
    if (!signet_digest_eq(&part->listing, &joining->listing)) {
        return signet_err_set(err, SIGNET_E_MISMATCH,
                              "part %llu of %llu is of another tree, of another state of this one, "
                              "or of other paths left out",
                              number, of);
    }
    return SIGNET_OK;
}

static int
take_entry(struct joining *joining, const struct signet_part_entry *entry, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_entry *found = signet_manifest_find(joining->manifest, entry->name);
    signet_utf8_show(entry->name, shown);
    if (found == NULL) {
        return signet_err_set(err, SIGNET_E_MISMATCH, "%s: is not in the tree", shown);
    }
    size_t index = (size_t)(found - joining->manifest->entries);
    if (found->size != entry->size) {
        return signet_err_set(err, SIGNET_E_MISMATCH, "%s: had %llu bytes, and has %llu now", shown,
                              (unsigned long long)entry->size, (unsigned long long)found->size);
    }
    if (joining->filled[index]) {
        return signet_err_set(err, SIGNET_E_MISMATCH, "%s: is in another part too", shown);
    }
    joining->filled[index] = true;
    memcpy(joining->manifest->entries[index].sha256, entry->sha256, sizeof(entry->sha256));
    return SIGNET_OK;
}

static int join_file(struct joining *joining,
                     const struct signet_part_file *file,
                     const struct signet_limits *limits,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_part part;
    int rc = signet_part_read(file->text, limits, &part, err);
    if (rc == SIGNET_OK) {
        rc = check_part(joining, &part, err);
    }
    for (size_t i = 0; rc == SIGNET_OK && i < part.count; i++) {
        rc = take_entry(joining, &part.entries[i], err);
    }
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(file->name), shown));
    }
    signet_part_free(&part);
    return rc;
}

/* Every part was given, and every entry was in one. */
static int check_complete(const struct joining *joining, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    for (uint64_t i = 0; i < joining->of; i++) {
        if (!joining->given[i]) {
            return signet_err_set(err, SIGNET_E_MISMATCH, "part %llu of %llu is missing",
                                  (unsigned long long)i + 1, (unsigned long long)joining->of);
        }
    }
    for (size_t i = 0; i < joining->manifest->count; i++) {
        if (!joining->filled[i]) {
            const char *name = joining->manifest->entries[i].name;
            return signet_err_set(err, SIGNET_E_MISMATCH, "%s: is in no part",
                                  signet_utf8_show(signet_span_str(name), shown));
        }
    }
    return SIGNET_OK;
}

int signet_part_join(struct signet_manifest *manifest,
                     const struct signet_part_file *files,
                     size_t count,
                     const struct signet_limits *limits,
                     struct signet_err *err)
{
    struct joining joining = {.manifest = manifest};
    int rc = signet_part_listing(manifest, &joining.listing, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    joining.filled = calloc(manifest->count + 1, sizeof(*joining.filled));
    if (joining.filled == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the parts");
    }
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        rc = join_file(&joining, &files[i], limits, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_complete(&joining, err);
    }
    free(joining.filled);
    free(joining.given);
    return rc;
}
