/* SPDX-License-Identifier: Apache-2.0
 *
 * Private copies of a file that was opened: complete, and not to be written to by their descriptor.
 */
#ifndef SIGNET_GATE_COPY_H
#define SIGNET_GATE_COPY_H

#include <signet/err.h>
#include <stdbool.h>

/**
 * Copies the regular file behind from into memory, at most max bytes, which is sealed against
 * writing, growing and shrinking. The copy may be executed if executable is true and somebody may
 * execute the file. *to is set on success only; the caller closes it. Returns SIGNET_OK,
 * SIGNET_E_LIMIT, SIGNET_E_UNSUPPORTED, SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_copy_to_memory(int from, uint64_t max, bool executable, int *to, struct signet_err *err);

/** Whether fd is memory that was sealed so. */
bool signet_copy_is_sealed(int fd);

/**
 * Copies the regular file behind from into a new file in folder, without a name, and opens that for
 * reading alone. *to is set on success only; the caller closes it. Returns SIGNET_OK or SIGNET_E_IO
 * or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_copy_to_folder(int from, const char *folder, int *to, struct signet_err *err);

#endif
