/* SPDX-License-Identifier: Apache-2.0
 *
 * A filter of system calls in the kernel's own language (seccomp(2), bpf). Owns the list of calls;
 * the program is a row of comparisons for each of them and allows what none is about.
 */
#define _GNU_SOURCE /* syscall */
#include "gate/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/err.h"

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#define FOREIGN_CALLS __X32_SYSCALL_BIT /* numbers from here on are of x32 */
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#define FOREIGN_CALLS 0
#else
#define OWN_ARCHITECTURE 0
#define FOREIGN_CALLS 0
#endif

#define REFUSED (SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA))
#define UNKNOWN (SECCOMP_RET_ERRNO | (ENOSYS & SECCOMP_RET_DATA))
#define NAMESPACES                                                                                 \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |  \
     CLONE_NEWNET | 0x80 /* CLONE_NEWTIME */)

enum {
    INSTRUCTIONS_MOST = 256,
    OPEN_TREE_ATTR = 467,           /* open_tree_attr(2), Linux 6.15 */
    PUSH_INPUT = 0x5412,            /* TIOCSTI: types for the user */
    LINUX_CONSOLE = 0x541C,         /* TIOCLINUX: pastes for the user */
    READ_IS_EXECUTE = 0x0400000,    /* READ_IMPLIES_EXEC of personality(2) */
    EXECUTE_SHARED_MEMORY = 0100000 /* SHM_EXEC of shmat(2) */
};

/* Refused whatever their arguments are. */
static const int refused[] = {
    SYS_memfd_create,
    SYS_memfd_secret,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_mount,
    SYS_umount2,
    SYS_mount_setattr,
    SYS_open_tree,
    OPEN_TREE_ATTR,
    SYS_move_mount,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    SYS_pivot_root,
    SYS_setns,
};

/* What of an argument is compared, its lower half alone: the kernel knows no other of these. */
enum test {
    IS,
    HAS_ANY_OF
};

/* A call that is answered so if an argument is such. */
struct row {
    int call;
    unsigned argument;
    enum test test;
    uint32_t value;
    uint32_t answer;
};

static const struct row always[] = {
    {SYS_clone, 0, HAS_ANY_OF, NAMESPACES, REFUSED},
    {SYS_unshare, 0, HAS_ANY_OF, NAMESPACES, REFUSED},
    {SYS_ioctl, 1, IS, PUSH_INPUT, REFUSED},
    {SYS_ioctl, 1, IS, LINUX_CONSOLE, REFUSED},
};

/* Ways to write what is executed that are left by PR_SET_MDWE; userfaultfd(2) fills pages that no
 * one may write. */
static const struct row without_jit[] = {
    {SYS_personality, 0, IS, 0xFFFFFFFF, SECCOMP_RET_ALLOW}, /* only asks */
    {SYS_personality, 0, HAS_ANY_OF, READ_IS_EXECUTE, REFUSED},
    {SYS_shmat, 2, HAS_ANY_OF, EXECUTE_SHARED_MEMORY, REFUSED},
};

struct program {
    struct sock_filter code[INSTRUCTIONS_MOST];
    unsigned short len;
};

/* One instruction; yes and no are how many of the next ones a jump leaves out. */
static void put(struct program *program, uint16_t code, uint32_t value, uint8_t yes, uint8_t no)
{
    program->code[program->len++] = (struct sock_filter)BPF_JUMP(code, value, yes, no);
}

/* Loads four bytes of struct seccomp_data. */
static void load(struct program *program, size_t offset)
{
    put(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Answers if what is loaded compares so. */
static void answer_if(struct program *program, uint16_t test, uint32_t value, uint32_t answer)
{
    put(program, BPF_JMP | BPF_K | test, value, 0, 1);
    put(program, BPF_RET | BPF_K, answer, 0, 0);
}

static void put_row(struct program *program, const struct row *row)
{
    enum {
        REST_OF_ROW = 3
    };
    load(program, offsetof(struct seccomp_data, nr));
    put(program, BPF_JMP | BPF_K | BPF_JEQ, (uint32_t)row->call, 0, REST_OF_ROW);
    load(program, offsetof(struct seccomp_data, args) + row->argument * sizeof(uint64_t));
    answer_if(program, row->test == IS ? BPF_JEQ : BPF_JSET, row->value, row->answer);
}

static void put_rows(struct program *program, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_row(program, &rows[i]);
    }
}

/* Memory of no file is executed. Else it could be written at a second place, by mremap(2) or by a
 * child, as long as it is shared and neither place is for both. */
static void put_memory(struct program *program)
{
    enum {
        REST = 5
    };
    load(program, offsetof(struct seccomp_data, nr));
    put(program, BPF_JMP | BPF_K | BPF_JEQ, SYS_mmap, 0, REST);
    load(program, offsetof(struct seccomp_data, args) + 2 * sizeof(uint64_t));
    put(program, BPF_JMP | BPF_K | BPF_JSET, PROT_EXEC, 0, REST - 2);
    load(program, offsetof(struct seccomp_data, args) + 3 * sizeof(uint64_t));
    answer_if(program, BPF_JSET, MAP_ANONYMOUS, REFUSED);
}

static void build(struct program *program, bool allow_jit)
{
    load(program, offsetof(struct seccomp_data, arch));
    put(program, BPF_JMP | BPF_K | BPF_JEQ, OWN_ARCHITECTURE, 1, 0);
    put(program, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
    load(program, offsetof(struct seccomp_data, nr));
    if (FOREIGN_CALLS != 0) {
        answer_if(program, BPF_JGE, FOREIGN_CALLS, SECCOMP_RET_KILL_PROCESS);
    }
    answer_if(program, BPF_JEQ, SYS_clone3, UNKNOWN);
    for (size_t i = 0; i < SIGNET_COUNT(refused); i++) {
        answer_if(program, BPF_JEQ, (uint32_t)refused[i], REFUSED);
    }
    if (!allow_jit) {
        answer_if(program, BPF_JEQ, SYS_ptrace, REFUSED);
        answer_if(program, BPF_JEQ, SYS_userfaultfd, REFUSED);
        put_memory(program);
        put_rows(program, without_jit, SIGNET_COUNT(without_jit));
    }
    put_rows(program, always, SIGNET_COUNT(always));
    put(program, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

bool signet_filter_fits(void)
{
    return OWN_ARCHITECTURE != 0;
}

int signet_filter_install(bool allow_jit, struct signet_err *err)
{
    struct program program = {.len = 0};
    build(&program, allow_jit);
    struct sock_fprog filter = {.len = program.len, .filter = program.code};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno,
                              "the kernel takes no filter of system calls");
    }
    return memfd_create("signet", MFD_CLOEXEC) < 0 && errno == EPERM
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "the filter of system calls does not hold");
}
