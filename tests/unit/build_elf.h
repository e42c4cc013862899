/* SPDX-License-Identifier: Apache-2.0
 *
 * ELF files put together by hand (System V ABI, chapters 4 and 5), so that no linker decides what a
 * test can say, and can be wrong about.
 */
#ifndef SIGNET_TESTS_BUILD_ELF_H
#define SIGNET_TESTS_BUILD_ELF_H

#include "check.h"

enum {
    ELF_ROOM = 1 << 14,      /* bytes of a file, all of them one loaded segment */
    ELF_INTERPRETER = 0x200, /* where it has what */
    ELF_DYNAMIC = 0x1000,
    ELF_STRINGS = 0x2000,
    ELF_ADDRESS = 0x400000 /* of its first byte */
};

/* What it says; zero-initialised: a little-endian shared object of 64 bits for x86-64. */
struct elf_plan {
    bool narrow; /* 32 bits */
    bool big;
    unsigned type;    /* 0: ET_DYN */
    unsigned machine; /* 0: EM_X86_64 */
    const char *interpreter;
    const char *soname;
    const char *rpath;
    const char *runpath;
    const char *const *needed; /* NULL-terminated, or NULL */
    uint64_t flags_1;
    uint64_t tag; /* one more dynamic entry, of this tag and value */
    uint64_t value;
};

struct elf_image {
    bool narrow;
    bool big;
    uint8_t bytes[ELF_ROOM];
    size_t dynamic_len;
    size_t strings_len;
};

static inline void elf_put(struct elf_image *image, size_t at, size_t len, uint64_t value)
{
    for (size_t i = 0; i < len; i++) {
        image->bytes[at + (image->big ? len - 1 - i : i)] = (uint8_t)(value >> 8 * i);
    }
}

static inline size_t elf_word(const struct elf_image *image)
{
    return image->narrow ? 4 : 8;
}

/* Where the field of a program header is: its type is field 0, then offset, address, length in the
 * file and in memory. */
static inline size_t elf_segment_at(const struct elf_image *image, size_t i, size_t field)
{
    static const size_t wide[] = {0, 8, 16, 32, 40};
    static const size_t narrow[] = {0, 4, 8, 16, 20};
    return image->narrow ? 52 + i * 32 + narrow[field] : 64 + i * 56 + wide[field];
}

static inline void
elf_put_segment(struct elf_image *image, size_t i, unsigned type, uint64_t offset, uint64_t len)
{
    const uint64_t values[] = {type, offset, ELF_ADDRESS + offset, len, len};
    for (size_t field = 0; field < 5; field++) {
        elf_put(image, elf_segment_at(image, i, field), field == 0 ? 4 : elf_word(image),
                values[field]);
    }
}

static inline void elf_put_entry(struct elf_image *image, uint64_t tag, uint64_t value)
{
    size_t word = elf_word(image);
    assert_true(ELF_DYNAMIC + image->dynamic_len + 2 * word <= ELF_STRINGS);
    elf_put(image, ELF_DYNAMIC + image->dynamic_len, word, tag);
    elf_put(image, ELF_DYNAMIC + image->dynamic_len + word, word, value);
    image->dynamic_len += 2 * word;
}

/* An entry that names a text, unless that is NULL. */
static inline void elf_put_name(struct elf_image *image, uint64_t tag, const char *name)
{
    if (name != NULL) {
        size_t len = strlen(name) + 1;
        assert_true(ELF_STRINGS + image->strings_len + len <= ELF_ROOM);
        memcpy(image->bytes + ELF_STRINGS + image->strings_len, name, len);
        elf_put_entry(image, tag, image->strings_len);
        image->strings_len += len;
    }
}

static inline void elf_put_head(struct elf_image *image, const struct elf_plan *plan, size_t count)
{
    size_t word = elf_word(image);
    memcpy(image->bytes,
           "\x7f"
           "ELF",
           4);
    image->bytes[4] = plan->narrow ? 1 : 2;
    image->bytes[5] = plan->big ? 2 : 1;
    image->bytes[6] = 1;
    elf_put(image, 16, 2, plan->type > 0 ? plan->type : 3);
    elf_put(image, 18, 2, plan->machine > 0 ? plan->machine : 62);
    elf_put(image, 20, 4, 1);
    elf_put(image, 24 + word, word, plan->narrow ? 52 : 64);
    elf_put(image, plan->narrow ? 42 : 54, 2, plan->narrow ? 32 : 56);
    elf_put(image, plan->narrow ? 44 : 56, 2, count);
}

/* Segments: 0 is loaded, 1 the dynamic one, 2 the interpreter's, if there is one. */
static inline void elf_build(const struct elf_plan *plan, struct elf_image *image)
{
    *image = (struct elf_image){.narrow = plan->narrow, .big = plan->big, .strings_len = 1};
    for (size_t i = 0; plan->needed != NULL && plan->needed[i] != NULL; i++) {
        elf_put_name(image, 1, plan->needed[i]);
    }
    elf_put_name(image, 14, plan->soname);
    elf_put_name(image, 15, plan->rpath);
    elf_put_name(image, 29, plan->runpath);
    if (plan->flags_1 > 0) {
        elf_put_entry(image, 0x6ffffffb, plan->flags_1);
    }
    if (plan->tag > 0) {
        elf_put_entry(image, plan->tag, plan->value);
    }
    elf_put_entry(image, 5, ELF_ADDRESS + ELF_STRINGS);
    elf_put_entry(image, 10, image->strings_len);
    elf_put_entry(image, 0, 0);
    elf_put_head(image, plan, plan->interpreter != NULL ? 3 : 2);
    elf_put_segment(image, 0, 1, 0, ELF_ROOM);
    elf_put_segment(image, 1, 2, ELF_DYNAMIC, image->dynamic_len);
    if (plan->interpreter != NULL) {
        size_t len = strlen(plan->interpreter) + 1;
        assert_true(ELF_INTERPRETER + len <= ELF_DYNAMIC);
        memcpy(image->bytes + ELF_INTERPRETER, plan->interpreter, len);
        elf_put_segment(image, 2, 3, ELF_INTERPRETER, len);
    }
}

#endif
