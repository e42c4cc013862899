/* SPDX-License-Identifier: Apache-2.0
 *
 * Where signature files stand beside an artifact, and which operand is one. Owns names only; opens
 * nothing but folders.
 */
#ifndef SIGNET_COMMON_SIDECAR_H
#define SIGNET_COMMON_SIDECAR_H

#include <signet/err.h>
#include <stdbool.h>
#include <stddef.h>

/** Endings of signature files. */
#define SIGNET_SIDECAR_BUNDLE ".sigstore.json"
#define SIGNET_SIDECAR_OMS ".sig"
#define SIGNET_SIDECAR_DSSE ".dsse.json"

/** What is added to the name of a signature file for the notes about its time. */
#define SIGNET_SIDECAR_TIME ".time"

/**
 * The path to which endings are added: without trailing slashes, and for a path that ends in "." or
 * ".." the resolved one. *base is owned (free with free()) and set on success only. Returns
 * SIGNET_OK, SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_sidecar_base(const char *path, char **base, struct signet_err *err);

/** A list of owned paths; zero-initialised is empty; free with signet_sidecar_list_free(). */
struct signet_sidecar_list {
    char **paths; /* sorted */
    size_t count;
};

/** Signature files beside one artifact that are looked at. */
#define SIGNET_SIDECAR_MAX 64

/**
 * Lists what exists beside base under the names BASE.sigstore.json, BASE.sig, BASE.dsse.json and
 * BASE.*.sigstore.json, of whatever kind; but not X.sigstore.json if there is an X, whose signature
 * that is. Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_LIMIT (more than SIGNET_SIDECAR_MAX) or
 * SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_sidecar_find(const char *base, struct signet_sidecar_list *list, struct signet_err *err);

/** Releases what list holds and empties it. */
void signet_sidecar_list_free(struct signet_sidecar_list *list);

/** Whether path ends like the name of a signature file. */
bool signet_sidecar_ending(const char *path);

/**
 * The bases of operands, sorted. *bases is owned (free with signet_sidecar_list_free()). Returns
 * SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_sidecar_bases(const char *const *operands,
                                          size_t count,
                                          struct signet_sidecar_list *bases,
                                          struct signet_err *err);

/** Whether path has the name of a signature file of one of those bases, or of notes about its time.
 */
bool signet_sidecar_of_another(const char *path, const struct signet_sidecar_list *bases);

/**
 * The name that the file at path has inside directory, or NULL if it lies elsewhere; its last
 * component need not exist. *name is owned (free with free()). Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_sidecar_inside(const char *path, const char *directory, char **name, struct signet_err *err);

#endif
