/* SPDX-License-Identifier: Apache-2.0
 *
 * What a file is for, as far as its first bytes tell.
 */
#ifndef SIGNET_SIGN_USAGE_H
#define SIGNET_SIGN_USAGE_H

#include <signet/err.h>

#include "envelope/release.h"

/**
 * Looks at a regular file: an ELF program, interpreter or library (signet_elf_role()), a script
 * that names its interpreter, a safetensors or GGUF model, else data, as what only begins as an ELF
 * file. A guess for the signer, who may know better. Returns SIGNET_OK, SIGNET_E_IO or
 * SIGNET_E_NOMEM; *usage is set on success only.
 */
SIGNET_NODISCARD int signet_usage_detect(int fd, enum signet_usage *usage, struct signet_err *err);

#endif
