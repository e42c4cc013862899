/* SPDX-License-Identifier: Apache-2.0
 *
 * What a file is for, as far as its first bytes tell.
 */
#ifndef SIGNET_SIGN_USAGE_H
#define SIGNET_SIGN_USAGE_H

#include <signet/err.h>

#include "envelope/release.h"

/**
 * Looks at the regular file behind fd: an ELF program (it names an interpreter, or is static and
 * not position independent), an ELF library (any other shared object), a script that names its
 * interpreter, a safetensors or GGUF model, else data. A guess for the signer, who may know better.
 * Returns SIGNET_OK or SIGNET_E_IO; *usage is set on success only.
 */
SIGNET_NODISCARD int signet_usage_detect(int fd, enum signet_usage *usage, struct signet_err *err);

#endif
