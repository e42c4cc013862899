/* SPDX-License-Identifier: Apache-2.0
 *
 * Making a pack: see <signet/pack.h>. Owns the names of its entries and their order; what is put
 * into it was verified by others.
 */
#include "verify/pack.h"

#include <stdio.h>
#include <stdlib.h>

#include "artifact/tar_write.h"
#include "base/err.h"
#include "base/grow.h"
#include "base/utf8.h"
#include "verify/verification.h"

/* A tar ends with two blocks of zeros. */
static const uint8_t zeros[2 * SIGNET_TAR_BLOCK];

/* A pack being written. */
struct writing {
    struct signet_output *out;
    uint64_t left; /* bytes that it may still have */
    struct signet_err *err;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a pack");
}

void signet_pack_root_name(char name[SIGNET_PACK_NAME], uint64_t version)
{
    SIGNET_IGNORE(snprintf(name, SIGNET_PACK_NAME, "roots/%llu.root.json",
                           (unsigned long long)version)); /* there is room for any number */
}

void signet_pack_evidence_name(char name[SIGNET_PACK_NAME], size_t index, bool time)
{
    SIGNET_IGNORE(snprintf(name, SIGNET_PACK_NAME, "evidence/%04zu.json%s", index + 1,
                           time ? ".time" : "")); /* likewise */
}

struct signet_pack_text *
signet_pack_grow(struct signet_pack_text **list, size_t *count, size_t *room)
{
    if (*count == *room) {
        struct signet_pack_text *grown = signet_grow(*list, room, sizeof(*grown));
        if (grown == NULL) {
            return NULL;
        }
        *list = grown;
    }
    struct signet_pack_text *added = &(*list)[(*count)++];
    memset(added, 0, sizeof(*added));
    return added;
}

static int copy_text(struct signet_pack_text *to, struct signet_span text, struct signet_err *err)
{
    if (to == NULL) {
        return no_memory(err);
    }
    signet_buf_free(&to->text);
    signet_buf_init(&to->text, text.len);
    return signet_buf_put(&to->text, text) == SIGNET_OK ? (int)SIGNET_OK : no_memory(err);
}

int signet_pack_add_policy(struct signet_pack *pack,
                           struct signet_span text,
                           struct signet_err *err)
{
    return copy_text(&pack->policy, text, err);
}

int signet_pack_add_root(struct signet_pack *pack, struct signet_span text, struct signet_err *err)
{
    return copy_text(signet_pack_grow(&pack->roots, &pack->root_count, &pack->root_room), text,
                     err);
}

/* Takes over what was kept of a source. */
static int take(struct signet_pack *pack,
                struct signet_source *source,
                const struct signet_limits *limits,
                struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (source->kept.len > limits->envelope) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "%s: %zu bytes are more than a pack may have of one signature file, "
                              "%llu; --limit envelope=BYTES raises the limit",
                              signet_utf8_show(signet_span_str(source->name), shown),
                              source->kept.len, (unsigned long long)limits->envelope);
    }
    struct signet_pack_text *text =
        signet_pack_grow(&pack->evidence, &pack->evidence_count, &pack->evidence_room);
    if (text == NULL) {
        return no_memory(err);
    }
    text->text = source->kept;
    text->time = source->kept_time;
    memset(&source->kept, 0, sizeof(source->kept));
    memset(&source->kept_time, 0, sizeof(source->kept_time));
    return SIGNET_OK;
}

int signet_pack_take_evidence(struct signet_pack *pack,
                              struct signet_verification *verification,
                              const struct signet_limits *limits,
                              struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < verification->source_count; i++) {
        struct signet_source *source = &verification->sources[i];
        if (source->evidence != NULL && source->kept.len > 0) {
            rc = take(pack, source, limits, err);
        }
    }
    return rc;
}

static int by_bytes(const void *a, const void *b)
{
    const struct signet_pack_text *one = a;
    const struct signet_pack_text *other = b;
    int order = signet_span_order(signet_buf_span(&one->text), signet_buf_span(&other->text));
    return order != 0
               ? order
               : signet_span_order(signet_buf_span(&one->time), signet_buf_span(&other->time));
}

static void free_text(struct signet_pack_text *text)
{
    free(text->name);
    signet_buf_free(&text->text);
    signet_buf_free(&text->time);
}

/* Of several artifacts one signature file may be about all. */
static void put_in_order(struct signet_pack *pack)
{
    size_t kept = 0;
    if (pack->evidence_count > 1) {
        qsort(pack->evidence, pack->evidence_count, sizeof(*pack->evidence), by_bytes);
    }
    for (size_t i = 0; i < pack->evidence_count; i++) {
        if (kept > 0 && by_bytes(&pack->evidence[kept - 1], &pack->evidence[i]) == 0) {
            free_text(&pack->evidence[i]);
        } else {
            pack->evidence[kept++] = pack->evidence[i];
        }
    }
    pack->evidence_count = kept;
}

static int write_entry(struct writing *writing, const char *name, const struct signet_buf *text)
{
    uint8_t header[SIGNET_TAR_BLOCK];
    const size_t padding = (size_t)signet_tar_padding(text->len);
    const uint64_t all = (uint64_t)sizeof(header) + text->len + padding;
    if (all > writing->left) {
        return signet_err_set(writing->err, SIGNET_E_LIMIT,
                              "expected at most %llu bytes of a pack, found more; make one for "
                              "fewer artifacts",
                              (unsigned long long)SIGNET_PACK_BYTES);
    }
    writing->left -= all;
    int rc = signet_tar_write_header(header, name, text->len, writing->err);
    if (rc == SIGNET_OK) {
        rc =
            signet_output_write(writing->out, signet_span_of(header, sizeof(header)), writing->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_write(writing->out, signet_buf_span(text), writing->err);
    }
    return rc == SIGNET_OK
               ? signet_output_write(writing->out, signet_span_of(zeros, padding), writing->err)
               : rc;
}

static int write_evidence(struct writing *writing, const struct signet_pack *pack)
{
    char name[SIGNET_PACK_NAME];
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < pack->evidence_count; i++) {
        const struct signet_pack_text *text = &pack->evidence[i];
        signet_pack_evidence_name(name, i, false);
        rc = write_entry(writing, name, &text->text);
        if (rc == SIGNET_OK && text->time.len > 0) {
            signet_pack_evidence_name(name, i, true);
            rc = write_entry(writing, name, &text->time);
        }
    }
    return rc;
}

int signet_pack_write(struct signet_pack *pack, struct signet_output *out, struct signet_err *err)
{
    char name[SIGNET_PACK_NAME];
    struct writing writing = {out, SIGNET_PACK_BYTES - sizeof(zeros), err};
    put_in_order(pack);
    if (pack->evidence_count > SIGNET_PACK_EVIDENCE) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "expected at most %d signature files in a pack, found %zu; make one "
                              "for fewer artifacts",
                              SIGNET_PACK_EVIDENCE, pack->evidence_count);
    }
    int rc = write_entry(&writing, SIGNET_PACK_POLICY, &pack->policy.text);
    for (size_t i = 0; rc == SIGNET_OK && i < pack->root_count; i++) {
        signet_pack_root_name(name, pack->roots[i].version);
        rc = write_entry(&writing, name, &pack->roots[i].text);
    }
    if (rc == SIGNET_OK) {
        rc = write_evidence(&writing, pack);
    }
    return rc == SIGNET_OK ? signet_output_write(out, signet_span_of(zeros, sizeof(zeros)), err)
                           : rc;
}

void signet_pack_free(struct signet_pack *pack)
{
    free_text(&pack->policy);
    for (size_t i = 0; i < pack->root_count; i++) {
        free_text(&pack->roots[i]);
    }
    for (size_t i = 0; i < pack->evidence_count; i++) {
        free_text(&pack->evidence[i]);
    }
    free(pack->roots);
    free(pack->evidence);
    memset(pack, 0, sizeof(*pack));
}
