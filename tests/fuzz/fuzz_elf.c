/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/elf.h. Whatever a file claims, reading it is bounded and gives the same twice; every
 * text that is given out stands in the file, with its end; and of a file of this machine's kind
 * that is accepted, a plain reading by the structures of <elf.h> has the same interpreter and as
 * many needed libraries.
 */
#include "fuzz.h"

#include <elf.h>
#include <stdio.h>

#include "artifact/elf.h"

static int read_elf(struct signet_span bytes, struct signet_elf *elf)
{
    struct signet_err err;
    FILE *file = tmpfile();
    FUZZ_CHECK(file != NULL && fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len);
    FUZZ_CHECK(fflush(file) == 0);
    signet_err_clear(&err);
    int rc = signet_elf_read(fileno(file), elf, &err);
    FUZZ_CHECK(fclose(file) == 0);
    FUZZ_CHECK(rc == err.code);
    FUZZ_CHECK(rc == SIGNET_OK || rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED ||
               rc == SIGNET_E_LIMIT);
    FUZZ_CHECK((rc == SIGNET_E_UNSUPPORTED) == !signet_elf_begins(bytes));
    FUZZ_CHECK(rc == SIGNET_OK || strstr(err.msg, "expected ") != NULL);
    FUZZ_CHECK(elf->storage.total <= (size_t)2 << 20 && elf->needed_count <= 1 << 14);
    return rc;
}

static void check_text(struct signet_span bytes, const char *text)
{
    size_t len = text != NULL ? strlen(text) + 1 : 0;
    size_t at = 0;
    while (at + len < bytes.len && memcmp(bytes.ptr + at, text != NULL ? text : "", len) != 0) {
        at++;
    }
    FUZZ_CHECK(text == NULL || (at + len <= bytes.len && memcmp(bytes.ptr + at, text, len) == 0));
}

static void check_same_text(const char *a, const char *b)
{
    FUZZ_CHECK((a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0));
}

static void check_same(const struct signet_elf *a, const struct signet_elf *b)
{
    FUZZ_CHECK(a->bits == b->bits && a->big == b->big && a->type == b->type &&
               a->machine == b->machine && a->flags_1 == b->flags_1 &&
               a->needed_count == b->needed_count && a->unusual == b->unusual);
    check_same_text(a->interpreter, b->interpreter);
    check_same_text(a->soname, b->soname);
    check_same_text(a->rpath, b->rpath);
    check_same_text(a->runpath, b->runpath);
    for (size_t i = 0; i < a->needed_count; i++) {
        check_same_text(a->needed[i], b->needed[i]);
    }
}

/* Needed libraries of a dynamic segment. */
static size_t count_needed(struct signet_span bytes, const Elf64_Phdr *segment)
{
    Elf64_Dyn entry = {.d_tag = DT_NEEDED};
    size_t needed = 0;
    for (uint64_t at = segment->p_offset; entry.d_tag != DT_NULL; at += sizeof(entry)) {
        FUZZ_CHECK(at <= bytes.len && sizeof(entry) <= bytes.len - at);
        memcpy(&entry, bytes.ptr + at, sizeof(entry));
        needed += entry.d_tag == DT_NEEDED ? 1 : 0;
    }
    return needed;
}

/* 64 bits, little-endian, as most machines that this runs on. */
static void check_plain_reading(struct signet_span bytes, const struct signet_elf *elf)
{
    Elf64_Ehdr head;
    size_t needed = 0;
    const char *interpreter = NULL;
    FUZZ_CHECK(bytes.len >= sizeof(head));
    memcpy(&head, bytes.ptr, sizeof(head));
    FUZZ_CHECK(head.e_type == elf->type && head.e_machine == elf->machine);
    for (size_t i = 0; (head.e_type == ET_EXEC || head.e_type == ET_DYN) && i < head.e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment, bytes.ptr + head.e_phoff + i * sizeof(segment), sizeof(segment));
        if (segment.p_type == PT_INTERP) {
            interpreter = (const char *)bytes.ptr + segment.p_offset;
        }
        if (segment.p_type == PT_DYNAMIC) {
            needed = count_needed(bytes, &segment);
        }
    }
    FUZZ_CHECK(needed == elf->needed_count);
    check_same_text(interpreter, elf->interpreter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_span bytes = signet_span_of(data, size);
    struct signet_elf elf;
    struct signet_elf again;
    int rc = read_elf(bytes, &elf);
    uint8_t *longer = calloc(1, size + 1);
    FUZZ_CHECK(longer != NULL);
    if (size > 0) {
        memcpy(longer, data, size);
    }
    int longer_rc = read_elf(signet_span_of(longer, size + 1), &again);
    free(longer);
    if (rc == SIGNET_OK) { /* what stands behind it does not matter */
        FUZZ_CHECK(longer_rc == SIGNET_OK);
        check_same(&elf, &again);
        check_text(bytes, elf.interpreter);
        check_text(bytes, elf.soname);
        check_text(bytes, elf.rpath);
        check_text(bytes, elf.runpath);
        for (size_t i = 0; i < elf.needed_count; i++) {
            FUZZ_CHECK(elf.needed[i][0] != '\0');
            check_text(bytes, elf.needed[i]);
        }
        if (elf.bits == 64 && !elf.big) {
            check_plain_reading(bytes, &elf);
        }
    }
    signet_elf_free(&elf);
    signet_elf_free(&again);
    return 0;
}
