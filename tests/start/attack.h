/* SPDX-License-Identifier: Apache-2.0
 *
 * Attacks on the tiers of <signet/start.h>. Each returns if it failed, with errno, or does what the
 * attacker wants: code of "evil" says EVIL on standard output; what else may not be done says so
 * through done().
 */
#ifndef SIGNET_TESTS_ATTACK_H
#define SIGNET_TESTS_ATTACK_H

#include <stddef.h>

/** One attack. */
struct attack {
    const char *name;
    void (*run)(const char *const *arguments);
};

/** Attacks by files, by code in memory, and on the system; the last one has no name. */
extern const struct attack file_attacks[];
extern const struct attack code_attacks[];
extern const struct attack system_attacks[];

/** The attack succeeded. */
void done(void);

/** Executes path in a child and waits for it. */
void execute(const char *path);

/** Copies a file, at most a few MiB. */
int copy_file(int from, int to);

#endif
