/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading an ELF file: see artifact/elf.h. System V ABI, chapters 4 and 5 (ELF header, program
 * header, dynamic section). Every length is compared with what holds it before it is used, and
 * nothing is read that no field of the result needs.
 */
#include "artifact/elf.h"

#include <errno.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"

enum {
    HEAD = 64, /* bytes of the longer ELF header */
    CLASS_AT = 4,
    ORDER_AT = 5,
    VERSION_AT = 6,
    TYPE_AT = 16,
    MACHINE_AT = 18,
    TABLE_MAX = 65536, /* bytes of a program header table that Linux takes */
    DYNAMIC_MAX = 1 << 17,
    NEEDED_MAX = 4096,
    TEXT_MAX = 1 << 14,
    TEXT_STEP = 256,
    TEXTS_MAX = 1 << 19,  /* bytes of all texts */
    STORAGE_MAX = 1 << 21 /* which all of that fits into */
};

/* PT_* */
enum segment_type {
    SEGMENT_LOAD = 1,
    SEGMENT_DYNAMIC = 2,
    SEGMENT_INTERPRETER = 3,
    SEGMENT_STACK = 0x6474e551 /* PT_GNU_STACK: what may be done with the stack */
};

/* What may stand in the dynamic section once and is asked for here, as places in a table. */
enum single {
    STRINGS, /* where names are, and how long all of them are */
    STRINGS_LEN,
    SONAME,
    RPATH,
    RUNPATH,
    FLAGS,
    SINGLE_COUNT
};

/* DT_* of each. */
static const uint64_t single_tags[SINGLE_COUNT] = {5, 10, 14, 15, 29, 0x6ffffffb};

enum {
    SEGMENT_EXECUTES = 1 /* PF_X */
};

static const uint64_t tag_needed = 1;

static const struct {
    uint64_t tag;
    const char *name;
} unusual_tags[] = {
    {0x6ffffefb, "DT_DEPAUDIT"},
    {0x6ffffefc, "DT_AUDIT"},
    {0x7ffffffd, "DT_AUXILIARY"},
    {0x7fffffff, "DT_FILTER"},
};

/* Where the fields of a class are, and how many bytes an address takes. */
struct layout {
    unsigned bits;
    size_t head_len;
    size_t word;
    size_t table_at; /* in the ELF header: offset of the program header table */
    size_t entry_at; /* size of its entries, behind which is their number */
    size_t entry_len;
    size_t flags_at; /* in an entry */
    size_t offset_at;
    size_t address_at;
    size_t file_len_at;
    size_t memory_len_at;
};

static const struct layout layouts[] = {
    {32, 52, 4, 28, 42, 32, 24, 4, 8, 16, 20},
    {64, 64, 8, 32, 54, 56, 4, 8, 16, 32, 40},
};

struct segment {
    uint64_t type;
    uint64_t flags;
    uint64_t offset; /* in the file */
    uint64_t address;
    uint64_t len; /* in the file */
    uint64_t memory_len;
};

struct reader {
    int fd;
    uint64_t size; /* of the file */
    const struct layout *layout;
    const uint8_t *table; /* of program headers */
    size_t count;
    struct signet_elf *elf;
    const uint8_t *dynamic; /* up to its end mark */
    size_t dynamic_len;
    uint64_t single[SINGLE_COUNT];
    bool has[SINGLE_COUNT];
    uint64_t strings_at; /* in the file */
    size_t texts_len;    /* bytes of all texts so far */
    int rc;
    struct signet_err *err;
};

static uint64_t number(const struct reader *reader, const uint8_t *bytes, size_t len)
{
    uint64_t read = 0;
    for (size_t i = 0; i < len; i++) {
        read = read << 8 | bytes[reader->elf->big ? i : len - 1 - i];
    }
    return read;
}

/* Records the first thing that is wrong; false, so that who checks can return it. */
static bool refuse(struct reader *reader, int code, uint64_t offset, const char *expected)
{
    if (reader->rc == SIGNET_OK) {
        reader->rc = signet_err_at(reader->err, code, offset, "ELF: expected %s at byte %llu",
                                   expected, (unsigned long long)offset);
    }
    return false;
}

static bool out_of_memory(struct reader *reader)
{
    if (reader->rc == SIGNET_OK) {
        reader->rc = signet_err_set(reader->err, SIGNET_E_NOMEM, "out of memory");
    }
    return false;
}

/* Whether len bytes at offset are in the file. */
static bool is_within(struct reader *reader, uint64_t offset, uint64_t len, const char *what)
{
    return (offset <= reader->size && len <= reader->size - offset) ||
           refuse(reader, SIGNET_E_MALFORMED, offset, what);
}

/* Bytes of the file, which are there; NULL after a failure. */
static const uint8_t *read_bytes(struct reader *reader, uint64_t offset, size_t len)
{
    uint8_t *bytes = signet_arena_alloc(&reader->elf->storage, len);
    if (bytes == NULL) {
        out_of_memory(reader);
        return NULL;
    }
    reader->rc =
        signet_fd_pread_all(reader->fd, (struct signet_fd_run){offset, bytes, len}, reader->err);
    return reader->rc == SIGNET_OK ? bytes : NULL;
}

/* A text of the file that ends with a NUL before room bytes are over; NULL after a failure. */
static const char *read_text(struct reader *reader, uint64_t offset, uint64_t room)
{
    uint8_t text[TEXT_MAX];
    size_t len = 0;
    const uint8_t *end = NULL;
    uint64_t max = room < TEXT_MAX ? room : TEXT_MAX;
    while (end == NULL && len < max) {
        size_t step = max - len < TEXT_STEP ? (size_t)(max - len) : TEXT_STEP;
        reader->rc = signet_fd_pread_all(
            reader->fd, (struct signet_fd_run){offset + len, text + len, step}, reader->err);
        if (reader->rc != SIGNET_OK) {
            return NULL;
        }
        end = memchr(text + len, '\0', step);
        len += step;
    }
    if (end == NULL) {
        refuse(reader, room > TEXT_MAX ? SIGNET_E_LIMIT : SIGNET_E_MALFORMED, offset,
               room > TEXT_MAX ? "a text of at most 16 KiB" : "a text with an end");
        return NULL;
    }
    reader->texts_len += (size_t)(end - text) + 1;
    if (reader->texts_len > TEXTS_MAX) {
        refuse(reader, SIGNET_E_LIMIT, offset, "at most 512 KiB of names");
        return NULL;
    }
    const char *copy =
        signet_arena_copy(&reader->elf->storage, signet_span_of(text, (size_t)(end - text)));
    if (copy == NULL) {
        out_of_memory(reader);
    }
    return copy;
}

static struct segment segment_at(const struct reader *reader, size_t i)
{
    const struct layout *layout = reader->layout;
    const uint8_t *entry = reader->table + i * layout->entry_len;
    return (struct segment){
        .type = number(reader, entry, 4),
        .flags = number(reader, entry + layout->flags_at, 4),
        .offset = number(reader, entry + layout->offset_at, layout->word),
        .address = number(reader, entry + layout->address_at, layout->word),
        .len = number(reader, entry + layout->file_len_at, layout->word),
        .memory_len = number(reader, entry + layout->memory_len_at, layout->word),
    };
}

/* The head of the file: which class and order, what for, and where the segments are told. */
static bool read_head(struct reader *reader)
{
    uint8_t head[HEAD] = {0};
    size_t len = reader->size < HEAD ? (size_t)reader->size : HEAD;
    reader->rc = signet_fd_pread_all(reader->fd, (struct signet_fd_run){0, head, len}, reader->err);
    if (reader->rc != SIGNET_OK) {
        return false;
    }
    if (!signet_elf_begins(signet_span_of(head, len))) {
        reader->rc = signet_err_set(reader->err, SIGNET_E_UNSUPPORTED, "expected an ELF file");
        return false;
    }
    if (head[CLASS_AT] < 1 || head[CLASS_AT] > 2 || head[ORDER_AT] < 1 || head[ORDER_AT] > 2 ||
        head[VERSION_AT] != 1) {
        return refuse(reader, SIGNET_E_MALFORMED, CLASS_AT, "a known class, order and version");
    }
    const struct layout *layout = &layouts[head[CLASS_AT] - 1];
    reader->layout = layout;
    reader->elf->bits = layout->bits;
    reader->elf->big = head[ORDER_AT] == 2;
    reader->elf->type = (unsigned)number(reader, head + TYPE_AT, 2);
    reader->elf->machine = (unsigned)number(reader, head + MACHINE_AT, 2);
    if (!is_within(reader, 0, layout->head_len, "a whole header")) {
        return false;
    }
    if (reader->elf->type != SIGNET_ELF_EXEC && reader->elf->type != SIGNET_ELF_SHARED) {
        return true;
    }
    uint64_t at = number(reader, head + layout->table_at, layout->word);
    uint64_t entry_len = number(reader, head + layout->entry_at, 2);
    reader->count = (size_t)number(reader, head + layout->entry_at + 2, 2);
    size_t table_len = reader->count * layout->entry_len;
    if (entry_len != layout->entry_len || reader->count == 0 || table_len > TABLE_MAX) {
        return refuse(reader, SIGNET_E_MALFORMED, layout->entry_at,
                      "program headers of the usual size, of 1 byte to 64 KiB");
    }
    if (!is_within(reader, at, table_len, "a program header table within the file")) {
        return false;
    }
    reader->table = read_bytes(reader, at, table_len);
    return reader->table != NULL;
}

/* Whether a loaded segment lies behind those before it, which end at *end. */
static bool check_order(struct reader *reader, const struct segment *segment, uint64_t *end)
{
    uint64_t last = 0;
    if (segment->len > segment->memory_len || segment->address < *end ||
        SIGNET_ADD_OVERFLOWS(segment->address, segment->memory_len, &last)) {
        return refuse(reader, SIGNET_E_MALFORMED, segment->offset,
                      "a loaded segment of its own, behind those before it");
    }
    *end = last;
    return true;
}

/* Looks at all segments: those of interest lie within the file, those of a kind that there is once
 * are one. *dynamic is of length 0 if there is none, as is *interpreter. */
static bool
check_segments(struct reader *reader, struct segment *dynamic, struct segment *interpreter)
{
    uint64_t end = 0;
    for (size_t i = 0; i < reader->count; i++) {
        struct segment segment = segment_at(reader, i);
        struct segment *found = segment.type == SEGMENT_DYNAMIC       ? dynamic
                                : segment.type == SEGMENT_INTERPRETER ? interpreter
                                                                      : NULL;
        if (segment.type == SEGMENT_STACK && (segment.flags & SEGMENT_EXECUTES) != 0) {
            reader->elf->code_stack = true;
        }
        if (found == NULL && segment.type != SEGMENT_LOAD) {
            continue;
        }
        if (!is_within(reader, segment.offset, segment.len, "a segment within the file")) {
            return false;
        }
        if (segment.type == SEGMENT_LOAD) {
            if (!check_order(reader, &segment, &end)) {
                return false;
            }
            continue;
        }
        if (found->type != 0 || segment.len == 0) {
            return refuse(reader, SIGNET_E_MALFORMED, segment.offset,
                          "one interpreter and one dynamic segment, neither of them empty");
        }
        *found = segment;
    }
    return true;
}

/* Where in the file len bytes of memory come from, all of them from one segment. */
static bool find_address(struct reader *reader, uint64_t address, uint64_t len, uint64_t *offset)
{
    for (size_t i = 0; i < reader->count; i++) {
        struct segment segment = segment_at(reader, i);
        uint64_t into = address - segment.address;
        if (segment.type == SEGMENT_LOAD && address >= segment.address && into < segment.len &&
            len <= segment.len - into) {
            *offset = segment.offset + into;
            return true;
        }
    }
    return refuse(reader, SIGNET_E_MALFORMED, address, "bytes of a loaded segment");
}

/* As the kernel has it: the last byte of the segment is a NUL. */
static bool read_interpreter(struct reader *reader, const struct segment *segment)
{
    const char *text = read_text(reader, segment->offset, segment->len);
    uint8_t last = 0;
    if (text == NULL) {
        return false;
    }
    reader->rc = signet_fd_pread_all(
        reader->fd, (struct signet_fd_run){segment->offset + segment->len - 1, &last, 1},
        reader->err);
    if (reader->rc == SIGNET_OK && (text[0] == '\0' || last != '\0' || segment->len > TEXT_MAX)) {
        return refuse(reader, SIGNET_E_MALFORMED, segment->offset, "the path of an interpreter");
    }
    reader->elf->interpreter = text;
    return reader->rc == SIGNET_OK;
}

/* Remembers what one entry says; *more is false at the last one. */
static bool take_entry(struct reader *reader, const uint8_t *entry, bool *more)
{
    uint64_t tag = number(reader, entry, reader->layout->word);
    uint64_t value = number(reader, entry + reader->layout->word, reader->layout->word);
    *more = tag != 0;
    reader->elf->needed_count += tag == tag_needed ? 1 : 0;
    for (size_t i = 0; i < SINGLE_COUNT; i++) {
        if (tag != single_tags[i]) {
            continue;
        }
        if (reader->has[i]) {
            return refuse(reader, SIGNET_E_MALFORMED, 0, "each dynamic entry once");
        }
        reader->has[i] = true;
        reader->single[i] = value;
    }
    for (size_t i = 0; i < SIGNET_COUNT(unusual_tags); i++) {
        if (tag == unusual_tags[i].tag) {
            reader->elf->unusual = unusual_tags[i].name;
        }
    }
    return true;
}

static bool read_dynamic(struct reader *reader, const struct segment *segment)
{
    size_t step = 2 * reader->layout->word;
    uint64_t offset = 0;
    bool more = true;
    if (segment->len > DYNAMIC_MAX) {
        return refuse(reader, SIGNET_E_LIMIT, segment->offset,
                      "at most 128 KiB of dynamic entries");
    }
    if (!find_address(reader, segment->address, segment->len, &offset)) {
        return false;
    }
    if (offset != segment->offset) {
        return refuse(reader, SIGNET_E_MALFORMED, segment->offset,
                      "a dynamic segment that is loaded from where it lies");
    }
    reader->dynamic = read_bytes(reader, offset, (size_t)segment->len);
    while (reader->dynamic != NULL && more) {
        if (segment->len - reader->dynamic_len < step) {
            return refuse(reader, SIGNET_E_MALFORMED, offset, "an end of the dynamic entries");
        }
        if (!take_entry(reader, reader->dynamic + reader->dynamic_len, &more)) {
            return false;
        }
        reader->dynamic_len += step;
    }
    return reader->dynamic != NULL;
}

/* The text that an entry names; NULL after a failure. */
static const char *string_at(struct reader *reader, uint64_t value)
{
    if (value >= reader->single[STRINGS_LEN]) {
        refuse(reader, SIGNET_E_MALFORMED, value, "a name within the string table");
        return NULL;
    }
    return read_text(reader, reader->strings_at + value, reader->single[STRINGS_LEN] - value);
}

static bool read_needed(struct reader *reader)
{
    struct signet_elf *elf = reader->elf;
    size_t word = reader->layout->word;
    size_t found = 0;
    elf->needed = signet_arena_array(&elf->storage, elf->needed_count, sizeof(*elf->needed));
    if (elf->needed == NULL) {
        return elf->needed_count == 0 || out_of_memory(reader);
    }
    for (size_t at = 0; at < reader->dynamic_len; at += 2 * word) {
        if (number(reader, reader->dynamic + at, word) != tag_needed) {
            continue;
        }
        const char *name = string_at(reader, number(reader, reader->dynamic + at + word, word));
        if (name == NULL) {
            return false;
        }
        if (name[0] == '\0') {
            return refuse(reader, SIGNET_E_MALFORMED, reader->strings_at,
                          "a name that is not empty");
        }
        elf->needed[found++] = name;
    }
    return true;
}

static bool read_strings(struct reader *reader)
{
    struct signet_elf *elf = reader->elf;
    const struct {
        enum single entry;
        const char **text;
    } texts[] = {{SONAME, &elf->soname}, {RPATH, &elf->rpath}, {RUNPATH, &elf->runpath}};
    size_t wanted = elf->needed_count;
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        wanted += reader->has[texts[i].entry] ? 1 : 0;
    }
    elf->flags_1 = reader->single[FLAGS];
    if (wanted == 0) {
        return true;
    }
    if (elf->needed_count > NEEDED_MAX) {
        return refuse(reader, SIGNET_E_LIMIT, 0, "at most 4096 needed libraries");
    }
    if (!find_address(reader, reader->single[STRINGS], reader->single[STRINGS_LEN],
                      &reader->strings_at)) {
        return false;
    }
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        if (reader->has[texts[i].entry]) {
            *texts[i].text = string_at(reader, reader->single[texts[i].entry]);
            if (*texts[i].text == NULL) {
                return false;
            }
        }
    }
    return read_needed(reader);
}

static bool read_all(struct reader *reader)
{
    struct segment dynamic = {0};
    struct segment interpreter = {0};
    return read_head(reader) && check_segments(reader, &dynamic, &interpreter) &&
           (interpreter.type == 0 || read_interpreter(reader, &interpreter)) &&
           (dynamic.type == 0 || (read_dynamic(reader, &dynamic) && read_strings(reader)));
}

bool signet_elf_begins(struct signet_span head)
{
    return signet_span_begins(head, "\x7f"
                                    "ELF");
}

int signet_elf_read(int fd, struct signet_elf *elf, struct signet_err *err)
{
    struct reader reader = {.fd = fd, .elf = elf, .err = err};
    struct stat st;
    *elf = (struct signet_elf){0};
    signet_arena_init(&elf->storage, STORAGE_MAX);
    if (fstat(fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    reader.size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
    return read_all(&reader) ? (int)SIGNET_OK : reader.rc;
}

static bool is_named(const struct signet_elf *elf, const char *beginning)
{
    return elf->soname != NULL && strncmp(elf->soname, beginning, strlen(beginning)) == 0;
}

enum signet_elf_role signet_elf_role(const struct signet_elf *elf)
{
    if (elf->type == SIGNET_ELF_EXEC) {
        return SIGNET_ELF_PROGRAM;
    }
    if (elf->type != SIGNET_ELF_SHARED) {
        return SIGNET_ELF_OTHER;
    }
    if ((elf->flags_1 & SIGNET_ELF_PIE) != 0 || (elf->interpreter != NULL && elf->soname == NULL)) {
        return SIGNET_ELF_PROGRAM;
    }
    return is_named(elf, "ld-") || is_named(elf, "ld.so") || is_named(elf, "ld64")
               ? SIGNET_ELF_INTERPRETER
               : SIGNET_ELF_LIBRARY;
}

void signet_elf_free(struct signet_elf *elf)
{
    signet_arena_free(&elf->storage);
    *elf = (struct signet_elf){0};
}
