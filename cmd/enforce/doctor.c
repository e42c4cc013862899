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
    SETTING_MAX = 64,
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
    {SECCOMP, "seccomp", "system calls can be taken from a program"},
    {MDWE, "mdwe", "memory that was written is not executed (Linux 6.3)"},
    {MOUNT_SETATTR, "mount-setattr", "a whole tree of mounts becomes noexec"},
    {FANOTIFY, "fanotify", "the system asks before it executes; needs a right"},
    {USER_NAMESPACES, "user-namespaces", "a sandbox needs no right; users mount too"},
    {MEMFD_NOEXEC, "vm.memfd_noexec=2", "nobody executes memory instead of a file"},
    {PTRACE_SCOPE, "yama.ptrace_scope", "programs of one user do not trace one another"},
};

static const struct {
    const char *name;
    bool built; /* in this version */
    unsigned needs;
} gates[] = {
    {"check", true, 0},
    {"open", true, SEALED_MEMORY},
    {"run --tier pin", false, SEALED_MEMORY},
    {"run --tier sandbox", false,
     SEALED_MEMORY | LANDLOCK | SECCOMP | MDWE | MOUNT_SETATTR | USER_NAMESPACES},
    {"gate", false, FANOTIFY},
};

/* What run does not stop, tests/adversarial/ shows each. */
static const struct {
    const char *name;
    const char *what;
    bool in_sandbox; /* there as well, not only with pin */
} attacks[] = {
    {"code-in-arguments", "code in arguments, variables or standard input (sh -c)", true},
    {"code-in-data", "scripts below --ro and --rw, that an interpreter reads (sh FILE)", true},
    {"code-in-output", "code that it writes to standard output, a file below --ro or --rw", true},
    {"code-in-scripts", "scripts anywhere, that an interpreter reads", false},
    {"changed-library", "libraries that change or appear after they were judged", false},
    {"loader", "what the dynamic linker is told to start or load", false},
    {"plug-in", "libraries that a program opens itself, or makes (dlopen, mmap)", false},
    {"memory", "programs and code in memory that is a file (memfd)", false},
    {"written-memory", "memory that was written, and then is executed", false},
    {"namespaces", "user namespaces of its own", false},
};

enum {
    ATTACKS = sizeof(attacks) / sizeof(attacks[0]),
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
    struct signet_buf text;
    bool read = signet_doctor_read(path, SETTING_MAX, &text, NULL) == SIGNET_OK;
    if (read && text.len > 0 && text.data[text.len - 1] == '\n') {
        text.len--;
    }
    read = read && signet_num_parse(signet_buf_span(&text), &number) == SIGNET_OK;
    signet_buf_free(&text);
    return read && number >= wanted;
}

static unsigned examine(void)
{
    struct signet_probes probes;
    signet_probe(&probes);
    return (probes.execve_check ? EXECVE_CHECK : 0U) | (probes.sealed_memory ? SEALED_MEMORY : 0U) |
           (probes.memory_never_run ? MEMORY_NEVER_RUN : 0U) |
           (probes.landlock > 0 ? LANDLOCK : 0U) | (probes.seccomp ? SECCOMP : 0U) |
           (probes.mdwe ? MDWE : 0U) | (probes.mount_setattr ? MOUNT_SETATTR : 0U) |
           (probes.fanotify ? FANOTIFY : 0U) | (may_make_namespaces() ? USER_NAMESPACES : 0U) |
           (is_set("/proc/sys/vm/memfd_noexec", 2) ? MEMFD_NOEXEC : 0U) |
           (is_set("/proc/sys/kernel/yama/ptrace_scope", 1) ? PTRACE_SCOPE : 0U);
}

static void put_line(struct signet_buf *out, const char *format, ...) SIGNET_PRINTF(2, 3);

static void put_line(struct signet_buf *out, const char *format, ...)
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
    put_line(out, "%-19s%-5s%s", "What", "here", "what it gives");
    signet_jsonout_open_array(json, "findings");
    for (size_t i = 0; i < SUBJECTS; i++) {
        bool holds = (has & subjects[i].bit) != 0;
        put_line(out, "%-19s%-5s%s", subjects[i].name, holds ? "yes" : "no", subjects[i].use);
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
    put_line(out, "\nFiles can be written, and then executed or loaded, below");
    signet_jsonout_open_array(json, "mounts");
    while (rc == SIGNET_OK && signet_doctor_next_mount(signet_buf_span(&text), &at, &mount)) {
        put_line(out, "  %-17s %-8s %s", signet_utf8_show(mount.path, path),
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
    put_line(out, "\nWith this");
    signet_jsonout_open_array(json, "gates");
    for (size_t i = 0; i < GATES; i++) {
        bool possible = (gates[i].needs & ~has) == 0;
        const char *built = gates[i].built ? "works" : "possible, and not built in this version";
        put_line(out, "  %-19s%s", gates[i].name, possible ? built : "impossible here");
        signet_jsonout_open_object(json, NULL);
        signet_jsonout_text(json, "name", gates[i].name);
        signet_jsonout_bool(json, "built", gates[i].built);
        signet_jsonout_bool(json, "possible", possible);
        signet_jsonout_open_array(json, "lacks");
        for (size_t j = 0; j < SUBJECTS; j++) {
            if ((gates[i].needs & ~has & subjects[j].bit) != 0) {
                signet_jsonout_text(json, NULL, subjects[j].name);
                put_line(out, "    lacks %s", subjects[j].name);
            }
        }
        signet_jsonout_close_array(json);
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_array(json);
}

static void tell_attacks(struct signet_buf *out, struct signet_jsonout *json)
{
    put_line(out, "\nWhat a program that run has started can still execute");
    signet_jsonout_open_array(json, "open");
    for (size_t i = 0; i < ATTACKS; i++) {
        put_line(out, "  %-19s%s", attacks[i].in_sandbox ? "in both tiers" : "with --tier pin",
                 attacks[i].what);
        signet_jsonout_open_object(json, NULL);
        signet_jsonout_text(json, "name", attacks[i].name);
        signet_jsonout_text(json, "what", attacks[i].what);
        signet_jsonout_open_array(json, "tiers");
        signet_jsonout_text(json, NULL, "pin");
        if (attacks[i].in_sandbox) {
            signet_jsonout_text(json, NULL, "sandbox");
        }
        signet_jsonout_close_array(json);
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_array(json);
}

int signet_enforce_doctor(struct signet_tool *tool, struct signet_err *err)
{
    struct signet_buf out;
    if (tool->opts.operand_count > 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "doctor takes no operand");
    }
    signet_buf_init(&out, SIZE_MAX);
    unsigned has = examine();
    tell_subjects(has, &out, &tool->body);
    int rc = tell_mounts(&out, &tool->body, err);
    tell_gates(has, &out, &tool->body);
    tell_attacks(&out, &tool->body);
    if (rc == SIGNET_OK && !tool->json && !tool->quiet) {
        rc = signet_io_write("-", signet_buf_span(&out), 0, true, err);
    }
    signet_buf_free(&out);
    return rc;
}
