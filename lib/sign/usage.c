/* SPDX-License-Identifier: Apache-2.0
 *
 * What a file is for: see sign/usage.h. The head of a safetensors file is the length of its JSON
 * header and that header.
 */
#include "sign/usage.h"

#include "artifact/elf.h"
#include "base/err.h"
#include "base/fd.h"

enum {
    HEAD = 16,                  /* bytes */
    SAFETENSORS_MAX = 100 << 20 /* bytes of a header, by the reference implementation */
};

static enum signet_usage usage_of(const struct signet_elf *elf)
{
    switch (signet_elf_role(elf)) {
    case SIGNET_ELF_PROGRAM:
        return SIGNET_USAGE_PROGRAM;
    case SIGNET_ELF_INTERPRETER:
        return SIGNET_USAGE_INTERP;
    case SIGNET_ELF_LIBRARY:
        return SIGNET_USAGE_LIB;
    case SIGNET_ELF_OTHER:
        break;
    }
    return SIGNET_USAGE_DATA;
}

/* Nobody starts or loads what breaks the format. */
static int detect_elf(int fd, enum signet_usage *usage, struct signet_err *err)
{
    struct signet_elf elf;
    struct signet_err reason;
    signet_err_clear(&reason);
    int rc = signet_elf_read(fd, &elf, &reason);
    *usage = rc == SIGNET_OK ? usage_of(&elf) : SIGNET_USAGE_DATA;
    signet_elf_free(&elf);
    return rc == SIGNET_E_IO || rc == SIGNET_E_NOMEM ? signet_err_copy(err, &reason)
                                                     : (int)SIGNET_OK;
}

static bool is_model(struct signet_span head)
{
    uint64_t length = 0;
    for (size_t i = 8; head.len > 8 && i > 0; i--) {
        length = length << 8 | head.ptr[i - 1];
    }
    return signet_span_begins(head, "GGUF") ||
           (length > 1 && length <= SAFETENSORS_MAX && head.ptr[8] == '{');
}

int signet_usage_detect(int fd, enum signet_usage *usage, struct signet_err *err)
{
    uint8_t bytes[HEAD] = {0};
    const struct signet_fd_run run = {.buf = bytes, .len = sizeof(bytes)};
    size_t got = 0;
    bool cold = false;
    int rc = signet_fd_pread(fd, &run, true, &got, &cold, err);
    struct signet_span head = signet_span_of(bytes, got);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (signet_elf_begins(head)) {
        return detect_elf(fd, usage, err);
    }
    *usage = signet_span_begins(head, "#!") ? SIGNET_USAGE_SCRIPT
             : is_model(head)               ? SIGNET_USAGE_MODEL
                                            : SIGNET_USAGE_DATA;
    return SIGNET_OK;
}
