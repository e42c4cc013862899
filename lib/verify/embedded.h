/* SPDX-License-Identifier: Apache-2.0
 *
 * The signatures inside a document: where they stand, what each is worth, and which one counts for
 * what was asked for. Knows CycloneDX by artifact/bom; checks no signature and decides nothing
 * about the artifact.
 */
#ifndef SIGNET_VERIFY_EMBEDDED_H
#define SIGNET_VERIFY_EMBEDDED_H

#include "artifact/bom_places.h"
#include "artifact/document.h"
#include "verify/asked.h"
#include "verify/evidence.h"

/** One signature of a signature object that is not the one asked for. */
struct signet_inner_signature {
    const char *algorithm; /* static storage */
    const char *key;       /* fingerprint of the key that it verifies by, or that it carries; "" */
    size_t trusted;        /* index of the given key that made it, or SIGNET_NO_KEY */
    bool counter;          /* it is over the one before it only */
    bool revoked;          /* it says so */
    bool hex;              /* see struct signet_signer */
    bool broken;           /* see signet_source_find_broken() */
    bool intact;           /* it verifies, by a given key or the one that it carries */
};

/** A signature object inside a document besides those asked for. */
struct signet_inner {
    const char *pointer; /* what it covers */
    const char *type;    /* "component", …; static storage */
    struct signet_inplace at;
    bool broken; /* one of its signatures is */
    struct signet_inner_signature *list;
    size_t count;           /* 0: it could not be read, or is not allowed */
    const char *unreadable; /* why, else NULL */
};

/** A document and its signatures. Zero-initialised is none; free with signet_embedded_free(). */
struct signet_embedded {
    struct signet_document document;
    struct signet_json_text json;
    const struct signet_envelope_ops *format; /* of all its signatures; NULL: it can have none */
    struct signet_bom bom; /* kind 0: the artifact is no document that is known */
    struct signet_inner *inner;
    size_t inner_count, inner_cap;
    /* What was asked for: the whole, or the places of opts->at. */
    struct signet_asked asked; /* private */
    struct signet_embedded_place *places;
    size_t place_count;
    struct signet_task *describing; /* private: digest and count are made beside the rest */
    const char *name;               /* private */
    uint64_t components;            /* private */
    struct signet_err unread; /* why the artifact is no such document, if that is worth saying */
    bool scanned;             /* json has its index */
    uint64_t inexact;         /* see signet_document_canonize(), once there is a canonical digest */
    uint64_t work_left;
    struct signet_arena storage;
};

/** A place that was asked for. */
struct signet_embedded_place {
    struct signet_span asked; /* borrowed: a bom-ref or JSON pointer */
    size_t found;             /* how many places it names */
    const char *pointer;      /* "" is the whole */
    const char *type;
    bool is_signed;
    struct signet_inplace at;      /* if it is signed */
    struct signet_covered covered; /* if somebody made it before it is verified: see at.made */
};

/**
 * Reads artifact if it may be a document, recognises it and, unless opts->files_only says that they
 * do not count, finds its signatures. That it is none
 * is no failure (bom.kind is 0 then) unless opts->at asks for a part of one. Returns SIGNET_OK,
 * SIGNET_E_IO, SIGNET_E_NOMEM; SIGNET_E_USAGE, SIGNET_E_AMBIGUOUS, SIGNET_E_UNSUPPORTED (opts->at:
 * no such place); or for a known document SIGNET_E_MALFORMED or SIGNET_E_LIMIT. Its manifest and
 * the number of its components are there after signet_embedded_settle().
 */
SIGNET_NODISCARD int signet_embedded_open(struct signet_embedded *embedded,
                                          const struct signet_artifact *artifact,
                                          const struct signet_verify_opts *opts,
                                          struct signet_err *err);

/** The two halves of signet_embedded_open() for bytes in memory. The first takes them over,
 * whatever the result, and recognises them; the second finds the signatures of what was recognised,
 * and may run while document->json is read. */
SIGNET_NODISCARD int signet_embedded_scan(struct signet_embedded *embedded,
                                          struct signet_buf *text,
                                          const struct signet_verify_opts *opts,
                                          struct signet_err *err);
SIGNET_NODISCARD int signet_embedded_find(struct signet_embedded *embedded,
                                          const struct signet_verify_opts *opts,
                                          struct signet_err *err);

/** As signet_embedded_open() for bytes in memory, which are taken over whatever the result. */
SIGNET_NODISCARD int signet_embedded_take(struct signet_embedded *embedded,
                                          struct signet_buf *text,
                                          const struct signet_verify_opts *opts,
                                          struct signet_err *err);

/**
 * Reads the signature object at a place that is signed into source, which is zeroed, and if it is
 * valid looks at those inside it: one that is broken refuses, as whoever signed around it vouches
 * for what was changed.
 */
void signet_embedded_source(struct signet_embedded *embedded,
                            size_t place,
                            const struct signet_verify_opts *opts,
                            struct signet_source *source);

/** Starts what signet_embedded_settle() waits for; nothing for what is no document. name is the
 *  artifact's, borrowed until then. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_embedded_describe(struct signet_embedded *embedded,
                                              const char *name,
                                              struct signet_err *err);

/** Waits for the identity of the document and the number of its components. Returns SIGNET_OK,
 *  SIGNET_E_NOMEM or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_embedded_settle(struct signet_embedded *embedded,
                                            struct signet_err *err);

/** Requires that, as far as was judged, no signature object inside pointer is broken. Returns
 *  SIGNET_OK or SIGNET_E_BAD_SIGNATURE. */
SIGNET_NODISCARD int signet_embedded_check_inside(const struct signet_embedded *embedded,
                                                  const char *pointer,
                                                  struct signet_err *err);

/** Releases what embedded holds and zeroes it. */
void signet_embedded_free(struct signet_embedded *embedded);

#endif
