/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading one directory. Owns how a directory is opened, read and sorted; knows nothing of what
 * lies below it, and reads no contents.
 */
#define _DEFAULT_SOURCE /* d_type */
#include "artifact/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "artifact/tree.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/grow.h"
#include "base/utf8.h"

/* One directory being read. */
struct reading {
    struct signet_folder *folder;
    const char *name;
    DIR *stream;
    size_t *sizes; /* that may still be asked for */
};

/* The root has no name here: whoever asked for it puts one in front. */
static int cannot_list(const char *name, int sys_errno, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return name[0] == '\0' ? signet_err_sys(err, SIGNET_E_IO, sys_errno, "cannot list")
                           : signet_err_sys(err, SIGNET_E_IO, sys_errno, "%s: cannot list",
                                            signet_utf8_show(signet_span_str(name), shown));
}

static int open_stream(struct reading *reading, int root_fd, struct signet_err *err)
{
    int fd = -1;
    if (reading->name[0] == '\0') {
        fd = openat(root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            return cannot_list(reading->name, errno, err);
        }
    } else {
        int rc = signet_tree_open_beneath(root_fd, reading->name, &fd, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    reading->stream = fdopendir(fd);
    if (reading->stream == NULL) {
        int saved = errno;
        signet_fd_close(&fd);
        return cannot_list(reading->name, saved, err);
    }
    return SIGNET_OK;
}

/* The next entry but "." and ".."; *entry is NULL at the end. */
static int
next_entry(const struct reading *reading, const struct dirent **entry, struct signet_err *err)
{
    do {
        errno = 0;
        *entry = readdir(reading->stream);
        if (*entry == NULL && errno != 0) {
            return cannot_list(reading->name, errno, err);
        }
    } while (*entry != NULL &&
             (strcmp((*entry)->d_name, ".") == 0 || strcmp((*entry)->d_name, "..") == 0));
    return SIGNET_OK;
}

static int cannot_stat(const struct reading *reading, const char *name, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_buf whole;
    int saved = errno;
    signet_buf_init(&whole, SIZE_MAX);
    signet_buf_puts(&whole, reading->name);
    signet_buf_puts(&whole, reading->name[0] != '\0' ? "/" : "");
    signet_buf_puts(&whole, name);
    int rc = signet_err_sys(err, SIGNET_E_IO, saved, "%s: cannot stat",
                            signet_utf8_show(signet_buf_span(&whole), shown));
    signet_buf_free(&whole);
    return rc;
}

static int describe(struct reading *reading,
                    const struct dirent *entry,
                    struct signet_folder_item *item,
                    struct signet_err *err)
{
    item->mode = DTTOIF((unsigned)entry->d_type);
    if (entry->d_type == DT_UNKNOWN || (*reading->sizes > 0 && entry->d_type == DT_REG)) {
        struct stat st;
        if (fstatat(dirfd(reading->stream), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            return cannot_stat(reading, entry->d_name, err);
        }
        item->mode = st.st_mode & (unsigned)S_IFMT;
        if (*reading->sizes > 0 && S_ISREG(st.st_mode)) {
            item->size = (uint64_t)st.st_size;
            --*reading->sizes;
        }
    }
    return SIGNET_OK;
}

static int add(struct reading *reading, const struct dirent *entry, struct signet_err *err)
{
    struct signet_folder *folder = reading->folder;
    if (folder->count == folder->room) {
        struct signet_folder_item *grown =
            signet_grow(folder->items, &folder->room, sizeof(*folder->items));
        if (grown == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a directory");
        }
        folder->items = grown;
    }
    folder->items[folder->count] = (struct signet_folder_item){NULL, 0, 0};
    signet_buf_puts(&folder->names, entry->d_name);
    if (signet_buf_putc(&folder->names, '\0') != SIGNET_OK) {
        return signet_err_set(err, folder->names.status, "out of memory for a directory");
    }
    return describe(reading, entry, &folder->items[folder->count++], err);
}

/* Of two names neither of which has a "/", directories followed by one. */
static int compare_items(const void *a, const void *b)
{
    const struct signet_folder_item *first = a;
    const struct signet_folder_item *second = b;
    size_t same = 0;
    while (first->name[same] != '\0' && first->name[same] == second->name[same]) {
        same++;
    }
    int of_first = (unsigned char)first->name[same];
    int of_second = (unsigned char)second->name[same];
    if (of_first == 0 && S_ISDIR(first->mode)) {
        of_first = '/';
    }
    if (of_second == 0 && S_ISDIR(second->mode)) {
        of_second = '/';
    }
    return of_first - of_second;
}

/* Names lie one behind the other, and stay where they are now. */
static void sort(struct signet_folder *folder)
{
    const char *name = (const char *)folder->names.data;
    for (size_t i = 0; i < folder->count; i++) {
        folder->items[i].name = name;
        name += strlen(name) + 1;
    }
    if (folder->count > 0) {
        qsort(folder->items, folder->count, sizeof(*folder->items), compare_items);
    }
}

int signet_folder_read(int root_fd,
                       const char *name,
                       size_t *sizes,
                       struct signet_folder *folder,
                       struct signet_err *err)
{
    struct reading reading = {.folder = folder, .name = name, .sizes = sizes};
    const struct dirent *entry = NULL;
    memset(folder, 0, sizeof(*folder));
    signet_buf_init(&folder->names, SIZE_MAX);
    int rc = open_stream(&reading, root_fd, err);
    if (rc == SIGNET_OK) {
        rc = next_entry(&reading, &entry, err);
    }
    while (rc == SIGNET_OK && entry != NULL) {
        rc = add(&reading, entry, err);
        if (rc == SIGNET_OK) {
            rc = next_entry(&reading, &entry, err);
        }
    }
    if (reading.stream != NULL) {
        SIGNET_IGNORE(closedir(reading.stream) != 0); /* only read from */
    }
    if (rc != SIGNET_OK) {
        signet_folder_free(folder);
        return rc;
    }
    sort(folder);
    return SIGNET_OK;
}

void signet_folder_free(struct signet_folder *folder)
{
    free(folder->items);
    signet_buf_free(&folder->names);
    memset(folder, 0, sizeof(*folder));
}
