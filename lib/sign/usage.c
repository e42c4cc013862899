/* SPDX-License-Identifier: Apache-2.0
 *
 * What a file is for: see sign/usage.h. System V ABI, chapters 4 and 5 (ELF header and program
 * header); the head of a safetensors file is the length of its JSON header and that header.
 */
#include "sign/usage.h"

#include "base/err.h"
#include "base/fd.h"

enum {
    HEAD = 64, /* bytes of the ELF header of 64 bits */
    TYPE_EXEC = 2,
    TYPE_SHARED = 3,
    SEGMENT_INTERPRETER = 3,
    TABLE_MAX = 65536,          /* bytes of a program header table that Linux takes */
    SAFETENSORS_MAX = 100 << 20 /* bytes of a header, by the reference implementation */
};

/* Where an ELF file says what is asked here, by its class. */
struct elf {
    bool big;          /* endian */
    size_t offset_at;  /* of the program header table */
    size_t offset_len; /* bytes */
    size_t entry_at;   /* of the size of its entries, behind which is their number */
    size_t entry_size;
};

static uint64_t number(const uint8_t *bytes, size_t len, bool big)
{
    uint64_t read = 0;
    for (size_t i = 0; i < len; i++) {
        read = read << 8 | bytes[big ? i : len - 1 - i];
    }
    return read;
}

static int
read_at(int fd, uint64_t offset, uint8_t *bytes, size_t len, size_t *got, struct signet_err *err)
{
    const struct signet_fd_run run = {.offset = offset, .buf = bytes, .len = len};
    bool cold = false;
    return signet_fd_pread(fd, &run, true, got, &cold, err);
}

/* Whether one of the segments names the interpreter that is to start the program. */
static int find_interpreter(
    int fd, const struct elf *elf, const uint8_t *head, bool *found, struct signet_err *err)
{
    uint64_t at = number(head + elf->offset_at, elf->offset_len, elf->big);
    uint64_t size = number(head + elf->entry_at, 2, elf->big);
    uint64_t count = number(head + elf->entry_at + 2, 2, elf->big);
    int rc = SIGNET_OK;
    if (size != elf->entry_size || count * size > TABLE_MAX || at > INT64_MAX - TABLE_MAX) {
        return SIGNET_OK;
    }
    for (uint64_t i = 0; rc == SIGNET_OK && !*found && i < count; i++) {
        uint8_t type[4];
        size_t got = 0;
        rc = read_at(fd, at + i * size, type, sizeof(type), &got, err);
        *found = rc == SIGNET_OK && got == sizeof(type) &&
                 number(type, sizeof(type), elf->big) == SEGMENT_INTERPRETER;
    }
    return rc;
}

static int detect_elf(int fd, const uint8_t *head, enum signet_usage *usage, struct signet_err *err)
{
    static const struct elf classes[] = {{false, 28, 4, 42, 32}, {false, 32, 8, 54, 56}};
    bool interpreted = false;
    *usage = SIGNET_USAGE_DATA;
    if (head[4] < 1 || head[4] > 2 || head[5] < 1 || head[5] > 2) {
        return SIGNET_OK;
    }
    struct elf elf = classes[head[4] - 1];
    elf.big = head[5] == 2;
    uint64_t type = number(head + 16, 2, elf.big);
    int rc = find_interpreter(fd, &elf, head, &interpreted, err);
    if (type == TYPE_EXEC || (type == TYPE_SHARED && interpreted)) {
        *usage = SIGNET_USAGE_PROGRAM;
    } else if (type == TYPE_SHARED) {
        *usage = SIGNET_USAGE_LIB;
    }
    return rc;
}

static bool is_model(struct signet_span head)
{
    uint64_t length = head.len > 8 ? number(head.ptr, 8, false) : 0;
    return signet_span_begins(head, "GGUF") ||
           (length > 1 && length <= SAFETENSORS_MAX && head.ptr[8] == '{');
}

int signet_usage_detect(int fd, enum signet_usage *usage, struct signet_err *err)
{
    uint8_t bytes[HEAD] = {0};
    size_t got = 0;
    int rc = read_at(fd, 0, bytes, sizeof(bytes), &got, err);
    struct signet_span head = signet_span_of(bytes, got);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (got == HEAD && signet_span_begins(head, "\x7f"
                                                "ELF")) {
        return detect_elf(fd, bytes, usage, err);
    }
    *usage = signet_span_begins(head, "#!") ? SIGNET_USAGE_SCRIPT
             : is_model(head)               ? SIGNET_USAGE_MODEL
                                            : SIGNET_USAGE_DATA;
    return SIGNET_OK;
}
