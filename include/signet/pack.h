/* SPDX-License-Identifier: Apache-2.0
 *
 * All that a verification by a policy needed but the artifacts, in one file: to verify again
 * elsewhere, where there is nothing but the artifacts and a trust root of one's own.
 */
#ifndef SIGNET_PACK_H
#define SIGNET_PACK_H

#include <signet/io.h>
#include <signet/limits.h>
#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** Signature files that one pack may have, and bytes of the whole. */
#define SIGNET_PACK_EVIDENCE 9999
#define SIGNET_PACK_BYTES (UINT64_C(1) << 30)

/** One text of a pack. */
struct signet_pack_text {
    char *name;             /* owned: "PACK/ENTRY" of one that was read, else NULL */
    uint64_t version;       /* of a root, by its name; else 0 */
    struct signet_buf text; /* its original bytes */
    struct signet_buf time; /* of evidence: the notes about its time, if there are any */
};

/** A pack in memory. Zero-initialised is empty; free with signet_pack_free(). Nobody has verified
 *  what it holds, whoever made it. */
struct signet_pack {
    struct signet_pack_text policy;
    struct signet_pack_text *roots; /* in the order of their versions */
    size_t root_count;
    size_t root_room; /* private, as is the other one */
    struct signet_pack_text *evidence;
    size_t evidence_count;
    size_t evidence_room;
};

/** Adds a copy of the policy. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_API SIGNET_NODISCARD int
signet_pack_add_policy(struct signet_pack *pack, struct signet_span text, struct signet_err *err);

/** Adds a copy of the next root; its version is the caller's to set before it is written. Returns
 *  SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_API SIGNET_NODISCARD int
signet_pack_add_root(struct signet_pack *pack, struct signet_span text, struct signet_err *err);

/**
 * Takes from a verification, which was made with keep_texts, the texts of the signature files that
 * a given key signed, as they were when they were verified, each of at most limits->envelope bytes.
 * Returns SIGNET_OK, SIGNET_E_LIMIT or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int signet_pack_take_evidence(struct signet_pack *pack,
                                                          struct signet_verification *verification,
                                                          const struct signet_limits *limits,
                                                          struct signet_err *err);

/**
 * Writes the pack as a tar (POSIX.1-1988, ustar) of policy.dsse, roots/N.root.json,
 * evidence/0001.json and so on, each perhaps with evidence/0001.json.time. Evidence is put in the
 * order of its bytes, each text once: the same pack has the same bytes. Returns SIGNET_OK,
 * SIGNET_E_LIMIT (SIGNET_PACK_EVIDENCE, SIGNET_PACK_BYTES) or as signet_output_write().
 */
SIGNET_API SIGNET_NODISCARD int
signet_pack_write(struct signet_pack *pack, struct signet_output *out, struct signet_err *err);

/**
 * Reads the pack behind fd, which path names in messages: an uncompressed tar with exactly the
 * entries that signet_pack_write() writes, in its order, and nothing else. Versions of roots rise
 * by one. Each entry has at most limits->envelope bytes, or as notes about time
 * SIGNET_TIME_NOTES. Of the bytes nothing is looked at. *pack is filled on success only, else
 * empty.
 *
 * Returns SIGNET_OK; SIGNET_E_UNSUPPORTED (no tar); SIGNET_E_MALFORMED (also: another entry);
 * SIGNET_E_FORBIDDEN (an entry that is no regular file); SIGNET_E_LIMIT; SIGNET_E_IO;
 * SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_API SIGNET_NODISCARD int signet_pack_read(int fd,
                                                 const char *path,
                                                 const struct signet_limits *limits,
                                                 struct signet_pack *pack,
                                                 struct signet_err *err);

/** Releases what pack holds and empties it. */
SIGNET_API void signet_pack_free(struct signet_pack *pack);

SIGNET_END_DECLS

#endif
