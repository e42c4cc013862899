/* SPDX-License-Identifier: Apache-2.0
 *
 * A library that is opened on first need, by the absolute path it had when signet was built:
 * neither the environment nor the caller's folder chooses it, and who does not need it does not
 * pay.
 */
#ifndef SIGNET_BASE_DL_H
#define SIGNET_BASE_DL_H

#include <signet/err.h>
#include <stddef.h>

/** One function, and where in a table its address goes. */
struct signet_dl_function {
    const char *name;
    size_t offset; /* of a function pointer in the table */
};

/** A library and the table made of it; const and static. */
struct signet_dl {
    const char *path;  /* absolute */
    const char *need;  /* what fails without it, such as "SHA-2 needs OpenSSL" */
    const char *older; /* what a library without one of the functions lacks */
    const struct signet_dl_function *functions;
    size_t function_count;
    size_t table_size;
    /* Called once all functions are there; undoes itself if it fails. May be NULL, as stop. */
    int (*start)(void *table, struct signet_err *err);
    void (*stop)(void *table); /* undoes start */
};

/**
 * The table of the library, the same for every thread and for the rest of the process. *shared
 * keeps it: static, NULL at first and constant once set; the library is opened if it is NULL.
 * *table is set on success only. Returns SIGNET_OK, SIGNET_E_NOMEM, SIGNET_E_INTERNAL (cannot be
 * opened, or lacks a function) or what start() returned.
 */
SIGNET_NODISCARD int signet_dl_get(const struct signet_dl *library,
                                   void **shared,
                                   const void **table,
                                   struct signet_err *err);

#endif
