/* SPDX-License-Identifier: Apache-2.0
 *
 * How open holds what it hands on: see enforce/ways.h. Owns which ways are tried; what each is good
 * for is the library's.
 */
#include "enforce/ways.h"

#include <signet/text.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "enforce/doctor.h"
#include "enforce/keep.h"

enum {
    MEMINFO_MAX = 1 << 16
};

int signet_enforce_read_way(const struct signet_opts *opts,
                            enum signet_hold *hold,
                            struct signet_err *err)
{
    static const enum signet_hold ways[] = {SIGNET_HOLD_AUTO, SIGNET_HOLD_LEASE, SIGNET_HOLD_COPY,
                                            SIGNET_HOLD_MEMORY};
    char shown[SIGNET_SHOW_MAX];
    const char *via = signet_opts_value(opts, SIGNET_ENFORCE_VIA);
    *hold = SIGNET_HOLD_AUTO;
    for (size_t i = 0; via != NULL && i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(via, signet_hold_word(ways[i])) == 0) {
            *hold = ways[i];
            return SIGNET_OK;
        }
    }
    return via == NULL
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "option --via: expected auto, lease, copy or memfd, found \"%s\"",
                                signet_utf8_show(signet_span_str(via), shown));
}

/* Half of the memory that can be had without ending or swapping others, in bytes; 0: unknown. */
static uint64_t spare_memory(void)
{
    struct signet_buf text;
    uint64_t kib = 0;
    static const char name[] = "MemAvailable:";
    bool read = signet_doctor_read("/proc/meminfo", MEMINFO_MAX, &text, NULL) == SIGNET_OK &&
                signet_buf_putc(&text, '\0') == SIGNET_OK;
    const char *at = read ? strstr((const char *)text.data, name) : NULL;
    if (at != NULL) {
        kib = strtoull(at + sizeof(name) - 1, NULL, 10);
    }
    signet_buf_free(&text);
    return kib * 512; /* half of as many KiB */
}

/* Holds by a lease, and so by who can end its readers. */
static int
hold_by_lease(struct signet_enforce_start *start, enum signet_hold wanted, struct signet_err *err)
{
    int rc = signet_enforce_can_keep(err);
    return rc == SIGNET_OK ? signet_gate_hold(start->artifact, wanted, 0, &start->hold, err) : rc;
}

/* On disk: beside the file, where blocks may be shared, or where large files of a short life go. */
static int hold_copy(const char *path, struct signet_enforce_start *start, struct signet_err *err)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    int rc = folder != NULL ? signet_enforce_can_keep(err)
                            : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a path");
    if (rc == SIGNET_OK) {
        rc = signet_gate_copy(start->artifact, folder, NULL);
        rc = rc == SIGNET_OK ? rc : signet_gate_copy(start->artifact, "/var/tmp", err);
    }
    if (rc == SIGNET_OK) {
        start->hold = SIGNET_HOLD_COPY;
    }
    free(folder);
    return rc;
}

/* By the first way that is possible: without a copy, in memory if that leaves enough of it. */
static int
hold_any_way(const char *path, struct signet_enforce_start *start, struct signet_err *err)
{
    int rc = hold_by_lease(start, SIGNET_HOLD_LEASE, NULL);
    if (rc != SIGNET_OK) {
        rc = signet_gate_hold(start->artifact, SIGNET_HOLD_MEMORY, spare_memory(), &start->hold,
                              NULL);
    }
    return rc == SIGNET_OK ? rc : hold_copy(path, start, err);
}

static int hold_file(const char *path, struct signet_enforce_start *start, struct signet_err *err)
{
    switch (start->hold) {
    case SIGNET_HOLD_LEASE:
        return hold_by_lease(start, SIGNET_HOLD_LEASE, err);
    case SIGNET_HOLD_COPY:
        return hold_copy(path, start, err);
    case SIGNET_HOLD_MEMORY:
        return signet_gate_hold(start->artifact, SIGNET_HOLD_MEMORY, UINT64_MAX, &start->hold, err);
    case SIGNET_HOLD_AUTO:
    case SIGNET_HOLD_SAFE:
    default:
        return hold_any_way(path, start, err);
    }
}

/* Each file of a bundle is held open until the end. */
static void allow_many_files(struct signet_enforce_start *start)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        const struct rlimit most = {files.rlim_max, files.rlim_max};
        start->files = setrlimit(RLIMIT_NOFILE, &most) == 0 ? files.rlim_cur : 0;
    }
}

static int hold_bundle(struct signet_enforce_start *start, struct signet_err *err)
{
    if (start->hold == SIGNET_HOLD_MEMORY) {
        return signet_err_set(
            err, SIGNET_E_USAGE,
            "option --via: expected auto, lease or copy for a folder, found memfd");
    }
    bool any = start->hold == SIGNET_HOLD_AUTO;
    int rc = SIGNET_E_UNSUPPORTED;
    if (start->hold != SIGNET_HOLD_COPY) {
        allow_many_files(start);
        rc = hold_by_lease(start, start->hold, any ? NULL : err);
    }
    if (rc != SIGNET_OK && (any || start->hold == SIGNET_HOLD_COPY)) {
        rc = signet_gate_hold(start->artifact, SIGNET_HOLD_COPY, 0, &start->hold, err);
    }
    return rc;
}

int signet_enforce_take_hold(struct signet_tool *tool,
                             const char *path,
                             struct signet_enforce_start *start,
                             struct signet_err *err)
{
    bool bundle = signet_artifact_kind(start->artifact) == SIGNET_ARTIFACT_BUNDLE;
    int rc = bundle ? hold_bundle(start, err) : hold_file(path, start, err);
    if (rc != SIGNET_OK) {
        tool->hint = bundle
                         ? "--via lease hands on the files themselves, --via copy private copies, "
                           "and --via auto what is possible"
                         : "--via lease hands on the file itself, --via copy and --via memfd a "
                           "copy on disk or in memory, and --via auto what is possible";
    }
    return rc;
}

int signet_enforce_keep_hold(struct signet_enforce_start *start, bool any, struct signet_err *err)
{
    bool bundle = signet_artifact_kind(start->artifact) == SIGNET_ARTIFACT_BUNDLE;
    int rc = signet_gate_check_hold(start->artifact, start->hold, any && bundle ? NULL : err);
    return rc != SIGNET_OK && any && bundle
               ? signet_gate_hold(start->artifact, SIGNET_HOLD_COPY, 0, &start->hold, err)
               : rc;
}

const char *signet_enforce_way_told(const struct signet_enforce_start *start)
{
    if (signet_artifact_kind(start->artifact) == SIGNET_ARTIFACT_BUNDLE) {
        return start->hold == SIGNET_HOLD_LEASE ? "as its signed files are, by leases (lease)"
                                                : "as a private copy of its signed files (copy)";
    }
    return start->hold == SIGNET_HOLD_LEASE  ? "as it is, by a lease (lease)"
           : start->hold == SIGNET_HOLD_COPY ? "as a copy on disk (copy)"
                                             : "as sealed memory (memfd)";
}
