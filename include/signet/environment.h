/* SPDX-License-Identifier: Apache-2.0
 *
 * Which variables of an environment have a program load other code than its own: those of the
 * dynamic linker and the C library, of shells and interpreters, and of libraries with plug-ins. A
 * pure function over texts. Part of libsignet-gate.
 */
#ifndef SIGNET_ENVIRONMENT_H
#define SIGNET_ENVIRONMENT_H

#include <signet/err.h>
#include <signet/span.h>

SIGNET_BEGIN_DECLS

/** An environment without them. Zero-initialised is empty; free with signet_environment_free(). All
 *  texts are borrowed from what it was made of. */
struct signet_environment {
    char **kept;                 /* NULL-terminated, in the order given */
    struct signet_span *removed; /* the names of the others, in the order given */
    size_t removed_count;
};

/**
 * Takes out of environment, which is NULL-terminated, every variable that is on the list, unless
 * names has it, which is NULL-terminated and may be NULL. What is no NAME=VALUE is taken out too.
 * *out is set on success only.
 *
 * Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int signet_environment_keep(char *const *environment,
                                                        const char *const *names,
                                                        struct signet_environment *out,
                                                        struct signet_err *err);

/** The names on the list, NULL-terminated; one that ends with "*" stands for all that begin so.
 *  Static storage. */
SIGNET_API const char *const *signet_environment_list(void);

/** Releases what environment holds and empties it. */
SIGNET_API void signet_environment_free(struct signet_environment *environment);

SIGNET_END_DECLS

#endif
