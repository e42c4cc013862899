/* SPDX-License-Identifier: Apache-2.0
 *
 * Attacks by code in memory: written, and then executed.
 */
#define _GNU_SOURCE /* system calls */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

enum {
    PAGE = 4096,
    ANSWER = 42
};

extern char **environ;

/* A function that returns ANSWER. */
#if defined(__x86_64__)
static const uint8_t code[] = {0xf3, 0x0f, 0x1e, 0xfa, 0xb8, ANSWER, 0, 0, 0, 0xc3};
#else
static const uint8_t code[] = {0x40, 0x05, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6};
#endif

static void call(void *at)
{
    int (*function)(void);
    memcpy(&function, &at, sizeof(function));
    __builtin___clear_cache((char *)at, (char *)at + sizeof(code));
    if (function() == ANSWER) {
        done();
    }
}

static void write_then_execute(const char *const *arguments)
{
    (void)arguments;
    void *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at != MAP_FAILED) {
        memcpy(at, code, sizeof(code));
        if (mprotect(at, PAGE, PROT_READ | PROT_EXEC) == 0) {
            call(at);
        }
    }
}

/* Memory that is shared is mapped a second time by mremap(2), and is written there. */
static void write_at_second_place(const char *const *arguments)
{
    (void)arguments;
    void *at = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    void *second = at != MAP_FAILED ? mremap(at, 0, PAGE, MREMAP_MAYMOVE) : MAP_FAILED;
    if (second != MAP_FAILED && mprotect(second, PAGE, PROT_READ | PROT_WRITE) == 0) {
        memcpy(second, code, sizeof(code));
        call(at);
    }
}

/* A page that is to be executed, and is not there yet, comes from this process. The file is this
 * program, as the sandbox maps no memory without one; it has to lie on a tmpfs. */
static void fill_missing_page(const char *const *arguments)
{
    static uint8_t page[PAGE] __attribute__((aligned(PAGE)));
    (void)arguments;
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    void *at = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, self, 0);
    int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
    struct uffdio_api api = {.api = UFFD_API};
    struct uffdio_register missing = {
        .range = {.start = (uint64_t)(uintptr_t)at, .len = PAGE},
        .mode = UFFDIO_REGISTER_MODE_MISSING,
    };
    struct uffdio_copy filling = {
        .dst = (uint64_t)(uintptr_t)at, .src = (uint64_t)(uintptr_t)page, .len = PAGE};
    memcpy(page, code, sizeof(code));
    if (at != MAP_FAILED && fd >= 0 && ioctl(fd, UFFDIO_API, &api) == 0 &&
        ioctl(fd, UFFDIO_REGISTER, &missing) == 0 && ioctl(fd, UFFDIO_COPY, &filling) == 0) {
        call(at);
    }
}

static void write_and_execute(const char *const *arguments)
{
    (void)arguments;
    void *at =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at != MAP_FAILED) {
        memcpy(at, code, sizeof(code));
        call(at);
    }
}

/* One segment, attached twice. */
static void share_and_execute(const char *const *arguments)
{
    (void)arguments;
    int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0700);
    void *written = id >= 0 ? shmat(id, NULL, 0) : MAP_FAILED;
    void *executed = id >= 0 ? shmat(id, NULL, SHM_RDONLY | SHM_EXEC) : MAP_FAILED;
    int reason = errno;
    if (id >= 0) {
        shmctl(id, IPC_RMID, NULL);
    }
    errno = reason;
    if (written != MAP_FAILED && executed != MAP_FAILED) {
        memcpy(written, code, sizeof(code));
        call(executed);
    }
}

/* What can be read can be executed: the heap. */
static void change_personality(const char *const *arguments)
{
    (void)arguments;
    if (personality(READ_IMPLIES_EXEC) >= 0) {
        uint8_t *at = sbrk(2 * PAGE);
        memcpy(at, code, sizeof(code));
        call(at);
    }
}

static void execute_memory(const char *const *arguments)
{
    char *const none[] = {strdup("x"), NULL};
    int from = open(arguments[0], O_RDONLY);
    int fd = memfd_create("x", 0);
    if (copy_file(from, fd) == 0) {
        fexecve(fd, none, environ);
    }
}

static void map_memory(const char *const *arguments)
{
    (void)arguments;
    int fd = memfd_create("x", 0);
    if (fd >= 0 && write(fd, code, sizeof(code)) == (ssize_t)sizeof(code)) {
        void *at = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
        if (at != MAP_FAILED) {
            call(at);
        }
    }
}

__attribute__((noinline)) static int target(void)
{
    __asm__ volatile("nop; nop; nop; nop; nop; nop; nop; nop");
    return (int)getpid() * 0;
}

/* Writes over a function of this process through /proc. */
static void write_by_proc(const char *const *arguments)
{
    (void)arguments;
    int (*function)(void) = target;
    uintptr_t at = 0;
    memcpy(&at, &function, sizeof(at));
    int fd = open("/proc/self/mem", O_RDWR);
    if (fd >= 0 && pwrite(fd, code, sizeof(code), (off_t)at) == (ssize_t)sizeof(code) &&
        function() == ANSWER) {
        done();
    }
}

/* Writes over a function of a child through ptrace(2). */
static void write_by_tracing(const char *const *arguments)
{
    (void)arguments;
    int (*function)(void) = target;
    void *at = NULL;
    long words[2] = {0};
    int status = 0;
    memcpy(&at, &function, sizeof(at));
    memcpy(words, code, sizeof(code));
    pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(0);
        }
        raise(SIGSTOP);
        _exit(function() == ANSWER ? ANSWER : 0);
    }
    waitpid(child, &status, 0);
    errno = EPERM;
    if (WIFSTOPPED(status)) {
        char *bytes = at;
        ptrace(PTRACE_POKETEXT, child, bytes, words[0]);
        ptrace(PTRACE_POKETEXT, child, bytes + sizeof(long), words[1]);
        ptrace(PTRACE_CONT, child, NULL, NULL);
        waitpid(child, &status, 0);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == ANSWER) {
        done();
    }
}

/* Fails for want of a secret memory, and not of the call, where it is there. */
static void make_secret_memory(const char *const *arguments)
{
    (void)arguments;
    if (syscall(SYS_memfd_secret, 0) >= 0 || errno == ENOSYS) {
        done();
    }
}

static void use_uring(const char *const *arguments)
{
    (void)arguments;
    if (syscall(SYS_io_uring_setup, 0, NULL) >= 0 || errno != EPERM) {
        done();
    }
}

const struct attack code_attacks[] = {
    {"write-then-execute", write_then_execute},
    {"write-and-execute", write_and_execute},
    {"write-at-second-place", write_at_second_place},
    {"fill-missing-page", fill_missing_page},
    {"share-and-execute", share_and_execute},
    {"change-personality", change_personality},
    {"execute-memory", execute_memory},
    {"map-memory", map_memory},
    {"write-by-proc", write_by_proc},
    {"write-by-tracing", write_by_tracing},
    {"make-secret-memory", make_secret_memory},
    {"use-uring", use_uring},
    {NULL, NULL},
};
