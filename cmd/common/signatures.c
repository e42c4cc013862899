/* SPDX-License-Identifier: Apache-2.0
 *
 * Gathering signature files. Owns where they are looked for and how much of them is read; knows
 * nothing of what they say.
 */
#include "common/signatures.h"

#include <errno.h>
#include <fcntl.h>
#include <signet/io.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/sidecar.h"

static const uint64_t total_min =
    UINT64_C(256)
    << 20; /* bytes of all files beside one artifact, if one alone may not have more */

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for signature files");
}

static int init(struct signet_signatures *signatures, size_t room, struct signet_err *err)
{
    signet_err_clear(&signatures->unread);
    signatures->files = calloc(room + 1, sizeof(*signatures->files));
    signatures->names = calloc(room + 1, sizeof(*signatures->names));
    signatures->own_names = calloc(room + 1, sizeof(*signatures->own_names));
    signatures->times = calloc(room + 1, sizeof(*signatures->times));
    bool all = signatures->files != NULL && signatures->names != NULL &&
               signatures->own_names != NULL && signatures->times != NULL;
    return all ? SIGNET_OK : no_memory(err);
}

void signet_signatures_free(struct signet_signatures *signatures)
{
    for (size_t i = 0; i < signatures->count; i++) {
        signet_buf_free(&signatures->files[i].text);
        free(signatures->names[i]);
        free(signatures->own_names[i]);
        signet_buf_free(&signatures->times[i]);
    }
    free(signatures->files);
    free(signatures->times);
    free(signatures->names);
    free(signatures->own_names);
    memset(signatures, 0, sizeof(*signatures));
}

/* Takes the bytes over as the file called path. */
static int keep(struct signet_signatures *signatures,
                const char *path,
                struct signet_buf *bytes,
                struct signet_err *err)
{
    char *name = strdup(path);
    if (name == NULL) {
        signet_buf_free(bytes);
        return no_memory(err);
    }
    signatures->names[signatures->count] = name;
    signatures->files[signatures->count].name = name;
    signatures->files[signatures->count].text = *bytes;
    signatures->total += bytes->len;
    signatures->count++;
    return SIGNET_OK;
}

int signet_signatures_inside(struct signet_signatures *signatures,
                             const char *directory,
                             struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < signatures->count; i++) {
        char *name = NULL;
        rc = signet_sidecar_inside(signatures->names[i], directory, &name, err);
        free(signatures->own_names[i]);
        signatures->own_names[i] = name;
        signatures->files[i].own_name = name;
    }
    return rc;
}

int signet_signatures_named(struct signet_signatures *signatures,
                            const struct signet_tool *tool,
                            int id,
                            const char *path,
                            struct signet_err *err)
{
    const char *signature = NULL;
    size_t at = 0;
    int rc = init(signatures, signet_opts_count(&tool->opts, id), err);
    while (rc == SIGNET_OK && (signature = signet_opts_next(&tool->opts, id, &at)) != NULL) {
        struct signet_buf bytes;
        rc = signet_io_read(signature, signatures->max, &bytes, err);
        if (rc != SIGNET_OK) {
            signet_buf_free(&bytes);
            break;
        }
        rc = keep(signatures, signature, &bytes, err);
    }
    return rc == SIGNET_OK ? signet_signatures_inside(signatures, path, err) : rc;
}

static int
read_beside(const char *path, uint64_t max, struct signet_buf *bytes, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    signet_buf_init(bytes, 0);
    if (fd < 0) {
        int reason = errno;
        signet_utf8_show(signet_span_str(path), shown);
        return reason == ELOOP
                   ? signet_err_set(
                         err, SIGNET_E_FORBIDDEN,
                         "%s: a link stands where a signature file would; name its target "
                         "with -s if it counts",
                         shown)
                   : signet_err_sys(err, SIGNET_E_IO, reason, "%s", shown);
    }
    int rc = signet_io_read_fd(fd, path, max, bytes, err);
    close(fd);
    return rc;
}

/* A file that cannot be read does not count, and must not hide one that does. */
static int add_found(struct signet_signatures *signatures, const char *path, struct signet_err *err)
{
    struct signet_buf bytes;
    struct signet_err reason;
    signet_err_clear(&reason);
    int rc = read_beside(path, signatures->max, &bytes, &reason);
    if (rc == SIGNET_E_NOMEM) {
        return no_memory(err);
    }
    if (rc != SIGNET_OK) {
        signet_buf_free(&bytes);
        signatures->unread = signatures->unread_count == 0 ? reason : signatures->unread;
        signatures->unread_count++;
        return SIGNET_OK;
    }
    uint64_t total_max = signatures->max > total_min ? signatures->max : total_min;
    if (bytes.len > total_max - signatures->total) {
        signet_buf_free(&bytes);
        return signet_err_set(
            err, SIGNET_E_LIMIT,
            "the signature files beside it are more than %llu bytes together; name "
            "those that count with -s",
            (unsigned long long)total_max);
    }
    return keep(signatures, path, &bytes, err);
}

int signet_signatures_find(struct signet_signatures *signatures,
                           struct signet_tool *tool,
                           const char *path,
                           struct signet_err *err)
{
    struct signet_sidecar_list found = {0};
    char *base = NULL;
    int rc = signet_sidecar_base(path, &base, err);
    if (rc == SIGNET_OK) {
        rc = signet_sidecar_find(base, &found, err);
    }
    if (rc == SIGNET_OK) {
        rc = init(signatures, found.count, err);
    }
    for (size_t i = 0; rc == SIGNET_OK && i < found.count; i++) {
        rc = add_found(signatures, found.paths[i], err);
    }
    if (rc == SIGNET_OK && signatures->count > 0 && signatures->unread_count > 0) {
        signet_tool_note(tool, "%s; not counted%s", signatures->unread.msg,
                         signatures->unread_count > 1 ? ", nor are others beside it" : "");
    }
    signet_sidecar_list_free(&found);
    free(base);
    return rc;
}

/* A file without notes is a file like most. */
static int read_times(const char *name,
                      struct signet_buf *notes,
                      struct signet_tool *tool,
                      struct signet_err *err)
{
    struct signet_err why;
    size_t room = strlen(name) + sizeof(SIGNET_SIDECAR_TIME);
    char *path = malloc(room);
    if (path == NULL || snprintf(path, room, "%s" SIGNET_SIDECAR_TIME, name) < 0) {
        free(path);
        return no_memory(err);
    }
    signet_err_clear(&why);
    int rc = read_beside(path, SIGNET_TIME_NOTES, notes, &why);
    if (rc != SIGNET_OK && why.sys_errno != ENOENT) {
        signet_tool_name(&why, path);
        signet_tool_note(tool, "%s; not counted", why.msg);
    }
    free(path);
    return rc == SIGNET_E_NOMEM ? no_memory(err) : (int)SIGNET_OK;
}

int signet_signatures_dated(struct signet_signatures *signatures,
                            struct signet_tool *tool,
                            struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < signatures->count; i++) {
        rc = read_times(signatures->names[i], &signatures->times[i], tool, err);
        signatures->files[i].time = signet_buf_span(&signatures->times[i]);
    }
    return rc;
}
