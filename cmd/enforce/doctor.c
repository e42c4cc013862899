/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-enforce doctor: what this system has that gates are built on, and what is possible with
 * it. Owns what is looked at and what it is for; the kernel and /proc say what there is.
 */
#define _GNU_SOURCE /* unshare */
#include "enforce/doctor.h"

#include <sched.h>
#include <signet/io.h>
#include <signet/probe.h>
#include <signet/text.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enforce/enforce.h"

enum {
    MOUNTS_MAX = 1 << 22,
    LINE_BYTES = 512
};

/* What is looked at, as bits, by which gates say what they need. */
enum {
    EXECVE_CHECK = 1 << 0,
    SEALED_MEMORY = 1 << 1,
    MEMORY_NEVER_RUN = 1 << 2,
    LANDLOCK = 1 << 3,
    SECCOMP = 1 << 4,
    MDWE = 1 << 5,
    MOUNT_SETATTR = 1 << 6,
    FANOTIFY = 1 << 7,
    USER_NAMESPACES = 1 << 8,
    MEMFD_NOEXEC = 1 << 9,
    PTRACE_SCOPE = 1 << 10,
    LANDLOCK_EMPTIES = 1 << 11,
    LANDLOCK_SCOPES = 1 << 12,
    SANDBOX = 1 << 13,
};

static const struct {
    unsigned bit;
    const char *name;
    const char *use; /* what there is with it, or open without it */
} subjects[] = {
    {EXECVE_CHECK, "execve-check", "check asks the system too (Linux 6.14)"},
    {SEALED_MEMORY, "sealed-memory", "open hands on bytes that nobody can change"},
    {MEMORY_NEVER_RUN, "memory-never-run", "nor can anybody execute them (Linux 6.3)"},
    {LANDLOCK, "landlock", "a program opens and executes listed files alone"},
    {LANDLOCK_EMPTIES, "landlock-truncate", "nor empties others (Linux 6.2)"},
    {LANDLOCK_SCOPES, "landlock-scope", "nor signals others (Linux 6.12)"},
    {SECCOMP, "seccomp", "system calls can be taken from a program"},
    {MDWE, "mdwe", "memory that was written is not executed (Linux 6.3)"},
    {MOUNT_SETATTR, "mount-setattr", "a whole tree of mounts becomes noexec"},
    {FANOTIFY, "fanotify", "the system asks before it executes; needs a right"},
    {USER_NAMESPACES, "user-namespaces", "a sandbox needs no right; users mount too"},
    {MEMFD_NOEXEC, "vm.memfd_noexec=2", "nobody executes memory instead of a file"},
    {SANDBOX, "sandbox", "all that run --tier sandbox takes, tried"},
    {PTRACE_SCOPE, "yama.ptrace_scope", "programs of one user do not trace one another"},
};

static const struct {
    const char *name;
    bool built; /* in this version */
    unsigned needs;
} gates[] = {
    {"check", true, 0},
    {"open", true, SEALED_MEMORY},
    {"run --tier pin", true, SEALED_MEMORY | LANDLOCK},
    {"run --tier sandbox", true,
     SEALED_MEMORY | LANDLOCK | LANDLOCK_EMPTIES | SECCOMP | MDWE | MOUNT_SETATTR |
         USER_NAMESPACES | SANDBOX},
    {"gate", false, FANOTIFY},
};

enum {
    SUBJECTS = sizeof(subjects) / sizeof(subjects[0]),
    GATES = sizeof(gates) / sizeof(gates[0])
};

/* A child tries: what it gets ends with it. */
static bool may_make_namespaces(void)
{
    int status = 1;
    pid_t child = fork();
    if (child == 0) {
        _exit(unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

/* Whether a number in /proc/sys is there, and at least wanted. */
static bool is_set(const char *path, uint64_t wanted)
{
    uint64_t number = 0;
    return signet_doctor_number(path, &number) && number >= wanted;
}

static unsigned examine(const struct signet_doctor_trial *trial, unsigned *landlock)
{
    struct signet_probes probes;
    signet_probe(&probes);
    *landlock = probes.landlock;
    bool sandbox = trial->code == SIGNET_OK && trial->tier == SIGNET_TIER_SANDBOX;
    return (probes.execve_check ? EXECVE_CHECK : 0U) | (probes.sealed_memory ? SEALED_MEMORY : 0U) |
           (probes.memory_never_run ? MEMORY_NEVER_RUN : 0U) |
           (probes.landlock > 0 ? LANDLOCK : 0U) | (probes.landlock >= 3 ? LANDLOCK_EMPTIES : 0U) |
           (probes.landlock >= 6 ? LANDLOCK_SCOPES : 0U) | (sandbox ? SANDBOX : 0U) |
           (probes.seccomp ? SECCOMP : 0U) | (probes.mdwe ? MDWE : 0U) |
           (probes.mount_setattr ? MOUNT_SETATTR : 0U) | (probes.fanotify ? FANOTIFY : 0U) |
           (may_make_namespaces() ? USER_NAMESPACES : 0U) |
           (is_set("/proc/sys/vm/memfd_noexec", 2) ? MEMFD_NOEXEC : 0U) |
           (is_set("/proc/sys/kernel/yama/ptrace_scope", 1) ? PTRACE_SCOPE : 0U);
}

void signet_doctor_line(struct signet_buf *out, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    signet_buf_puts(out, len > 0 ? line : "");
    signet_buf_putc(out, '\n');
}

static void tell_subjects(unsigned has, struct signet_buf *out, struct signet_jsonout *json)
{
    signet_doctor_line(out, "%-19s%-5s%s", "What", "here", "what it gives");
    signet_jsonout_open_array(json, "findings");
    for (size_t i = 0; i < SUBJECTS; i++) {
        bool holds = (has & subjects[i].bit) != 0;
        signet_doctor_line(out, "%-19s%-5s%s", subjects[i].name, holds ? "yes" : "no",
                           subjects[i].use);
        signet_jsonout_open_object(json, NULL);
        signet_jsonout_text(json, "name", subjects[i].name);
        signet_jsonout_bool(json, "holds", holds);
        signet_jsonout_text(json, "use", subjects[i].use);
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_array(json);
}

static int tell_mounts(struct signet_buf *out, struct signet_jsonout *json, struct signet_err *err)
{
    char path[SIGNET_SHOW_MAX];
    char type[SIGNET_SHOW_MAX];
    struct signet_doctor_mount mount;
    struct signet_buf text;
    size_t at = 0;
    int rc = signet_doctor_read("/proc/self/mountinfo", MOUNTS_MAX, &text, err);
    signet_doctor_line(out, "\nFiles can be written, and then executed or loaded, below");
    signet_jsonout_open_array(json, "mounts");
    while (rc == SIGNET_OK && signet_doctor_next_mount(signet_buf_span(&text), &at, &mount)) {
        signet_doctor_line(out, "  %-17s %-8s %s", signet_utf8_show(mount.path, path),
                           signet_utf8_show(mount.type, type),
                           mount.leases ? "a lease keeps writers out" : "no lease is relied on");
        signet_jsonout_open_object(json, NULL);
        signet_jsonout_bytes(json, "path", mount.path);
        signet_jsonout_bytes(json, "type", mount.type);
        signet_jsonout_bool(json, "leases", mount.leases);
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_array(json);
    signet_buf_free(&text);
    return rc;
}

static void tell_gates(unsigned has, struct signet_buf *out, struct signet_jsonout *json)
{
    signet_doctor_line(out, "\nWith this");
    signet_jsonout_open_array(json, "gates");
    for (size_t i = 0; i < GATES; i++) {
        bool possible = (gates[i].needs & ~has) == 0;
        const char *built = gates[i].built ? "works" : "possible, and not built in this version";
        signet_doctor_line(out, "  %-19s%s", gates[i].name, possible ? built : "impossible here");
        signet_jsonout_open_object(json, NULL);
        signet_jsonout_text(json, "name", gates[i].name);
        signet_jsonout_bool(json, "built", gates[i].built);
        signet_jsonout_bool(json, "possible", possible);
        signet_jsonout_open_array(json, "lacks");
        for (size_t j = 0; j < SUBJECTS; j++) {
            if ((gates[i].needs & ~has & subjects[j].bit) != 0) {
                signet_jsonout_text(json, NULL, subjects[j].name);
                signet_doctor_line(out, "    lacks %s", subjects[j].name);
            }
        }
        signet_jsonout_close_array(json);
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_array(json);
}

/* What run does without --tier. */
static void tell_tier(const struct signet_doctor_trial *trial,
                      struct signet_buf *out,
                      struct signet_jsonout *json)
{
    bool made = trial->code == SIGNET_OK;
    signet_doctor_line(out, "  %-19s%s%s", "run --tier auto",
                       made ? "is --tier " : "impossible here: ",
                       made ? signet_tier_word(trial->tier) : trial->err.msg);
    signet_jsonout_text(json, "auto", made ? signet_tier_word(trial->tier) : NULL);
}

int signet_enforce_doctor(struct signet_tool *tool, struct signet_err *err)
{
    struct signet_buf out;
    struct signet_doctor_trial trial;
    unsigned landlock = 0;
    if (tool->opts.operand_count > 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "doctor takes no operand");
    }
    signet_buf_init(&out, SIZE_MAX);
    signet_doctor_try(&trial);
    unsigned has = examine(&trial, &landlock);
    tell_subjects(has, &out, &tool->body);
    int rc = tell_mounts(&out, &tool->body, err);
    tell_gates(has, &out, &tool->body);
    tell_tier(&trial, &out, &tool->body);
    signet_doctor_tell_attacks(landlock, &out, &tool->body);
    if (rc == SIGNET_OK && !tool->json && !tool->quiet) {
        rc = signet_io_write("-", signet_buf_span(&out), 0, true, err);
    }
    signet_buf_free(&out);
    return rc;
}
