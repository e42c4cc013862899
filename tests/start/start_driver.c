/* SPDX-License-Identifier: Apache-2.0
 *
 * Starts a program in a tier, as signet-enforce run does, but with images that nobody verified:
 *
 *     start_driver TIER [in-place FILE | copied FILE | nowhere FILE | in-place-as FILE PATH |
 *         copied-as FILE PATH | ro PATH | rw PATH | env NAME=VALUE | jit | thread]... -- ARGUMENTS
 *
 * The first image is the program; "-as" claims that what FILE has stands at PATH. The exit status
 * is the program's, or 125 with a line on standard error; "got TIER" is said there before it
 * starts.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signet/start.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MOST = 2048,
    FAILED = 125
};

extern char **environ;

struct words {
    const char *list[MOST];
    size_t count;
};

static void add(struct words *words, const char *word)
{
    if (words->count < MOST - 1) {
        words->list[words->count++] = word;
    }
}

static int open_image(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        perror(path);
        exit(FAILED);
    }
    return fd;
}

static enum signet_tier tier_of(const char *word)
{
    enum signet_tier tier = SIGNET_TIER_SANDBOX;
    while (tier > SIGNET_TIER_AUTO && strcmp(signet_tier_word(tier), word) != 0) {
        tier--;
    }
    return tier;
}

/* What the options say. */
struct asked {
    struct signet_image images[MOST];
    size_t image_count;
    struct words readable;
    struct words writable;
    bool allow_jit;
};

static void *wait_for_ever(void *nothing)
{
    pause();
    return nothing;
}

static void start_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0) {
        exit(FAILED);
    }
}

/* How many words after option belong to it. */
static size_t take_option(struct asked *asked, char **option)
{
    const char *name = option[0];
    const char *value = option[1];
    if (strcmp(name, "jit") == 0) {
        asked->allow_jit = true;
        return 0;
    }
    if (strcmp(name, "thread") == 0) {
        start_thread();
        return 0;
    }
    if (strcmp(name, "ro") == 0) {
        add(&asked->readable, value);
    } else if (strcmp(name, "rw") == 0) {
        add(&asked->writable, value);
    } else if (strcmp(name, "env") == 0) {
        (void)putenv(option[1]);
    } else if (asked->image_count < MOST) {
        bool other = strstr(name, "-as") != NULL;
        int fd = open_image(value);
        asked->images[asked->image_count++] = (struct signet_image){
            .fd = fd,
            .place = fd,
            .path = strcmp(name, "nowhere") == 0 ? NULL : option[other ? 2 : 1],
            .in_place = strncmp(name, "in-place", strlen("in-place")) == 0,
        };
        return other ? 2 : 1;
    }
    return 1;
}

/* Takes options up to "--"; what follows it. */
static char **take_options(struct asked *asked, char **word)
{
    while (*word != NULL && strcmp(*word, "--") != 0) {
        size_t values = take_option(asked, word) + 1;
        for (size_t i = 0; i < values && *word != NULL; i++) {
            word++;
        }
    }
    return *word != NULL ? word + 1 : word;
}

int main(int argc, char **argv)
{
    static struct asked asked;
    struct signet_err err;
    enum signet_tier tier = SIGNET_TIER_AUTO;
    int fd = -1;
    if (argc < 3) {
        return FAILED;
    }
    char **arguments = take_options(&asked, argv + 2);
    const struct signet_start start = {
        .images = asked.images,
        .image_count = asked.image_count,
        .arguments = arguments,
        .environment = environ,
        .readable = asked.readable.list,
        .writable = asked.writable.list,
        .allow_jit = asked.allow_jit,
    };
    signet_err_clear(&err);
    int rc = signet_gate_choose(&start, tier_of(argv[1]), &tier, &err);
    if (rc == SIGNET_OK) {
        rc = signet_gate_prepare(&start, tier, &fd, &err);
    }
    if (rc == SIGNET_OK) {
        (void)fprintf(stderr, "got %s\n", signet_tier_word(tier));
        rc = signet_gate_exec(&start, fd, &err);
    }
    (void)fprintf(stderr, "%s %s\n", signet_err_name(rc), err.msg);
    return FAILED;
}
