/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the files of a store: see verify/store_lane.h. Owns what a text in a file is, and that
 * one which is none does not count.
 */
#include "verify/store_lane.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/grow.h"
#include "base/num.h"
#include "base/utf8.h"
#include "verify/claims.h"

enum {
    READ_CHUNK = 1 << 20
};

/* A text being read. */
struct reading {
    struct signet_store_lane *lane;
    struct signet_store_text text;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for evidence");
}

int signet_store_too_many(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_LIMIT, "more than %lu claims in the folders of evidence",
                          (unsigned long)SIGNET_STORE_CLAIMS);
}

void signet_store_lane_refuse(struct signet_store_lane *lane,
                              const struct signet_store_text *text,
                              const char *name,
                              struct signet_err *why)
{
    char shown[SIGNET_SHOW_MAX];
    if (lane->refused < SIGNET_STORE_TOLD) {
        signet_err_prefix(why, "%s", signet_utf8_show(signet_span_str(name), shown));
        lane->first[lane->refused] = (struct signet_store_refused){text->file, text->line, *why};
    }
    lane->refused++;
}

void signet_store_put_name(const struct signet_store_file *file,
                           const struct signet_store_text *text,
                           struct signet_buf *out)
{
    char digits[SIGNET_NUM_TEXT];
    if (file->packed == NULL) {
        signet_buf_puts(out, file->folder);
        signet_buf_putc(out, '/');
    }
    signet_buf_puts(out, file->name);
    if (text->line > 0) {
        signet_num_format(text->line, digits);
        signet_buf_putc(out, ':');
        signet_buf_puts(out, digits);
    }
}

static const struct signet_store_file *file_of(const struct reading *reading)
{
    return &reading->lane->files[reading->text.file];
}

static void refuse_text(const struct reading *reading, struct signet_err *why)
{
    struct signet_buf name;
    signet_buf_init(&name, SIZE_MAX);
    signet_store_put_name(file_of(reading), &reading->text, &name);
    signet_buf_putc(&name, '\0');
    signet_store_lane_refuse(reading->lane, &reading->text,
                             name.status == SIGNET_OK ? (const char *)name.data : "a file", why);
    signet_buf_free(&name);
}

/* What is wrong with a text makes that one not count; without room for more there is no store. */
static int
settle(const struct reading *reading, int rc, struct signet_err *why, struct signet_err *err)
{
    if (rc == SIGNET_OK) {
        return rc;
    }
    if (rc == SIGNET_E_NOMEM || reading->lane->ended) {
        return signet_err_copy(err, why);
    }
    refuse_text(reading, why);
    return SIGNET_OK;
}

static int
take_claim(void *ctx, const struct signet_claimed_identity *claim, struct signet_err *err)
{
    struct reading *reading = ctx;
    struct signet_store_lane *lane = reading->lane;
    if (lane->count == SIGNET_STORE_CLAIMS) {
        lane->ended = true;
        return signet_store_too_many(err);
    }
    if (lane->count == lane->room) {
        struct signet_store_key *grown = signet_grow(lane->keys, &lane->room, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(err);
        }
        lane->keys = grown;
    }
    struct signet_store_key *key = &lane->keys[lane->count++];
    *key = (struct signet_store_key){.text = reading->text,
                                     .type = signet_store_type(claim->kind, claim->digest->alg)};
    memcpy(key->digest, claim->digest->bytes, sizeof(key->digest)); /* strong ones have as many */
    return SIGNET_OK;
}

static int read_text(struct reading *reading, struct signet_span bytes, struct signet_err *err)
{
    struct signet_err why;
    signet_err_clear(&why);
    reading->text.len = (uint32_t)bytes.len; /* at most limits.envelope, which fits */
    int rc = signet_claims_read(bytes, reading->lane->limits, &reading->lane->payload, take_claim,
                                reading, &why);
    if (rc == SIGNET_OK) {
        reading->lane->texts++;
    }
    return settle(reading, rc, &why, err);
}

static bool is_blank(struct signet_span line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') {
            return false;
        }
    }
    return true;
}

static int read_line(struct reading *reading, struct signet_span line, struct signet_err *err)
{
    struct signet_err why;
    unsigned long long max = reading->lane->limits->envelope;
    reading->text.line++;
    if (is_blank(line)) {
        return SIGNET_OK;
    }
    if (line.len <= max) {
        return read_text(reading, line, err);
    }
    signet_err_clear(&why);
    int rc = signet_err_set(&why, SIGNET_E_LIMIT, "more than the limit of %llu bytes", max);
    return settle(reading, rc, &why, err);
}

/* Reads the lines that bytes holds as a whole, and at the end of the file what is left; *used is
 * how many bytes that was. */
static int read_whole_lines(struct reading *reading,
                            struct signet_span bytes,
                            bool end,
                            size_t *used,
                            struct signet_err *err)
{
    int rc = SIGNET_OK;
    *used = 0;
    while (rc == SIGNET_OK && *used < bytes.len) {
        const uint8_t *line = bytes.ptr + *used;
        const uint8_t *newline = memchr(line, '\n', bytes.len - *used);
        if (newline == NULL && !end) {
            break;
        }
        size_t len = newline != NULL ? (size_t)(newline - line) : bytes.len - *used;
        size_t step = newline != NULL ? len + 1 : len;
        rc = read_line(reading, signet_span_of(line, len), err);
        reading->text.offset += step;
        *used += step;
    }
    return rc;
}

static int read_lines(struct reading *reading, int fd, struct signet_err *err)
{
    struct signet_buf *bytes = &reading->lane->bytes;
    size_t got = 1;
    size_t used = 0;
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && got > 0) {
        rc = signet_buf_reserve(bytes, READ_CHUNK);
        if (rc != SIGNET_OK) {
            return signet_err_set(err, rc, "a line is too long: nothing behind it was read");
        }
        rc = signet_fd_read(fd, bytes->data + bytes->len, READ_CHUNK, &got, err);
        if (rc == SIGNET_OK) {
            bytes->len += got;
            rc = read_whole_lines(reading, signet_buf_span(bytes), got == 0, &used, err);
        }
        if (rc == SIGNET_OK) {
            bytes->len -= used;
            memmove(bytes->data, bytes->data + used, bytes->len);
        }
    }
    return rc;
}

static int check_regular(int fd, struct signet_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return signet_err_set(err, SIGNET_E_IO, "cannot stat");
    }
    return S_ISREG(st.st_mode)
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_FORBIDDEN, "expected a regular file, found a %s",
                                signet_fd_kind(st.st_mode));
}

static int read_opened(struct reading *reading, int fd, struct signet_err *err)
{
    struct signet_buf *bytes = &reading->lane->bytes;
    const struct signet_store_file *file = file_of(reading);
    int rc = check_regular(fd, err);
    if (rc != SIGNET_OK || file->lines) {
        return rc == SIGNET_OK ? read_lines(reading, fd, err) : rc;
    }
    rc = signet_fd_read_file(fd, file->name, reading->lane->limits->envelope, bytes, err);
    return rc == SIGNET_OK ? read_text(reading, signet_buf_span(bytes), err) : rc;
}

int signet_store_open_file(const struct signet_store_file *file, int *fd, struct signet_err *err)
{
    int opened = -1;
    int rc =
        signet_fd_open_child(file->folder_fd, file->name, &opened) == SIGNET_OK
            ? (int)SIGNET_OK
            : signet_fd_open_beneath(file->folder_fd, file->name, &opened, err); /* tells why */
    if (rc == SIGNET_OK) {
        rc = check_regular(opened, err);
    }
    if (rc != SIGNET_OK) {
        signet_fd_close(&opened);
        return rc;
    }
    *fd = opened;
    return SIGNET_OK;
}

int signet_store_lane_read(struct signet_store_lane *lane, uint32_t index, struct signet_err *err)
{
    struct reading reading = {.lane = lane, .text.file = index};
    struct signet_err why;
    int fd = -1;
    if (lane->files[index].packed != NULL) {
        return read_text(&reading, signet_buf_span(&lane->files[index].packed->text), err);
    }
    signet_err_clear(&why);
    signet_buf_reset(&lane->bytes);
    int rc = signet_store_open_file(file_of(&reading), &fd, &why);
    if (rc == SIGNET_OK) {
        rc = read_opened(&reading, fd, &why);
    }
    signet_fd_close(&fd);
    return settle(&reading, rc, &why, err);
}

/* Puts the reasons of a lane among those of all, which stay in order. */
static void merge_refused(struct signet_store_lane *all, const struct signet_store_lane *lane)
{
    size_t told = lane->refused < SIGNET_STORE_TOLD ? (size_t)lane->refused : SIGNET_STORE_TOLD;
    for (size_t i = 0; i < told; i++) {
        const struct signet_store_refused *one = &lane->first[i];
        size_t at = all->refused < SIGNET_STORE_TOLD ? (size_t)all->refused : SIGNET_STORE_TOLD;
        while (at > 0 &&
               (one->file < all->first[at - 1].file ||
                (one->file == all->first[at - 1].file && one->line < all->first[at - 1].line))) {
            at--;
        }
        if (at < SIGNET_STORE_TOLD) {
            memmove(&all->first[at + 1], &all->first[at],
                    (SIGNET_STORE_TOLD - 1 - at) * sizeof(all->first[0]));
            all->first[at] = *one;
        }
        all->refused++;
    }
    all->refused += lane->refused - told;
}

/* Takes over what a lane found. */
int signet_store_lane_merge(struct signet_store_lane *all,
                            const struct signet_store_lane *lane,
                            struct signet_err *err)
{
    if (lane->count > SIGNET_STORE_CLAIMS - all->count) {
        return signet_store_too_many(err);
    }
    if (lane->count > 0) {
        struct signet_store_key *grown =
            realloc(all->keys, (all->count + lane->count) * sizeof(*grown));
        if (grown == NULL) {
            return no_memory(err);
        }
        memcpy(grown + all->count, lane->keys, lane->count * sizeof(*grown));
        all->keys = grown;
        all->count += lane->count;
    }
    all->texts += lane->texts;
    merge_refused(all, lane);
    return SIGNET_OK;
}

void signet_store_lane_init(struct signet_store_lane *lane,
                            const struct signet_limits *limits,
                            const struct signet_store_file *files)
{
    memset(lane, 0, sizeof(*lane));
    lane->limits = limits;
    lane->files = files;
    signet_buf_init(&lane->bytes, (size_t)limits->envelope + READ_CHUNK);
    signet_buf_init(&lane->payload, (size_t)limits->envelope);
}

void signet_store_lane_free(struct signet_store_lane *lane)
{
    free(lane->keys);
    signet_buf_free(&lane->bytes);
    signet_buf_free(&lane->payload);
}
