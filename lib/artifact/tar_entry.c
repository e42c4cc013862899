/* SPDX-License-Identifier: Apache-2.0
 *
 * What an entry of a tar is: its kind, its size and what may not be said of it, because readers
 * would make different things of it (POSIX.1-2017 pax; the GNU tar manual). Knows one header and
 * what its extension headers said; what stands around them is the scanner's.
 */
#include "artifact/tar_entry.h"

#include <sys/stat.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

/* The greatest size that every header has room for. */
#define FIELD_MAX UINT64_C(077777777777)

struct kind {
    char type;
    unsigned mode;
};

static const struct kind kinds[] = {
    {'0', S_IFREG}, {'\0', S_IFREG}, {'1', S_IFREG}, {'2', S_IFLNK},
    {'3', S_IFCHR}, {'4', S_IFBLK},  {'5', S_IFDIR}, {'6', S_IFIFO},
};

struct other {
    char type;
    const char *what; /* NULL: an extension header */
};

static const struct other others[] = {
    {'x', NULL},
    {'g', NULL},
    {'L', NULL},
    {'K', NULL},
    {'7', "a contiguous file"},
    {'A', "a Solaris access control list"},
    {'D', "a directory of an incremental backup"},
    {'E', "a Solaris attribute file"},
    {'M', "the rest of a file from another volume"},
    {'N', "a list of long names in an old way"},
    {'S', "a sparse file"},
    {'V', "a volume label"},
    {'X', "a Solaris pax header"},
};

static int malformed(uint64_t at, const char *text, struct signet_err *err)
{
    return signet_err_at(err, SIGNET_E_MALFORMED, at, "%s", text);
}

bool signet_tar_extended(const struct signet_tar_extensions *extensions)
{
    return extensions->pax || extensions->long_name || extensions->long_link;
}

/* What says the same thing twice, or in two ways, is read in different orders by different
 * readers. */
int signet_tar_may_follow(char type,
                          const struct signet_tar_extensions *extensions,
                          uint64_t at,
                          struct signet_err *err)
{
    const struct signet_tar_extensions *before = extensions;
    if ((type == 'g' || type == 'x') && signet_tar_extended(before)) {
        return malformed(at, "expected an entry behind its extension header, found a pax header",
                         err);
    }
    if (type == 'L' && (before->pax || before->long_name)) {
        return malformed(
            at, "expected an entry behind its extension header, found a further long name", err);
    }
    if (type == 'K' && (before->pax || before->long_link)) {
        return malformed(at,
                         "expected an entry behind its extension header, found a further long "
                         "target of a link",
                         err);
    }
    return SIGNET_OK;
}

/* The kind of an entry by its type, or NULL. */
static const struct kind *find_kind(char type)
{
    for (size_t i = 0; i < SIGNET_COUNT(kinds); i++) {
        if (kinds[i].type == type) {
            return &kinds[i];
        }
    }
    return NULL;
}

int signet_tar_type_check(char type, uint64_t at, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (find_kind(type) != NULL) {
        return SIGNET_OK;
    }
    for (size_t i = 0; i < SIGNET_COUNT(others); i++) {
        if (others[i].type == type) {
            return others[i].what == NULL
                       ? SIGNET_OK
                       : signet_err_at(err, SIGNET_E_UNSUPPORTED, at,
                                       "expected a file, a directory or a link, found %s",
                                       others[i].what);
        }
    }
    return signet_err_at(err, SIGNET_E_UNSUPPORTED, at,
                         "expected a known type of entry, found '%s'",
                         signet_utf8_show(signet_span_of(&type, 1), shown));
}

/* A reader that does not know pax takes the header's size: no two may differ, but for one that the
 * header has no room for. */
static int settle_size(const struct signet_tar_header *header,
                       const struct signet_tar_pax *pax,
                       uint64_t at,
                       uint64_t *size,
                       struct signet_err *err)
{
    *size = pax->has_size ? pax->size : header->size;
    if (!pax->has_size && !header->has_size) {
        return malformed(at, "expected a size, found none", err);
    }
    if (header->size != *size && (header->size != 0 || *size <= FIELD_MAX)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at,
                             "expected one size, found %llu in the header and %llu in the pax "
                             "header",
                             (unsigned long long)header->size, (unsigned long long)*size);
    }
    return SIGNET_OK;
}

static bool ends_in_slash(struct signet_span name)
{
    return name.len > 0 && name.ptr[name.len - 1] == '/';
}

/* Old tars mark a directory by "/" behind its name alone. Some readers take that from type '0' too,
 * and some look at the name in the header, not at a longer one that replaces it. */
static int settle_slash(const struct signet_tar_header *header,
                        uint64_t at,
                        struct signet_layout_item *item,
                        struct signet_err *err)
{
    bool slash = ends_in_slash(item->name);
    if (header->type == '0' && slash) {
        return malformed(at, "expected no \"/\" behind the name of a file of type '0'", err);
    }
    if (header->type == '\0' && slash != ends_in_slash(header->name)) {
        return malformed(at, "expected \"/\" behind both names of an old entry, or behind neither",
                         err);
    }
    if (header->type == '\0' && slash) {
        item->mode = S_IFDIR | header->permissions;
    }
    return SIGNET_OK;
}

int signet_tar_entry_judge(const struct signet_tar_header *header,
                           const struct signet_tar_extensions *extensions,
                           uint64_t at,
                           struct signet_layout_item *item,
                           struct signet_err *err)
{
    const struct kind *kind = find_kind(header->type);
    if (kind == NULL) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "an entry of a tar without a kind");
    }
    item->mode = kind->mode | header->permissions;
    item->hard_link = header->type == '1';
    int rc = settle_size(header, &extensions->says, at, &item->size, err);
    if (rc == SIGNET_OK) {
        item->packed = item->size;
        item->stored = true;
        rc = settle_slash(header, at, item, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    bool file = S_ISREG(item->mode) && !item->hard_link;
    bool link = S_ISLNK(item->mode) || item->hard_link;
    if (!file && item->size != 0) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at,
                             "expected size 0 for what is no regular file, found %llu",
                             (unsigned long long)item->size);
    }
    if (!link && (extensions->long_link || extensions->says.has_link)) {
        return malformed(at, "expected a link behind the target of one", err);
    }
    return SIGNET_OK;
}
