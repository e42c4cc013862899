/* SPDX-License-Identifier: Apache-2.0
 *
 * Mounts as proc_pid_mountinfo(5) lists them. Owns which of them matter: where files can be written
 * and executed, and what a lease is good for there.
 */
#include <errno.h>
#include <fcntl.h>
#include <signet/io.h>
#include <signet/text.h>
#include <unistd.h>

#include "enforce/doctor.h"

enum {
    PIECE = 4096,
    SETTING_MAX = 64
};

int signet_doctor_read(const char *path,
                       size_t max,
                       struct signet_buf *text,
                       struct signet_err *err)
{
    int fd = -1;
    ssize_t got = 1;
    signet_buf_init(text, max);
    int rc = signet_io_open(path, &fd, err);
    while (rc == SIGNET_OK && got > 0) {
        uint8_t piece[PIECE];
        got = read(fd, piece, sizeof(piece));
        if (got > 0) {
            rc = signet_buf_put(text, signet_span_of(piece, (size_t)got));
        } else if (got < 0) {
            rc = signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot read", path);
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return rc;
}

bool signet_doctor_number(const char *path, uint64_t *number)
{
    struct signet_buf text;
    bool read = signet_doctor_read(path, SETTING_MAX, &text, NULL) == SIGNET_OK;
    if (read && text.len > 0 && text.data[text.len - 1] == '\n') {
        text.len--;
    }
    read = read && signet_num_parse(signet_buf_span(&text), number) == SIGNET_OK;
    signet_buf_free(&text);
    return read;
}

/* Takes what comes before the next separator off *text. */
static struct signet_span take(struct signet_span *text, char separator)
{
    size_t len = 0;
    while (len < text->len && text->ptr[len] != (uint8_t)separator) {
        len++;
    }
    struct signet_span taken = signet_span_of(text->ptr, len);
    size_t used = len < text->len ? len + 1 : len;
    *text = signet_span_of(text->ptr + used, text->len - used);
    return taken;
}

static bool has_option(struct signet_span options, const char *option)
{
    while (options.len > 0) {
        if (signet_span_is(take(&options, ','), option)) {
            return true;
        }
    }
    return false;
}

static bool is_one_of(struct signet_span type, const char *const *types)
{
    while (*types != NULL && !signet_span_is(type, *types)) {
        types++;
    }
    return *types != NULL;
}

/* One line; false if nothing can be written and executed there. */
static bool read_mount(struct signet_span line, struct signet_doctor_mount *mount)
{
    static const char *const hold_no_files[] = {
        "autofs",     "binfmt_misc", "bpf",       "cgroup", "cgroup2", "configfs", "debugfs",
        "devpts",     "efivarfs",    "fusectl",   "mqueue", "nsfs",    "proc",     "pstore",
        "rpc_pipefs", "securityfs",  "selinuxfs", "sysfs",  "tracefs", NULL};
    static const char *const keep_leases[] = {"ext2", "ext3", "ext4", "xfs", "btrfs", NULL};
    for (int i = 0; i < 4; i++) { /* numbers, and what of the file system is mounted */
        take(&line, ' ');
    }
    mount->path = take(&line, ' ');
    struct signet_span options = take(&line, ' ');
    while (line.len > 0 && !signet_span_is(take(&line, ' '), "-")) {
    }
    mount->type = take(&line, ' ');
    take(&line, ' ');
    mount->leases = is_one_of(mount->type, keep_leases);
    return has_option(options, "rw") && has_option(line, "rw") && !has_option(options, "noexec") &&
           !is_one_of(mount->type, hold_no_files);
}

bool signet_doctor_next_mount(struct signet_span text,
                              size_t *at,
                              struct signet_doctor_mount *mount)
{
    while (*at < text.len) {
        struct signet_span rest = signet_span_of(text.ptr + *at, text.len - *at);
        struct signet_span line = take(&rest, '\n');
        *at = text.len - rest.len;
        if (read_mount(line, mount)) {
            return true;
        }
    }
    return false;
}
