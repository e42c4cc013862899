/* SPDX-License-Identifier: Apache-2.0
 *
 * Which signature texts are claimed to be about an identity. The public half is <signet/store.h>.
 */
#ifndef SIGNET_VERIFY_STORE_H
#define SIGNET_VERIFY_STORE_H

#include <signet/buf.h>
#include <signet/digest.h>
#include <signet/store.h>

/** What an identity is of; those of different kinds never meet. */
enum signet_claimed {
    SIGNET_CLAIMED_FILE = 1, /* the bytes of a file */
    SIGNET_CLAIMED_FORM,     /* the RFC 8785 form of a file */
    SIGNET_CLAIMED_BUNDLE,   /* a bundle, its signetBundle */
    SIGNET_CLAIMED_LIST,     /* a list of files: the OMS root */
    SIGNET_CLAIMED_ENTRY,    /* a file in a list, which says what that is for */
};

/** Where a signature text stands in a store. */
struct signet_store_text {
    uint64_t offset; /* in its file */
    uint32_t len;
    uint32_t file;
    uint32_t line; /* from 1; 0: it is the whole file */
};

/** Texts that were found. Zero-initialised is none; free list with free(). */
struct signet_store_found {
    struct signet_store_text *list;
    size_t count, room;
};

/** Whether anything claims to be about this kind, by this algorithm. Of a file that is told by more
 *  than one digest SHA-256 alone is looked at, if it is there. */
bool signet_store_has(const struct signet_store *store,
                      enum signet_claimed kind,
                      enum signet_digest_alg alg);

/** Adds the texts that claim to be about this identity. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_store_find(const struct signet_store *store,
                                       enum signet_claimed kind,
                                       const struct signet_digest *digest,
                                       struct signet_store_found *found,
                                       struct signet_err *err);

/** Puts what was found in the order of folders, names and lines, each text once. */
void signet_store_order(struct signet_store_found *found);

struct signet_lists;

/** The lists of files in store that were verified; NULL: it was opened without trust. */
struct signet_lists *signet_store_lists(const struct signet_store *store);

/** Order of texts by file, and of those of one file by place; for qsort(). */
int signet_store_compare_texts(const void *a, const void *b);

/** The file that a text was read from last, still open: the next one is often in it. Starts with fd
 *  -1; end with signet_fd_close(&reader->fd). */
struct signet_store_reader {
    uint32_t file;
    int fd;
};

/** Appends a text to out, as it is now. Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_FORBIDDEN or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_store_read(const struct signet_store *store,
                                       const struct signet_store_text *text,
                                       struct signet_store_reader *reader,
                                       struct signet_buf *out,
                                       struct signet_err *err);

/** Appends the notes about the time of the signatures of a text, which lie beside its file as
 *  FILE.time, if there are any. Results as signet_store_read(), or SIGNET_E_LIMIT. */
SIGNET_NODISCARD int signet_store_read_times(const struct signet_store *store,
                                             const struct signet_store_text *text,
                                             struct signet_buf *out,
                                             struct signet_err *err);

/** Appends the name of a text, "FOLDER/FILE" or "FOLDER/FILE:LINE". Result as
 *  signet_buf_reserve(). */
int signet_store_name(const struct signet_store *store,
                      const struct signet_store_text *text,
                      struct signet_buf *out);

#endif
