/* SPDX-License-Identifier: Apache-2.0
 *
 * loads WAY FILE|TOKEN: a signed program that has code of FILE, a library, run in its own process,
 * in every way that the system has for it; or code that stands in no file, which says TOKEN then.
 * Status 9: it could not.
 */
#define _GNU_SOURCE /* dlmopen */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/userfaultfd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "token.h"

enum {
    STOPPED = 9,
    PAGE = 4096
};

/* A function that returns 42. */
#if defined(__x86_64__)
static const uint8_t code[] = {0xb8, 0x2a, 0x00, 0x00, 0x00, 0xc3};
#else
static const uint8_t code[] = {0x40, 0x05, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6};
#endif

/* The constructor of a library has said its token when dlopen() returns. */
static bool opened(void *library)
{
    if (library == NULL) {
        printf("%s\n", dlerror());
    }
    return library != NULL;
}

static bool by_path(const char *file)
{
    return opened(dlopen(file, RTLD_NOW));
}

static bool by_namespace(const char *file)
{
    return opened(dlmopen(LM_ID_NEWLM, file, RTLD_NOW));
}

static bool by_number(int fd)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return fd >= 0 && opened(dlopen(path, RTLD_NOW));
}

static bool by_descriptor(const char *file)
{
    return by_number(open(file, O_RDONLY));
}

static int memory_of(const char *file)
{
    char bytes[PAGE];
    ssize_t got = 0;
    int from = open(file, O_RDONLY);
    int to = (int)syscall(SYS_memfd_create, "copy", 0);
    while (from >= 0 && to >= 0 && (got = read(from, bytes, sizeof(bytes))) > 0) {
        if (write(to, bytes, (size_t)got) != got) {
            return -1;
        }
    }
    return from >= 0 ? to : -1;
}

static bool by_memory(const char *file)
{
    return by_number(memory_of(file));
}

/* A copy where this process may write. */
static bool by_copy(const char *file)
{
    char path[PAGE];
    char bytes[PAGE];
    size_t got = 0;
    snprintf(path, sizeof(path), "%s/copy.so", getenv("WRITABLE"));
    FILE *from = fopen(file, "rb");
    FILE *to = fopen(path, "wb");
    while (from != NULL && to != NULL && (got = fread(bytes, 1, sizeof(bytes), from)) > 0) {
        if (fwrite(bytes, 1, got, to) != got) {
            return false;
        }
    }
    if (to != NULL) {
        fclose(to);
    }
    return from != NULL && to != NULL && by_path(path);
}

/* Opened by the kernel's ring instead of a system call of this process, as one that has no
 * openat(2) left would. */
static bool by_ring(const char *file)
{
    struct io_uring_params params = {0};
    int ring = (int)syscall(SYS_io_uring_setup, 4, &params);
    if (ring < 0) {
        return false;
    }
    size_t ring_bytes = params.sq_off.array + params.sq_entries * sizeof(unsigned) + PAGE;
    uint8_t *queue = mmap(NULL, ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
                          IORING_OFF_SQ_RING);
    uint8_t *done = mmap(NULL, ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
                         IORING_OFF_CQ_RING);
    struct io_uring_sqe *entry =
        mmap(NULL, params.sq_entries * sizeof(*entry), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
    if (queue == MAP_FAILED || done == MAP_FAILED || entry == MAP_FAILED) {
        return false;
    }
    memset(entry, 0, sizeof(*entry));
    entry->opcode = IORING_OP_OPENAT;
    entry->fd = AT_FDCWD;
    entry->addr = (uint64_t)(uintptr_t)file;
    entry->open_flags = O_RDONLY;
    ((unsigned *)(void *)(queue + params.sq_off.array))[0] = 0;
    __atomic_store_n((unsigned *)(void *)(queue + params.sq_off.tail), 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) {
        return false;
    }
    const struct io_uring_cqe *event =
        (const struct io_uring_cqe *)(const void *)(done + params.cq_off.cqes);
    errno = event->res < 0 ? -event->res : 0;
    return by_number(event->res);
}

/* Calls what stands at place, and says TOKEN if that is the code. */
static bool call(void *place, const char *token)
{
    int (*function)(void) = NULL;
    char text[64];
    memcpy(&function, &place, sizeof(function));
    __builtin___clear_cache(place, (char *)place + sizeof(code));
    if (function() != 42) {
        return false;
    }
    snprintf(text, sizeof(text), "%s\n", token);
    token_say(text);
    return true;
}

/* Memory that was written, and then is executed. */
static bool by_writing(const char *token)
{
    void *place = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) {
        return false;
    }
    memcpy(place, code, sizeof(code));
    return mprotect(place, PAGE, PROT_READ | PROT_EXEC) == 0 && call(place, token);
}

static bool by_both(const char *token)
{
    void *place =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) {
        return false;
    }
    memcpy(place, code, sizeof(code));
    return call(place, token);
}

/* Memory that is a file at one place to write and at another to execute. */
static bool by_two_places(int fd, const char *token)
{
    if (fd < 0 || ftruncate(fd, PAGE) != 0) {
        return false;
    }
    void *written = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    void *place = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    if (written == MAP_FAILED || place == MAP_FAILED) {
        return false;
    }
    memcpy(written, code, sizeof(code));
    return call(place, token);
}

static bool by_shared_memory(const char *token)
{
    return by_two_places((int)syscall(SYS_memfd_create, "code", 0), token);
}

/* Memory that is executed, and written at a second place, which never was both. */
static bool by_second_place(const char *token)
{
    void *place = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    void *second = place != MAP_FAILED ? mremap(place, 0, PAGE, MREMAP_MAYMOVE) : MAP_FAILED;
    if (second == MAP_FAILED || mprotect(second, PAGE, PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
    memcpy(second, code, sizeof(code));
    return call(place, token);
}

/* As by_second_place, which is in a child. */
static bool by_child(const char *token)
{
    void *place = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = place != MAP_FAILED ? fork() : -1;
    if (child == 0) {
        if (mprotect(place, PAGE, PROT_READ | PROT_WRITE) == 0) {
            memcpy(place, code, sizeof(code));
            _exit(0);
        }
        _exit(1);
    }
    int status = 1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 && call(place, token);
}

/* Pages of memory that is executed, which are missing, and come from this process. */
static bool fill(void *place, const char *token)
{
    static uint8_t page[PAGE] __attribute__((aligned(PAGE)));
    int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */);
    struct uffdio_api api = {.api = UFFD_API};
    struct uffdio_register missing = {
        .range = {.start = (uint64_t)(uintptr_t)place, .len = PAGE},
        .mode = UFFDIO_REGISTER_MODE_MISSING,
    };
    struct uffdio_copy copy = {
        .dst = (uint64_t)(uintptr_t)place,
        .src = (uint64_t)(uintptr_t)page,
        .len = PAGE,
    };
    memcpy(page, code, sizeof(code));
    return fd >= 0 && ioctl(fd, UFFDIO_API, &api) == 0 &&
           ioctl(fd, UFFDIO_REGISTER, &missing) == 0 && ioctl(fd, UFFDIO_COPY, &copy) == 0 &&
           call(place, token);
}

static bool by_missing_pages(const char *token)
{
    void *place = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return place != MAP_FAILED && fill(place, token);
}

/* Of a file that may be executed: this program, which is a copy in memory in the sandbox. */
static bool by_missing_pages_of_file(const char *token)
{
    int fd = open("/proc/self/exe", O_RDONLY);
    void *place = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    return place != MAP_FAILED && fill(place, token);
}

/* Descriptor 7, which whoever started this has opened before, as code. */
static bool by_inherited(const char *token)
{
    void *place = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, 7, 0);
    return place != MAP_FAILED && memcmp(place, code, sizeof(code)) == 0 && call(place, token);
}

/* Descriptor 7, to which this process may write, and which it opens again to map it. */
static bool by_output(const char *token)
{
    bool written = pwrite(7, code, sizeof(code), 0) == (ssize_t)sizeof(code);
    int fd = open("/proc/self/fd/7", O_RDONLY);
    void *place = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    return written && place != MAP_FAILED && call(place, token);
}

/* What to open as descriptor 7: a file that holds nothing but code. */
static bool by_making(const char *path)
{
    FILE *file = fopen(path, "wb");
    bool written = file != NULL && fwrite(code, sizeof(code), 1, file) == 1;
    return file != NULL && fclose(file) == 0 && written;
}

/* A file where this process may write. */
static bool by_file(const char *token)
{
    char path[PAGE];
    snprintf(path, sizeof(path), "%s/code.%d", getenv("WRITABLE"), (int)getpid());
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0700);
    unlink(path);
    return by_two_places(fd, token);
}

/* Through /proc/self/mem, which writes to pages that are not writable, into its own code. */
__attribute__((noinline)) static int to_be_replaced(void)
{
    __asm__ volatile("nop\nnop\nnop\nnop\nnop\nnop\nnop\nnop");
    return 1;
}

static bool by_own_memory(const char *token)
{
    int (*function)(void) = to_be_replaced;
    void *place = NULL;
    memcpy(&place, &function, sizeof(place));
    int fd = open("/proc/self/mem", O_RDWR);
    return fd >= 0 &&
           pwrite(fd, code, sizeof(code), (off_t)(uintptr_t)place) == (ssize_t)sizeof(code) &&
           call(place, token);
}

static const struct {
    const char *name;
    bool (*load)(const char *what);
} ways[] = {
    {"path", by_path},
    {"namespace", by_namespace},
    {"descriptor", by_descriptor},
    {"memory", by_memory},
    {"copy", by_copy},
    {"ring", by_ring},
    {"writing", by_writing},
    {"both", by_both},
    {"shared-memory", by_shared_memory},
    {"file", by_file},
    {"second-place", by_second_place},
    {"child", by_child},
    {"missing-pages", by_missing_pages},
    {"missing-pages-of-file", by_missing_pages_of_file},
    {"inherited", by_inherited},
    {"output", by_output},
    {"making", by_making},
    {"own-memory", by_own_memory},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 2 && i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(argv[1], ways[i].name) == 0) {
            errno = 0;
            if (ways[i].load(argv[2])) {
                return 0;
            }
            printf("stopped: %s: %s\n", argv[1], strerror(errno));
            return STOPPED;
        }
    }
    return 2;
}
