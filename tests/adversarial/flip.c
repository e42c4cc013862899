/* SPDX-License-Identifier: Apache-2.0
 *
 * flip WAY FILE [OTHER [THIRD]]: changes what stands at FILE between signed and other bytes, over
 * and over, in the ways that an attacker has who may write it, until it is ended or MINUTES have
 * passed. It waits a random time between two changes, so that they meet every moment of a check.
 */
#define _GNU_SOURCE /* renameat2 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    MINUTES = 10,
    PAUSE_MAX = 3000000 /* nanoseconds */
};

struct target {
    const char *path;
    const char *other;
    const char *third;
    off_t state; /* where the file says GOOD or EVIL */
    off_t size;
    uint8_t *kept; /* a mapping that stays */
    char end[64];
};

static uint64_t seed = 88172645463325252U;

static void pause_some(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    const struct timespec time = {.tv_nsec = (long)(seed % PAUSE_MAX)};
    nanosleep(&time, NULL);
}

static const char *word(bool evil)
{
    return evil ? "EVIL" : "GOOD";
}

/* Finds what to change; the file stays as it is. */
static bool examine(struct target *target)
{
    static const char mark[] = "TOKEN=";
    struct stat status;
    int fd = open(target->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0 || status.st_size < (off_t)sizeof(target->end)) {
        return false;
    }
    target->size = status.st_size;
    uint8_t *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED) {
        return false;
    }
    const uint8_t *found = memmem(bytes, (size_t)status.st_size, mark, sizeof(mark) - 1);
    target->state = found != NULL ? found - bytes + (off_t)sizeof(mark) - 1 : 0;
    memcpy(target->end, bytes + status.st_size - sizeof(target->end), sizeof(target->end));
    munmap(bytes, (size_t)status.st_size);
    return found != NULL;
}

static int writable(const struct target *target)
{
    return open(target->path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
}

static void by_write(struct target *target, bool evil)
{
    int fd = writable(target);
    if (fd >= 0) {
        (void)!pwrite(fd, word(evil), 4, target->state);
        close(fd);
    }
}

/* As by_write, but the open waits until whoever holds a lease gives it up. */
static void by_waiting(struct target *target, bool evil)
{
    int fd = open(target->path, O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        (void)!pwrite(fd, word(evil), 4, target->state);
        close(fd);
    }
}

/* Size and modification time are those from before. */
static void by_stamp(struct target *target, bool evil)
{
    struct stat status;
    int fd = writable(target);
    if (fd >= 0 && fstat(fd, &status) == 0) {
        const struct timespec times[] = {status.st_atim, status.st_mtim};
        (void)!pwrite(fd, word(evil), 4, target->state);
        futimens(fd, times);
    }
    if (fd >= 0) {
        close(fd);
    }
}

static uint8_t *map(const struct target *target)
{
    int fd = writable(target);
    uint8_t *bytes = MAP_FAILED;
    if (fd >= 0) {
        bytes = mmap(NULL, (size_t)target->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
    }
    return bytes == MAP_FAILED ? NULL : bytes;
}

static void by_map(struct target *target, bool evil)
{
    uint8_t *bytes = map(target);
    if (bytes != NULL) {
        memcpy(bytes + target->state, word(evil), 4);
        munmap(bytes, (size_t)target->size);
    }
}

/* Through a mapping that is never given up, while no descriptor is open. */
static void by_kept(struct target *target, bool evil)
{
    if (target->kept == NULL) {
        target->kept = map(target);
    }
    if (target->kept != NULL) {
        memcpy(target->kept + target->state, word(evil), 4);
    }
}

static void resize(const struct target *target, off_t size)
{
    int fd = writable(target);
    if (fd >= 0) {
        (void)!ftruncate(fd, size);
        close(fd);
    }
}

/* The file is longer while it is not the signed one. */
static void by_growth(struct target *target, bool evil)
{
    if (!evil) {
        resize(target, target->size);
    }
    by_write(target, evil);
    if (evil) {
        resize(target, target->size + 4096);
    }
}

/* Or shorter: the end of an ELF file is its section headers, which nothing that runs needs. */
static void by_cut(struct target *target, bool evil)
{
    off_t at = target->size - (off_t)sizeof(target->end);
    int fd = evil ? -1 : writable(target);
    if (fd >= 0) {
        (void)!pwrite(fd, target->end, sizeof(target->end), at);
        close(fd);
    }
    by_write(target, evil);
    if (evil) {
        resize(target, at);
    }
}

static void by_exchange(struct target *target, bool evil)
{
    (void)evil;
    renameat2(AT_FDCWD, target->path, AT_FDCWD, target->other, RENAME_EXCHANGE);
}

/* FILE leads to OTHER, then to THIRD. */
static void by_link(struct target *target, bool evil)
{
    char name[4096];
    snprintf(name, sizeof(name), "%s.new", target->path);
    unlink(name);
    if (symlink(evil ? target->third : target->other, name) == 0) {
        rename(name, target->path);
    }
}

/* FILE is there, then is not: it lies at OTHER meanwhile. */
static void by_absence(struct target *target, bool evil)
{
    rename(evil ? target->other : target->path, evil ? target->path : target->other);
}

static const struct {
    const char *name;
    bool token; /* is looked for in FILE */
    void (*flip)(struct target *target, bool evil);
} ways[] = {
    {"write", true, by_write},      {"wait", true, by_waiting}, {"stamp", true, by_stamp},
    {"map", true, by_map},          {"keep", true, by_kept},    {"grow", true, by_growth},
    {"cut", true, by_cut},          {"link", false, by_link},   {"exchange", false, by_exchange},
    {"absence", false, by_absence},
};

int main(int argc, char **argv)
{
    struct target target = {.path = argc > 2 ? argv[2] : NULL};
    alarm(MINUTES * 60);
    seed += (uint64_t)getpid();
    target.other = argc > 3 ? argv[3] : NULL;
    target.third = argc > 4 ? argv[4] : NULL;
    for (size_t i = 0; argc > 2 && i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(argv[1], ways[i].name) != 0) {
            continue;
        }
        if (ways[i].token && !examine(&target)) {
            return 1;
        }
        puts("ready");
        fflush(stdout);
        for (bool evil = true;; evil = !evil) {
            ways[i].flip(&target, evil);
            pause_some();
        }
    }
    return 2;
}
