/* SPDX-License-Identifier: Apache-2.0
 *
 * The least that a program can do to read a folder of folders of files: lists each folder, opens
 * each file beneath it, reads it to its end and closes it, with no digest, no sorting and no second
 * look. With two threads it is the floor of whatever hashes such a tree; with one, the loop that
 * everybody writes first. Instead of reading it can drop the files from the page cache, and check
 * that they are gone. Owns no opinion on time.
 *
 * usage: bench_walk read|drop THREADS DIR
 */
#define _DEFAULT_SOURCE /* DT_DIR, mincore() */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    THREADS_MAX = 64,
    CHUNK = 1 << 16
};

typedef bool visit(int fd, char *chunk);

struct crew {
    visit *visit;
    int root;
    char **folders;
    size_t count;
    atomic_size_t next;
    atomic_bool failed;
};

/* A read that gives less than it could has met the end. */
static bool read_all(int fd, char *chunk)
{
    ssize_t got = CHUNK;
    while (got == CHUNK) {
        got = read(fd, chunk, CHUNK);
    }
    return got >= 0;
}

static bool drop(int fd, char *chunk)
{
    unsigned char cached = 1;
    void *map = MAP_FAILED;
    (void)chunk;
    if (posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0) {
        map = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
    }
    if (map != MAP_FAILED) {
        if (mincore(map, 1, &cached) != 0) {
            cached = 1;
        }
        munmap(map, 1);
    }
    return (cached & 1) == 0;
}

static bool visit_file(struct crew *crew, int folder, const char *name, char *chunk)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool done = fd >= 0 && crew->visit(fd, chunk);
    if (fd >= 0) {
        close(fd);
    }
    if (!done) {
        fprintf(stderr, "bench_walk: %s: cannot be read, or stays in the page cache\n", name);
    }
    return done;
}

static bool visit_folder(struct crew *crew, const char *name, char *chunk)
{
    int fd = openat(crew->root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    bool done = folder != NULL;
    const struct dirent *entry = NULL;
    while (done && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            done = entry->d_type == DT_REG && visit_file(crew, fd, entry->d_name, chunk);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return done;
}

static void *work(void *arg)
{
    struct crew *crew = arg;
    char *chunk = malloc(CHUNK);
    size_t index = 0;
    bool done = chunk != NULL;
    while (done && (index = atomic_fetch_add(&crew->next, 1)) < crew->count) {
        done = visit_folder(crew, crew->folders[index], chunk);
    }
    free(chunk);
    if (!done) {
        atomic_store(&crew->failed, true);
    }
    return NULL;
}

static bool add_name(struct crew *crew, const char *name)
{
    char *copy = strdup(name);
    char **more = crew->folders;
    if (crew->count % 1024 == 0) {
        more = realloc(crew->folders, (crew->count + 1024) * sizeof(*more));
    }
    if (more != NULL) {
        crew->folders = more;
    }
    if (more == NULL || copy == NULL) {
        free(copy);
        return false;
    }
    crew->folders[crew->count++] = copy;
    return true;
}

static bool list(struct crew *crew, const char *path)
{
    DIR *root = opendir(path);
    bool done = root != NULL && (crew->root = dup(dirfd(root))) >= 0;
    const struct dirent *entry = NULL;
    while (done && (entry = readdir(root)) != NULL) {
        done = entry->d_name[0] == '.' || add_name(crew, entry->d_name);
    }
    if (root != NULL) {
        closedir(root);
    }
    return done && crew->count > 0;
}

static bool work_together(struct crew *crew, size_t wanted)
{
    pthread_t threads[THREADS_MAX];
    size_t started = 1;
    while (started < wanted && pthread_create(&threads[started], NULL, work, crew) == 0) {
        started++;
    }
    work(crew);
    for (size_t i = 1; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    return started == wanted && !atomic_load(&crew->failed);
}

int main(int argc, char **argv)
{
    struct crew crew = {.root = -1};
    long wanted = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    bool done = false;
    if (wanted >= 1 && wanted <= THREADS_MAX && strcmp(argv[1], "read") == 0) {
        crew.visit = read_all;
    } else if (wanted >= 1 && wanted <= THREADS_MAX && strcmp(argv[1], "drop") == 0) {
        crew.visit = drop;
    } else {
        fprintf(stderr, "usage: bench_walk read|drop THREADS DIR\n");
        return 2;
    }
    done = list(&crew, argv[3]) && work_together(&crew, (size_t)wanted);
    if (!done) {
        fprintf(stderr, "bench_walk: %s: expected a folder of folders of files\n", argv[3]);
    }
    for (size_t i = 0; i < crew.count; i++) {
        free(crew.folders[i]);
    }
    free(crew.folders);
    if (crew.root >= 0) {
        close(crew.root);
    }
    return done ? 0 : 1;
}
