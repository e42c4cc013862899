/* SPDX-License-Identifier: Apache-2.0
 *
 * Starts a program in a tier, as signet-enforce run does, but with images that nobody verified:
 *
 *     start_driver TIER [in-place PATH | copied PATH | nowhere PATH | ro PATH | rw PATH | jit]...
 *         -- ARGUMENTS
 *
 * The first image is the program. Its exit status is the program's, or 125 with a line on standard
 * error; "got TIER" is said there first.
 */
#include <fcntl.h>
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

/* Takes options up to "--"; what follows it. */
static char **read_options(char **word,
                           struct signet_image *images,
                           struct signet_start *start,
                           struct words *places)
{
    while (*word != NULL && strcmp(*word, "--") != 0) {
        const char *option = *word++;
        if (strcmp(option, "jit") == 0) {
            start->allow_jit = true;
        } else if (*word != NULL && strcmp(option, "ro") == 0) {
            add(&places[0], *word++);
        } else if (*word != NULL && strcmp(option, "rw") == 0) {
            add(&places[1], *word++);
        } else if (*word != NULL && start->image_count < MOST) {
            images[start->image_count++] = (struct signet_image){
                .fd = open_image(*word),
                .path = strcmp(option, "nowhere") == 0 ? NULL : *word,
                .in_place = strcmp(option, "in-place") == 0,
            };
            word++;
        }
    }
    return *word != NULL ? word + 1 : word;
}

int main(int argc, char **argv)
{
    static struct signet_image images[MOST];
    static struct words places[2];
    struct signet_start start = {.images = images, .environment = environ};
    struct signet_err err;
    enum signet_tier tier = SIGNET_TIER_AUTO;
    int fd = -1;
    if (argc < 3) {
        return FAILED;
    }
    start.arguments = read_options(argv + 2, images, &start, places);
    start.readable = places[0].list;
    start.writable = places[1].list;
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
